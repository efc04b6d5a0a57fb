/** The clock that everything here uses, so that tests can control time. */

/** Tells the time and sleeps. */
export interface Clock {
  /** Milliseconds since an arbitrary fixed moment. Monotonic: setting the system's date does not change it. */
  now(): number;
  /** Milliseconds since the epoch, as the system's date says: for times that another process reads. */
  date(): number;
  /**
   * Resolves after `ms` milliseconds (never for `Infinity`), or rejects with the signal's reason as soon as it is
   * aborted.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Calls `act` once after `ms` milliseconds. Returns what cancels that. */
export function startTimer(clock: Clock, ms: number, act: () => void): () => void {
  const cancelled = new AbortController();
  clock.sleep(ms, cancelled.signal).then(act, () => undefined);
  return () => cancelled.abort();
}

/** Calls `act` every `ms` milliseconds. Returns what ends that; a timer left behind would keep the process alive. */
export function startInterval(clock: Clock, ms: number, act: () => void): () => void {
  let cancel = () => {};
  const next = () => {
    cancel = startTimer(clock, ms, () => {
      next();
      act();
    });
  };
  next();
  return () => cancel();
}

/** About 25 days. A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. It uses the global timers, so fake timers control it. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  async sleep(ms, signal) {
    let left = ms;
    for (; left > LONGEST_TIMER_MS; left -= LONGEST_TIMER_MS) await timer(LONGEST_TIMER_MS, signal);
    await timer(left, signal);
  },
};

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      clearTimeout(timeout);
      reject(signal?.reason);
    };
    const timeout = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
