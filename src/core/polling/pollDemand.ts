/**
 * Shares what the budget has for polls among the operations that wait. An operation that needs less than its part gets what it needs,
 * and leaves the rest to the others: so a single short wait keeps its cadence beside a library of thousands, whose pauses are stretched.
 */

/** One video that is polled for an operation. */
interface Share {
  readonly owner: object;
  /** Polls per millisecond that its cadence asks for. */
  readonly wanted: number;
}

export class PollDemand {
  /** The operations that wait, with the number of videos that each waits for. */
  readonly byOwner = new Map<object, number>();
  readonly #rate: () => number;
  readonly #shares = new Map<object, Share>();
  /** Polls per millisecond, by operation. */
  readonly #wanted = new Map<object, number>();

  /** @param rate polls per millisecond that the budget bears; infinite while there is plenty */
  constructor(rate: () => number) {
    this.#rate = rate;
  }

  /**
   * Says how long the next pause is to be.
   *
   * @param poller what polls, by identity
   * @param wantedMs the pause that its cadence asks for
   * @returns that pause; where the operation's part of the budget does not suffice, at least what gives each of its videos an equal part
   */
  pause(poller: object, owner: object, wantedMs: number): number {
    this.leave(poller);
    const wanted = 1 / Math.max(1, wantedMs);
    this.#shares.set(poller, { owner, wanted });
    const videos = (this.byOwner.get(owner) ?? 0) + 1;
    this.byOwner.set(owner, videos);
    const ofOwner = (this.#wanted.get(owner) ?? 0) + wanted;
    this.#wanted.set(owner, ofOwner);
    const part = this.#part();
    return ofOwner > part ? Math.max(wantedMs, videos / part) : wantedMs;
  }

  /** It polls no more. */
  leave(poller: object): void {
    const share = this.#shares.get(poller);
    if (share === undefined) return;
    this.#shares.delete(poller);
    const left = (this.byOwner.get(share.owner) ?? 1) - 1;
    if (left > 0) {
      this.byOwner.set(share.owner, left);
      this.#wanted.set(share.owner, (this.#wanted.get(share.owner) ?? 0) - share.wanted);
    } else {
      this.byOwner.delete(share.owner);
      this.#wanted.delete(share.owner);
    }
  }

  /** The most that an operation can have, so that all of them together have what the budget bears. */
  #part(): number {
    let left = this.#rate();
    if (left === Number.POSITIVE_INFINITY) return left;
    const wanted = [...this.#wanted.values()].sort((a, b) => a - b);
    for (const [i, want] of wanted.entries()) {
      const part = left / (wanted.length - i);
      if (want > part) return part;
      left -= want;
    }
    return Number.POSITIVE_INFINITY;
  }
}
