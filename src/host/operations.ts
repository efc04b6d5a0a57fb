/** Gives each operation what it needs: a session, a reporter, and a signal that ends it on Ctrl-C or when its time is over. */
import { setMaxListeners } from "node:events";
import { Cancelled, type Operation, TimeLimitExceeded } from "../core/operation";
import { explain } from "../core/failure";
import type { Clock } from "../core/clock";
import type { RawInputs } from "../core/inputs/inputFields";
import type { EngineLog } from "./engineLog";
import { PartialResult, plainError } from "./hostErrors";
import { isInteractive } from "./interactive";
import { createReporter } from "./progressReporter";
import type { OpenSession } from "./sessions";

/** How long an operation may take unless the resource says otherwise: 1 hour. */
export const DEFAULT_TIME_LIMIT_MS = 3_600_000;

/** What an operation is. */
export interface OperationSettings {
  /** How an error message begins, for example `creating download "audio" of video ea95…`. */
  readonly action: string;
  readonly inputs: RawInputs;
  /** How long it may take, in milliseconds: what `customTimeouts` say, else a default. Default {@link DEFAULT_TIME_LIMIT_MS}. */
  readonly timeLimitMs?: number | undefined;
}

/** Whether a person watches: asked once, since the surroundings of a process do not change. */
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

  /** Ends those that are under way. */
  cancel(): void {
    for (const operation of this.#running) operation.abort(new Cancelled());
  }

  /**
   * Runs one operation.
   *
   * @throws Error with one plain message
   */
  async run<T>(
    settings: OperationSettings,
    open: () => OpenSession,
    work: (operation: Operation & OpenSession) => Promise<T>,
  ): Promise<T> {
    const clock = this.#clock;
    const { action, inputs } = settings;
    const controller = new AbortController();
    // Everything that an operation does at once listens to it; there is no leak to warn of.
    setMaxListeners(0, controller.signal);
    const limitTimer = new AbortController();
    this.#running.add(controller);
    const limitMs = settings.timeLimitMs ?? DEFAULT_TIME_LIMIT_MS;
    clock.sleep(limitMs, limitTimer.signal).then(
      () => controller.abort(new TimeLimitExceeded(limitMs)),
      () => undefined,
    );
    try {
      interactive ??= isInteractive();
      const urn = typeof inputs.__urn === "string" ? inputs.__urn : "";
      const report = createReporter({ urn, clock, log: this.#log, interactive });
      return await work({ ...open(), clock, report, signal: controller.signal });
    } catch (error) {
      if (error instanceof PartialResult) throw error;
      const more = error instanceof TimeLimitExceeded ? ". Run the command again, or raise customTimeouts." : "";
      throw plainError(`${action}: ${explain(error)}${more}`);
    } finally {
      limitTimer.abort();
      this.#running.delete(controller);
    }
  }
}
