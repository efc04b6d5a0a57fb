/** Why a request waits, as data and in words. */
import { formatDuration } from "../core/duration";

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

/** For how much longer the budget allows no request, in milliseconds; 0 where that is not why one waits. */
export function budgetPauseMs(throttled: Throttled | undefined): number {
  return throttled === undefined || throttled.reason === "asked" ? 0 : throttled.waitMs;
}

/** Says why a request waits, with the numbers. */
export function throttleText({ reason, waitMs, remaining, quota, resetMs }: Throttled): string {
  const left = `${remaining.toLocaleString("en-US")} of ${quota.toLocaleString("en-US")} requests left for ${duration(resetMs)}`;
  switch (reason) {
    case "blocked":
      return `waiting ${duration(waitMs)} for the account's request budget: Cloudflare asked for a pause`;
    case "spent":
      return `waiting ${duration(waitMs)} for the account's request budget: ${left}`;
    case "paced":
      return `paced: ${left}`;
    case "asked":
      return `waiting ${duration(waitMs)}: a server error asked for a pause`;
    case "queued":
      return `queued behind other requests: ${left}`;
  }
}

/** Formats at least one second; "0s" would be pointless. */
function duration(ms: number): string {
  return formatDuration(Math.max(1000, Math.ceil(ms / 1000) * 1000));
}
