/** What a user is told of a poll that failed. */
import type { Reporter } from "./operation";
import { reasonOf } from "./failure";

/** Reports a failed poll that is retried. */
export function retryReporter(report: Reporter): (error: unknown) => void {
  return (error) => {
    const { text, cause } = reasonOf(error);
    report.warn(`status check failed, retrying: ${text}`, `status check failed, retrying: ${cause}`);
  };
}
