/** Decides which of an operation's messages reach the user, and how often. */
import type { Reporter } from "../lifecycle/context";
import type { Clock } from "../time/clock";
import { formatDuration } from "../time/duration";
import type { LogLine } from "./engineLog";

/** At most one line of progress in this time where a person watches… */
const INTERACTIVE_INTERVAL_MS = 1000;
/** …and where each line stays in a pipeline's log. */
const PIPELINE_INTERVAL_MS = 30_000;
/** A shorter pause for the budget is not worth a line. */
const PAUSE_WORTH_A_NOTE_MS = 10_000;

export interface ReporterOptions {
  readonly urn: string;
  readonly clock: Clock;
  readonly log: (line: LogLine) => Promise<void>;
  /** Whether a person watches a terminal. */
  readonly interactive: boolean;
}

/** A reporter for one operation on one resource. */
export function createReporter({ urn, clock, log, interactive }: ReporterOptions): Reporter {
  const interval = interactive ? INTERACTIVE_INTERVAL_MS : PIPELINE_INTERVAL_MS;
  // A pipeline's first line of progress comes after the first interval: short operations need none.
  let lastAt = interactive ? Number.NEGATIVE_INFINITY : clock.now();
  let lastMessage = "";
  const send = (severity: LogLine["severity"], message: string, ephemeral: boolean) =>
    void log({ severity, message, urn, ephemeral });
  const progress = (message: string) => {
    const now = clock.now();
    if (message === lastMessage || now - lastAt < interval) return;
    lastAt = now;
    lastMessage = message;
    send("info", message, true);
  };
  return {
    progress,
    note: (message) => send("info", message, false),
    warn: (message) => send("warning", message, false),
    pause(ms) {
      const text = `waiting ${formatDuration(ms)} for the account's request budget`;
      if (ms >= PAUSE_WORTH_A_NOTE_MS) send("info", text, false);
      else progress(text);
    },
  };
}
