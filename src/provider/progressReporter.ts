/** Decides which of an operation's messages reach the user, and how often. */
import type { Reporter } from "../downloads/operation";
import type { Clock } from "../core/clock";
import type { EngineLog, LogLine } from "./engineLog";

/** The minimum time between two progress lines on a terminal… */
const INTERACTIVE_INTERVAL_MS = 1000;
/** …and in a pipeline, where each line stays in the log. */
const PIPELINE_INTERVAL_MS = 30_000;
/** How often the log says that an operation waits for the request budget, at most. */
const THROTTLE_INTERVAL_MS = 300_000;

interface ReporterOptions {
  readonly urn: string;
  readonly clock: Clock;
  readonly log: EngineLog;
  /** Whether a person is watching a terminal. */
  readonly interactive: boolean;
}

/** A {@link Reporter} that says why requests wait, too. */
export interface OperationReporter extends Reporter {
  /** Why requests wait for the request budget. Now and then it goes into the log, otherwise it is shown as progress. */
  throttled(message: string): void;
}

/** A reporter for one operation on one resource. */
export function createReporter({ urn, clock, log, interactive }: ReporterOptions): OperationReporter {
  const interval = interactive ? INTERACTIVE_INTERVAL_MS : PIPELINE_INTERVAL_MS;
  // A pipeline's first line of progress comes after the first interval: short operations need none.
  let lastAt = interactive ? Number.NEGATIVE_INFINITY : clock.now();
  let lastMessage = "";
  const send = (severity: LogLine["severity"], message: string, ephemeral: boolean) =>
    void log({ severity, message, urn, ephemeral });
  let throttledAt = Number.NEGATIVE_INFINITY;
  const reporter: OperationReporter = {
    progress(message) {
      const now = clock.now();
      if (message === lastMessage || now - lastAt < interval) return;
      lastAt = now;
      lastMessage = message;
      send("info", message, true);
    },
    note: (message) => send("info", message, false),
    warn: (message) => send("warning", message, false),
    throttled(message) {
      if (clock.now() - throttledAt < THROTTLE_INTERVAL_MS) {
        reporter.progress(message);
        return;
      }
      throttledAt = clock.now();
      reporter.note(message);
    },
  };
  return reporter;
}
