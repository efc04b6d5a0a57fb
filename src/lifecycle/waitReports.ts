/** What a person is told while a wait is held up. */
import { formatDuration } from "../time/duration";
import type { Reporter } from "./context";
import { explain } from "./failure";

/** A shorter pause for the budget is not worth a line. */
const PAUSE_WORTH_A_NOTE_MS = 10_000;

/** Tells of pauses that the request budget asks for. */
export function pauseReporter(report: Reporter): (ms: number) => void {
  return (ms) => {
    const text = `waiting ${formatDuration(ms)} for the account's request budget`;
    if (ms >= PAUSE_WORTH_A_NOTE_MS) report.note(text);
    else report.progress(text);
  };
}

/** Tells of a look that failed and is repeated. */
export function troubleReporter(report: Reporter): (error: unknown) => void {
  return (error) => report.warn(`could not look, trying again: ${explain(error)}`);
}
