/** Decides which of an operation's messages reach the user, and how often. */
import type { Progress, Reporter } from "../downloads/operation";
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

/** A {@link Reporter} whose row is kept up to date. */
export interface OperationReporter extends Reporter {
  /**
   * Call it each second: shows the progress as it is now, and why requests wait for the request budget, if they do. Now
   * and then that goes into the log, too.
   */
  tick(throttled: string | undefined): void;
}

/** A reporter for one operation on one resource. */
export function createReporter({ urn, clock, log, interactive }: ReporterOptions): OperationReporter {
  const interval = interactive ? INTERACTIVE_INTERVAL_MS : PIPELINE_INTERVAL_MS;
  // A pipeline's first line of progress comes after the first interval: short operations need none.
  let lastAt = interactive ? Number.NEGATIVE_INFINITY : clock.now();
  let lastMessage = "";
  let current: Progress | undefined;
  let throttled: string | undefined;
  let throttledAt = Number.NEGATIVE_INFINITY;
  const send = (severity: LogLine["severity"], message: string, ephemeral: boolean) =>
    void log({ severity, message, urn, ephemeral });
  const show = () => {
    if (clock.now() - lastAt < interval) return;
    const message = [current?.text(throttled !== undefined), throttled].filter((part) => part !== undefined).join("; ");
    if (message === "" || message === lastMessage) return;
    lastAt = clock.now();
    lastMessage = message;
    send("info", message, true);
  };
  return {
    progress(progress) {
      current = progress;
      show();
    },
    status(message) {
      current = { text: () => message };
      lastMessage = message;
      send("info", message, true);
    },
    note: (message) => send("info", message, false),
    warn: (message) => send("warning", message, false),
    tick(reason) {
      throttled = reason;
      if (reason !== undefined && clock.now() - throttledAt >= THROTTLE_INTERVAL_MS) {
        throttledAt = clock.now();
        send("info", reason, false);
      }
      show();
    },
  };
}
