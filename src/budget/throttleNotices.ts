/**
 * Notifies those whose requests wait long: at once where that is known, otherwise once they have waited; then at
 * intervals.
 */
import type { Clock } from "../core/clock";
import type { Throttled } from "./throttled";

/** Waits of at least this length are reported. */
const REPORTED_FROM_MS = 5000;

/** How often a wait is reported again. */
const REPORT_AGAIN_MS = 30_000;

/** A request that waits. */
export interface Waiting {
  /** When it began to wait, by the clock. */
  readonly since: number;
  readonly onThrottle: ((throttled: Throttled) => void) | undefined;
}

export class ThrottleNotices<R extends Waiting> {
  readonly #clock: Clock;
  readonly #explain: (request: R) => Throttled;
  readonly #waiting: () => Iterable<R>;
  readonly #reportedAt = new WeakMap<R, number>();
  #isWatching = false;

  /**
   * @param explain says why a request waits now
   * @param waiting lists all requests that wait
   */
  constructor(clock: Clock, explain: (request: R) => Throttled, waiting: () => Iterable<R>) {
    this.#clock = clock;
    this.#explain = explain;
    this.#waiting = waiting;
  }

  /** Watches a request that has begun to wait. */
  watch(request: R): void {
    if (request.onThrottle === undefined) return;
    const throttled = this.#explain(request);
    if (throttled.waitMs >= REPORTED_FROM_MS) this.#report(request, throttled);
    if (!this.#isWatching) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isWatching = true;
    for (let anyWaits = true; anyWaits;) {
      await this.#clock.sleep(REPORTED_FROM_MS);
      const now = this.#clock.now();
      anyWaits = false;
      for (const request of this.#waiting()) {
        anyWaits = true;
        const reportedAt = this.#reportedAt.get(request) ?? Number.NEGATIVE_INFINITY;
        if (now - request.since >= REPORTED_FROM_MS && now - reportedAt >= REPORT_AGAIN_MS)
          this.#report(request, this.#explain(request));
      }
    }
    this.#isWatching = false;
  }

  #report(request: R, throttled: Throttled): void {
    this.#reportedAt.set(request, this.#clock.now());
    request.onThrottle?.(throttled);
  }
}
