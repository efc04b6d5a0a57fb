/** The times at which requests were sent with a credential, oldest first, as many as a quota needs. */
export class SentLog {
  #at: number[] = [];

  /** @param kept how many of the latest must be remembered */
  record(at: number, kept: number): void {
    // What another process has sent may be known a moment later.
    let place = this.#at.length;
    while (place > 0 && (this.#at[place - 1] ?? 0) > at) place -= 1;
    this.#at.splice(place, 0, at);
    if (this.#at.length > 2 * kept) this.#at = this.#at.slice(-kept);
  }

  /** When the n-th most recent one was sent; undefined if there were fewer. */
  last(n = 1): number | undefined {
    return this.#at[this.#at.length - n];
  }

  /** How many were sent at or after a moment. */
  countSince(at: number): number {
    let [low, high] = [0, this.#at.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#at[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return this.#at.length - low;
  }
}

/** The processes that send with the same credential. */
export interface SentPeers {
  /** Tells them of a request that is sent here, by the clock. */
  tell(at: number): void;
  /** When they have sent what this did not return before, by the same clock. */
  news(): readonly number[];
}
