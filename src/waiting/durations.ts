/**
 * How long waits of one kind typically take, learned from those that have ended and, until some have, from the
 * estimates of those in progress.
 */

/** How many of the latest waits are remembered. */
const REMEMBERED = 64;

/** How many waits must have ended before it counts as known how long the others take. */
const ENOUGH = 5;

/**
 * A wait whose last two polls are further apart than this share of it is not counted: it is too uncertain when it
 * ended.
 */
const PRECISE_SHARE = 0.15;

export class Durations {
  #ended: number[] = [];
  readonly #expected = new Map<object, number>();
  #typical: number | undefined;
  #isStale = true;

  /** Whether too few waits have ended to know how long one takes. */
  get areUnknown(): boolean {
    return this.#ended.length < ENOUGH;
  }

  /** How long a wait typically takes, in milliseconds; undefined while nothing is known. */
  get typicalMs(): number | undefined {
    if (this.#isStale) {
      this.#typical = usual(this.#ended.length > 0 ? this.#ended : [...this.#expected.values()]);
      this.#isStale = false;
    }
    return this.#typical;
  }

  /** Records how long a wait in progress expects to take in all. */
  expect(wait: object, totalMs: number): void {
    if (!this.areUnknown) return;
    this.#expected.set(wait, totalMs);
    this.#isStale = true;
  }

  /**
   * Records a wait that has ended.
   *
   * @param tookMs how long it took
   * @param uncertaintyMs the time between its last two polls, during which it ended
   */
  end(wait: object, tookMs: number, uncertaintyMs: number): void {
    this.leave(wait);
    if (uncertaintyMs > tookMs * PRECISE_SHARE) return;
    this.#ended.push(tookMs);
    if (this.#ended.length > REMEMBERED) this.#ended.shift();
    this.#isStale = true;
  }

  /** Forgets a wait that was abandoned. */
  leave(wait: object): void {
    if (this.#expected.delete(wait)) this.#isStale = true;
  }
}

/**
 * The lower quartile: where all take about the same time, that time; where they differ, early enough for a poll to show
 * the progress of the rest.
 */
function usual(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 4)];
}
