/** The times at which requests were sent, oldest first, as many as a quota needs. */
export class SentLog {
  #at: number[] = [];

  /** @param kept how many of the latest must be remembered */
  record(at: number, kept: number): void {
    this.#at.push(at);
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
