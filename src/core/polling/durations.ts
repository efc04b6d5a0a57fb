/** How long waits of one kind take: what those that have ended took, and until some have, what those under way expect. */

/** As many of the latest as are remembered. */
const REMEMBERED = 64;

/** So many that have ended say how long the others take. */
const ENOUGH = 5;

/** A wait whose last two polls are further apart than this share of it only says when it was polled. */
const PRECISE_SHARE = 0.15;

export class Durations {
  #ended: number[] = [];
  readonly #expected = new Map<object, number>();
  #typical: number | undefined;
  #isStale = true;

  /** Whether so few have ended that some must find out. */
  get areUnknown(): boolean {
    return this.#ended.length < ENOUGH;
  }

  /** How long a wait takes as a rule, in milliseconds; undefined while nothing is known. */
  get typicalMs(): number | undefined {
    if (this.#isStale) {
      this.#typical = usual(this.#ended.length > 0 ? this.#ended : [...this.#expected.values()]);
      this.#isStale = false;
    }
    return this.#typical;
  }

  /** A wait that goes on expects to take so long in all. */
  expect(wait: object, totalMs: number): void {
    if (!this.areUnknown) return;
    this.#expected.set(wait, totalMs);
    this.#isStale = true;
  }

  /**
   * A wait has ended.
   *
   * @param tookMs how long it took
   * @param unsureMs the time between its last two polls, in any moment of which it may have ended
   */
  end(wait: object, tookMs: number, unsureMs: number): void {
    this.leave(wait);
    if (unsureMs > tookMs * PRECISE_SHARE) return;
    this.#ended.push(tookMs);
    if (this.#ended.length > REMEMBERED) this.#ended.shift();
    this.#isStale = true;
  }

  /** A wait was given up. */
  leave(wait: object): void {
    if (this.#expected.delete(wait)) this.#isStale = true;
  }
}

/** What a quarter of them is below: where all take about the same, that; where they differ, early enough to see how far the others are. */
function usual(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 4)];
}
