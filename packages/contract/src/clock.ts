/** The clock of a run, which a test replaces: runs last for minutes. */
import { setTimeout as timer } from "node:timers/promises";

export interface Clock {
  /** Milliseconds since an arbitrary moment. Never goes back. */
  now(): number;
  /** Waits for `ms` milliseconds; rejects as soon as the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => timer(ms, undefined, signal === undefined ? {} : { signal }),
};
