/**
 * How long waits of one kind typically take, learned from those that have ended and, until some have, from the
 * estimates of those in progress.
 */

/** How many of the latest are remembered. */
const REMEMBERED = 64;

/** How many waits must have ended before it counts as known how long the others take. */
const ENOUGH = 3;

/**
 * A wait whose last two polls are further apart than this share of it is not counted: it is too uncertain when it
 * ended, and with few polls left all would be noticed later and later.
 */
const PRECISE_SHARE = 0.3;

export class Durations {
  readonly #ended: number[] = [];
  readonly #expected: number[] = [];

  /** Whether too few waits have ended to know how long one takes. */
  get areUnknown(): boolean {
    return this.#ended.length < ENOUGH;
  }

  /** How long a wait typically takes, in milliseconds; undefined while nothing is known. */
  get typicalMs(): number | undefined {
    return usual(this.#ended.length > 0 ? this.#ended : this.#expected);
  }

  /** Records how long a wait in progress expects to take in all. */
  expect(totalMs: number): void {
    remember(this.#expected, totalMs);
  }

  /**
   * Records a wait that has ended.
   *
   * @param tookMs how long it took
   * @param uncertaintyMs the time between its last two polls, during which it ended
   */
  end(tookMs: number, uncertaintyMs: number): void {
    if (uncertaintyMs <= tookMs * PRECISE_SHARE) remember(this.#ended, tookMs);
  }
}

function remember(values: number[], value: number): void {
  values.push(value);
  if (values.length > REMEMBERED) values.shift();
}

/**
 * The lower quartile: where all take about the same time, that time; where they differ, early enough for a poll to show
 * the progress of the rest.
 */
function usual(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 4)];
}
