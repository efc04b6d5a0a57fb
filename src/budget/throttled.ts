/** Why a request waits. */

/** What is known of a request that waits to be sent. */
export interface Throttled {
  /**
   * `blocked`: Cloudflare asked for a pause. `spent`: no more may be sent for now. `paced`: other clients spend too, so
   * what is left is spread over the rest of the window. `queued`: more urgent requests are ahead. `asked`: the response
   * to this request was a server error that asked for a pause.
   */
  readonly reason: "blocked" | "spent" | "paced" | "queued" | "asked";
  /** Milliseconds until the next request like this one may be sent. */
  readonly waitMs: number;
  /** Requests that are left, out of `quota`. */
  readonly remaining: number;
  readonly quota: number;
  /**
   * Milliseconds until the whole quota is available again or, where the API has not said, until the oldest request sent
   * here no longer counts.
   */
  readonly resetMs: number;
}
