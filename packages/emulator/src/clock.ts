/** The emulator's time. What a fault delays waits by it, so that moving it ends the wait. */
import type { EmulatorOptions } from "./options";

/** The last moment that a Date can be, in milliseconds since the epoch. */
const LATEST_MS = 8.64e15;

/** About 25 days. A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A source of time that can be advanced. */
export class EmulatorClock {
  readonly #now: () => number;
  readonly #sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  #advancedMs = 0;
  #advance = new AbortController();

  constructor({ now = dayTime, sleep = timer }: Pick<EmulatorOptions, "now" | "sleep">) {
    this.#now = now;
    this.#sleep = sleep;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return Math.min(this.#now() + this.#advancedMs, LATEST_MS);
  }

  /**
   * Advances the time, past the end of waits too.
   *
   * @throws RangeError if the time would go back, or past the last date that JavaScript can represent
   */
  advance(ms: number): void {
    if (!(ms >= 0 && this.now() + ms <= LATEST_MS)) {
      throw new RangeError(`the emulator's time goes from 1970 to ${LATEST_MS} ms after, and not back`);
    }
    this.#advancedMs += ms;
    const advance = this.#advance;
    this.#advance = new AbortController();
    advance.abort();
  }

  /** Waits until `ms` milliseconds of this time have passed, `Infinity` included, or until the signal is aborted. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    const due = this.now() + ms;
    while (!signal.aborted && this.now() < due) {
      const interrupted = AbortSignal.any([signal, this.#advance.signal]);
      await this.#sleep(due - this.now(), interrupted).catch((error: unknown) => {
        if (!interrupted.aborted) throw error;
      });
    }
  }
}

/** This machine's time of day, by the `Date` of that moment: a test may have replaced it. */
function dayTime(): number {
  return Date.now();
}

/** This machine's timers, those of that moment too. One lasts for 25 days at most: `wait` then goes on waiting. */
function timer(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timeout);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timeout = setTimeout(end, Math.min(ms, LONGEST_TIMER_MS));
    signal.addEventListener("abort", end);
  });
}
