/** What a user is told while a wait is delayed. */
import type { Throttled } from "../budget/throttled";
import { formatDuration } from "../core/duration";
import type { Reporter } from "./operation";
import { reasonOf } from "./failure";

/** Reports why requests wait for the budget. */
export function throttleReporter(report: Reporter): (throttled: Throttled) => void {
  return (throttled) => report.throttled(throttleText(throttled));
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

/** Reports a failed poll that is retried. */
export function retryReporter(report: Reporter): (error: unknown) => void {
  return (error) => {
    const { text, cause } = reasonOf(error);
    report.warn(`status check failed, retrying: ${text}`, `status check failed, retrying: ${cause}`);
  };
}
