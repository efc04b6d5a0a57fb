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
  const sent = `${count(quota - remaining)} of ${count(quota)} requests sent (Cloudflare's limit, renewed in ${duration(resetMs)})`;
  // A library keeps some for its polls, and leaves some to others: with that it waits while there are requests left.
  const kept = remaining > 0 ? `, ${count(remaining)} kept for status checks and other resources` : "";
  switch (reason) {
    case "blocked":
      return `waiting ${duration(waitMs)} for the account's request budget: Cloudflare asked for a pause`;
    case "spent":
      return `waiting ${duration(waitMs)} for the account's request budget: ${sent}${kept}`;
    case "paced":
      return `paced: ${sent}`;
    case "asked":
      return `waiting ${duration(waitMs)}: a server error asked for a pause`;
    case "queued":
      return `queued behind other requests: ${sent}`;
  }
}

function count(requests: number): string {
  return requests.toLocaleString("en-US");
}

/** Formats at least one second; "0s" would be pointless. */
function duration(ms: number): string {
  return formatDuration(Math.max(1000, Math.ceil(ms / 1000) * 1000));
}
