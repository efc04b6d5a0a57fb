/**
 * Shares the polls that the budget has left among the videos that are waited for. Those of an operation with few have more than others, so
 * that a single short wait keeps its cadence beside a library of thousands.
 */
import { FEW_WAITS } from "../cloudflare/rateLimit/duePolls";

export class PollDemand {
  /** The operations that wait, with the number of videos that each waits for. */
  readonly byOwner = new Map<object, number>();
  /** The number of operations that wait for many videos. */
  libraries = 0;
  /** How long a wait takes as a rule, in milliseconds, as far as is known. */
  typicalMs: number | undefined;
  readonly #pollsLeft: () => number;
  readonly #owners = new Map<object, object>();

  /** @param pollsLeft polls that the budget bears before it has to recover */
  constructor(pollsLeft: () => number) {
    this.#pollsLeft = pollsLeft;
  }

  /** The number of videos that are waited for. */
  get videos(): number {
    return this.#owners.size;
  }

  /** A video is polled for an operation, from now on no longer for the one before. */
  join(poller: object, owner: object): void {
    if (this.#owners.get(poller) === owner) return;
    this.leave(poller);
    this.#owners.set(poller, owner);
    const videos = (this.byOwner.get(owner) ?? 0) + 1;
    this.byOwner.set(owner, videos);
    if (videos === FEW_WAITS + 1) this.libraries += 1;
  }

  /** It polls no more. */
  leave(poller: object): void {
    const owner = this.#owners.get(poller);
    if (owner === undefined) return;
    this.#owners.delete(poller);
    const left = (this.byOwner.get(owner) ?? 1) - 1;
    if (left === FEW_WAITS) this.libraries -= 1;
    if (left > 0) this.byOwner.set(owner, left);
    else this.byOwner.delete(owner);
  }

  /** Polls that are left for each video that an operation waits for: an equal part for each video or, where that is more, for each operation. */
  pollsLeft(owner: object): number {
    const videos = this.byOwner.get(owner) ?? 1;
    return this.#pollsLeft() / Math.min(this.byOwner.size * videos, this.#owners.size);
  }
}
