/** What a person is told while a wait is held up. */
import type { Reporter } from "./context";
import { reasonOf } from "./failure";

/** Tells of pauses that the request budget asks for. */
export function pauseReporter(report: Reporter): (ms: number) => void {
  return (ms) => report.pause(ms);
}

/** Tells of a look that failed and is repeated. */
export function troubleReporter(report: Reporter): (error: unknown) => void {
  return (error) => {
    const { text, cause } = reasonOf(error);
    report.warn(`could not look, trying again: ${text}`, `could not look, trying again: ${cause}`);
  };
}
