/** Gives each operation what it needs: a session, a reporter, and a signal that ends it on Ctrl-C or when its time is over. */
import { setMaxListeners } from "node:events";
import { Cancelled, type Operation, TimeLimitExceeded } from "../core/operation";
import { explain } from "../core/failure";
import type { Clock } from "../core/clock";
import type { RawInputs } from "../core/inputs/inputFields";
import { plainError } from "./engineErrors";
import { logToEngine } from "./engineLog";
import { engineAddress } from "./engineProcess";
import { watchEngine } from "./engineWatch";
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

const running = new Set<AbortController>();
/** What is to be done when the engine ends this process. */
const endings = new Set<() => void>();
let attached = false;
/** Whether a person watches: asked once, since the surroundings of a process do not change. */
let interactive: boolean | undefined;

/** Has something done when the engine ends this process. */
export function atEngineEnd(end: () => void): void {
  endings.add(end);
}

/**
 * Connects the process to its engine: once, when there is an engine to connect to.
 *
 * @param onCancel calls its listener when the engine asks to cancel; how a process hears of it depends on the host
 */
export function attachToEngine(onCancel: (listener: () => void) => void): void {
  const address = engineAddress();
  if (attached || address === undefined) return;
  attached = true;
  onCancel(() => {
    for (const operation of running) operation.abort(new Cancelled());
  });
  watchEngine(address, () => process.exit(1));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // So the engine ends its plugins. Without a listener the signal does again what it does by itself.
    process.once(signal, () => {
      for (const end of endings) end();
      process.kill(process.pid, signal);
    });
  }
}

/**
 * Runs one operation.
 *
 * @throws Error with one plain message
 */
export async function runOperation<T>(
  settings: OperationSettings & { readonly clock: Clock },
  open: () => OpenSession,
  run: (operation: Operation & OpenSession) => Promise<T>,
): Promise<T> {
  const { action, inputs, clock } = settings;
  const controller = new AbortController();
  // Everything that an operation does at once listens to it; there is no leak to warn of.
  setMaxListeners(0, controller.signal);
  const limitTimer = new AbortController();
  running.add(controller);
  const limitMs = settings.timeLimitMs ?? DEFAULT_TIME_LIMIT_MS;
  clock.sleep(limitMs, limitTimer.signal).then(
    () => controller.abort(new TimeLimitExceeded(limitMs)),
    () => undefined,
  );
  try {
    interactive ??= isInteractive();
    const urn = typeof inputs.__urn === "string" ? inputs.__urn : "";
    const report = createReporter({ urn, clock, log: logToEngine, interactive });
    return await run({ ...open(), clock, report, signal: controller.signal });
  } catch (error) {
    if (error instanceof Error && "reasons" in error) throw error;
    const more = error instanceof TimeLimitExceeded ? ". Run the command again, or raise customTimeouts." : "";
    throw plainError(`${action}: ${explain(error)}${more}`);
  } finally {
    limitTimer.abort();
    running.delete(controller);
  }
}
