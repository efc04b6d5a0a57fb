/**
 * The requests of a credential, by when they count. One that was sent on a busy machine arrives a second later, and one
 * five minutes after it at once: they arrive closer together than they were sent. So a request counts until a window
 * after its end, by which it has arrived.
 */
export class SentLog {
  /** When requests ended, oldest first. */
  #ended: number[] = [];
  #sent = 0;
  #inFlight = 0;
  #lastSent: number | undefined;

  /** When the latest was sent from here. */
  get lastSent(): number | undefined {
    return this.#lastSent;
  }

  /** How many were sent from here after a request, by its number. */
  sentAfter(request: number): number {
    return this.#sent - request;
  }

  /** Records a request that is sent from here. Returns its number, by the order in which these were sent. */
  send(now: number): number {
    this.#inFlight += 1;
    this.#lastSent = now;
    return (this.#sent += 1);
  }

  /** Records requests that other processes have sent. */
  sendElsewhere(requests: number): void {
    this.#inFlight += requests;
  }

  /**
   * Records that a request has ended.
   *
   * @param kept how many of the latest must be remembered
   */
  end(at: number, kept: number): void {
    this.#inFlight -= 1;
    // That one of another process has ended may be known a moment later.
    this.#ended.splice(this.#endedBefore(at + 1), 0, at);
    if (this.#ended.length > 2 * kept) this.#ended = this.#ended.slice(-kept);
  }

  /** When the n-th most recent one ended, `now` while it is in flight; undefined if there were fewer. */
  last(n: number, now: number): number | undefined {
    return n <= this.#inFlight ? now : this.#ended[this.#ended.length - (n - this.#inFlight)];
  }

  /** How many are in flight, or ended at or after a moment. */
  countSince(at: number): number {
    return this.#inFlight + this.#ended.length - this.#endedBefore(at);
  }

  #endedBefore(at: number): number {
    let [low, high] = [0, this.#ended.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ended[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What other processes have sent since they were asked before. */
export interface News {
  /** How many requests they have sent. */
  readonly sent: number;
  /** When requests of theirs have ended, by this process's clock. */
  readonly ended: readonly number[];
  /** How many of them send: what is left of the budget is theirs too. */
  readonly senders: number;
  /** How many requests those need at least. */
  readonly needs: number;
  /** Until when Cloudflare refuses all requests, as the last of them was told; by this process's clock. */
  readonly blockedUntil: number;
}

/** The processes that send with the same credential. */
export interface SentPeers {
  /**
   * Tells them that a request is sent here.
   *
   * @param needs how many more are needed at least
   */
  send(needs: number): void;
  /** Tells them that a request has ended, by the clock. */
  end(at: number): void;
  /** Tells them that Cloudflare refuses all requests until then, by the clock. */
  block(until: number): void;
  news(): News;
}
