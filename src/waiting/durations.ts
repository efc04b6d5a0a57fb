/**
 * How long waits of one kind typically take: learned from those of which is known when they ended, else from the
 * estimates of those in progress, else from those that ended between two polls which are far apart.
 */
import { POLLS } from "./limits";

export class Durations {
  readonly #ended: number[] = [];
  readonly #expected: number[] = [];
  /** Of waits that have ended at some moment between two polls which are far apart. */
  readonly #roughly: number[] = [];

  /** Whether too few waits have ended to know how long one takes. */
  get areUnknown(): boolean {
    return this.#ended.length < POLLS.enough;
  }

  /** How long a wait typically takes, in milliseconds; undefined while nothing is known. */
  get typicalMs(): number | undefined {
    return usual(this.#ended) ?? usual(this.#expected) ?? usual(this.#roughly);
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
    if (uncertaintyMs <= tookMs * POLLS.preciseShare) remember(this.#ended, tookMs);
    else if (uncertaintyMs <= tookMs * POLLS.roughShare) remember(this.#roughly, tookMs);
  }
}

function remember(values: number[], value: number): void {
  values.push(value);
  if (values.length > POLLS.durations) values.shift();
}

/**
 * The lower quartile: where all take about the same time, that time; where they differ, early enough for a poll to show
 * the progress of the rest.
 */
function usual(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 4)];
}
