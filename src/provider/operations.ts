/** Runs operations: gives each a session, a reporter, and a signal that aborts it on Ctrl-C or at its time limit. */
import { setMaxListeners } from "node:events";
import { Cancelled, type Operation, TimeLimitExceeded, VideoNotReadyInTime } from "../downloads/operation";
import { Job } from "../budget/job";
import { budgetPauseMs, type Throttled, throttleText } from "../budget/throttled";
import { reasonOf } from "../downloads/failure";
import { type Clock, startInterval, startTimer } from "../core/clock";
import type { EngineLog } from "./engineLog";
import { NotYet, PartialResult, plainError } from "./hostErrors";
import { isInteractive } from "./interactive";
import { createReporter } from "./progressReporter";
import type { OpenSession } from "./sessions";

/**
 * A request's time limit in milliseconds. The engine sends seconds, and 0 for a limit that is not set; a user's "0s" is
 * the same to it.
 */
export function timeLimitOf(seconds: number): number | undefined {
  return seconds > 0 ? seconds * 1000 : undefined;
}

/** In the row of each resource that was worked on with them: who may do what depends on it. */
export const FALLBACK_USED =
  "used the environment's CLOUDFLARE_API_TOKEN: Cloudflare does not know the configured credentials";

/** The settings of an operation. */
export interface OperationSettings {
  /** What is being done, as error messages begin, for example `creating download "audio" of video ea95…`. */
  readonly action: string;
  /** The resource whose row it reports to. */
  readonly urn: string;
  /** How long it may take, in milliseconds. */
  readonly timeLimitMs: number;
}

/** How often a row is brought up to date. */
const TICK_MS = 1000;

/** Whether a person is watching; determined once, since it does not change while the process runs. */
let interactive: boolean | undefined;

/** The operations of a process. */
export class Operations {
  readonly #clock: Clock;
  readonly #log: EngineLog;
  readonly #running = new Set<AbortController>();

  constructor(clock: Clock, log: EngineLog) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Cancels the running operations. */
  cancel(): void {
    for (const operation of this.#running) operation.abort(new Cancelled());
  }

  /** Runs something that is no operation of a resource, with a signal that aborts it on Ctrl-C. */
  async untilCancelled<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = this.#begin();
    try {
      return await work(controller.signal);
    } finally {
      this.#running.delete(controller);
    }
  }

  #begin(): AbortController {
    const controller = new AbortController();
    // Every concurrent request adds a listener; that is not a leak.
    setMaxListeners(0, controller.signal);
    this.#running.add(controller);
    return controller;
  }

  /**
   * Runs one operation.
   *
   * @throws PartialResult as `work` throws it, or Error with a single message for the user
   */
  async run<T>(
    settings: OperationSettings,
    open: () => OpenSession,
    work: (operation: Operation & OpenSession) => Promise<T>,
  ): Promise<T> {
    const clock = this.#clock;
    const { action, urn, timeLimitMs: limitMs } = settings;
    const controller = this.#begin();
    const job = new Job();
    let waitOf = (): Throttled | undefined => undefined;
    const cancelLimit = startTimer(clock, limitMs, () =>
      controller.abort(new TimeLimitExceeded(limitMs, budgetPauseMs(waitOf()))),
    );
    let endTicks = () => {};
    try {
      interactive ??= isInteractive();
      const report = createReporter({ urn, clock, log: this.#log, interactive });
      const session = open();
      waitOf = () => session.limiter.waitOf(job);
      endTicks = startInterval(clock, TICK_MS, () => {
        const throttled = waitOf();
        report.tick(throttled && throttleText(throttled));
      });
      try {
        return await work({ ...session, clock, report, job, signal: controller.signal });
      } finally {
        if (session.credentials.isFallback) report.note(FALLBACK_USED);
      }
    } catch (error) {
      if (error instanceof PartialResult || error instanceof NotYet) throw error;
      const text = `${action}: ${reasonOf(error).text}`;
      throw error instanceof VideoNotReadyInTime ? new NotYet(text) : plainError(text);
    } finally {
      cancelLimit();
      endTicks();
      this.#running.delete(controller);
    }
  }
}
