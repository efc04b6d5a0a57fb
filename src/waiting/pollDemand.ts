/**
 * Divides the polls that the budget has left among the videos that are waited for. An operation with few videos gets
 * more for each, so that a single short wait keeps its cadence beside a library of thousands.
 */
import { FEW_WAITS, PER_WAIT } from "../budget/duePolls";

export class PollDemand {
  /** The operations that wait, with the number of videos that each waits for. */
  readonly byOwner = new Map<object, number>();
  /** The number of operations that wait for many videos. */
  libraries = 0;
  /** How long a wait typically takes, in milliseconds; undefined while that is not known. */
  typicalMs: number | undefined;
  readonly #pollsLeft: () => number;
  readonly #owners = new Map<object, object>();

  /** @param pollsLeft how many polls the budget allows before it has to recover */
  constructor(pollsLeft: () => number) {
    this.#pollsLeft = pollsLeft;
  }

  /** The number of videos that are waited for. */
  get videos(): number {
    return this.#owners.size;
  }

  /** Counts a video's poller for an operation, and no longer for the one that it was counted for before. */
  join(poller: object, owner: object): void {
    if (this.#owners.get(poller) === owner) return;
    this.leave(poller);
    this.#owners.set(poller, owner);
    const videos = (this.byOwner.get(owner) ?? 0) + 1;
    this.byOwner.set(owner, videos);
    if (videos === FEW_WAITS + 1) this.libraries += 1;
  }

  /** Stops counting a poller that has ended. */
  leave(poller: object): void {
    const owner = this.#owners.get(poller);
    if (owner === undefined) return;
    this.#owners.delete(poller);
    const left = (this.byOwner.get(owner) ?? 1) - 1;
    if (left === FEW_WAITS) this.libraries -= 1;
    if (left > 0) this.byOwner.set(owner, left);
    else this.byOwner.delete(owner);
  }

  /**
   * The polls left for each video of an operation: an equal share for each video or, where that gives it more, for each
   * operation. Beside a library that has spent the budget, an operation with few videos still has what the rate limiter
   * reserves for it.
   */
  pollsLeft(owner: object): number {
    const videos = this.byOwner.get(owner) ?? 1;
    const share = this.#pollsLeft() / Math.min(this.byOwner.size * videos, this.#owners.size);
    return this.libraries > 0 && videos <= FEW_WAITS ? Math.max(share, PER_WAIT) : share;
  }
}
