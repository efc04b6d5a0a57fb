/** Why a request waits. */

/** What is known of a request that waits to be sent. */
export interface Throttled {
  /**
   * `blocked`: Cloudflare asked for a pause. `spent`: no more may be sent for now. `paced`: others spend too, so what is left is spread
   * over the time that it has to last. `queued`: requests that go first are ahead.
   */
  readonly reason: "blocked" | "spent" | "paced" | "queued";
  /** Milliseconds until the next request like this one may be sent. */
  readonly waitMs: number;
  /** Requests that are left, of so many. */
  readonly remaining: number;
  readonly quota: number;
  /** Milliseconds until all of them are there again, or, without word from the API, until the first of those sent no longer counts. */
  readonly resetMs: number;
}
