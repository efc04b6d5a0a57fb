/** Tells those whose requests wait for long: at once where that is known, else when they have waited; then again and again. */
import type { Clock } from "../../clock";
import type { Throttled } from "./throttled";

/** A wait of this length is told. */
const WORTH_TELLING_MS = 5000;

/** How often it is told again. */
const TELL_AGAIN_MS = 30_000;

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
  readonly #toldAt = new WeakMap<R, number>();
  #isWatching = false;

  /**
   * @param explain why a request waits now
   * @param waiting all that wait
   */
  constructor(clock: Clock, explain: (request: R) => Throttled, waiting: () => Iterable<R>) {
    this.#clock = clock;
    this.#explain = explain;
    this.#waiting = waiting;
  }

  /** A request has begun to wait. */
  watch(request: R): void {
    if (request.onThrottle === undefined) return;
    const throttled = this.#explain(request);
    if (throttled.waitMs >= WORTH_TELLING_MS) this.#tell(request, throttled);
    if (!this.#isWatching) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isWatching = true;
    for (let anyWaits = true; anyWaits;) {
      await this.#clock.sleep(WORTH_TELLING_MS);
      const now = this.#clock.now();
      anyWaits = false;
      for (const request of this.#waiting()) {
        anyWaits = true;
        const toldAt = this.#toldAt.get(request) ?? Number.NEGATIVE_INFINITY;
        if (now - request.since >= WORTH_TELLING_MS && now - toldAt >= TELL_AGAIN_MS)
          this.#tell(request, this.#explain(request));
      }
    }
    this.#isWatching = false;
  }

  #tell(request: R, throttled: Throttled): void {
    this.#toldAt.set(request, this.#clock.now());
    request.onThrottle?.(throttled);
  }
}
