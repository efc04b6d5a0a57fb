/**
 * Estimates what other clients spend of the same budget, from what the API says is left and what was sent here. What
 * was spent before the first response is not taken as a rate: it may have been a process that has ended. What is spent
 * from then on is expected to continue.
 */
import type { RateLimitPolicy, RateLimitState } from "./rateLimitHeaders";

/**
 * The API gives its reset in whole seconds, rounded up: a request sent up to this long before a window's computed start
 * may belong to it.
 */
const RESET_ROUNDING_MS = 1500;

/**
 * Others are expected to spend somewhat more than they did: whoever uses the whole quota is one request away from a
 * block.
 */
const MARGIN = 1.2;

/**
 * How long, in milliseconds, what is observed counts for less than what was assumed before. What a whole window has
 * shown is more certain than the first seconds of the next, in which hundreds of requests may be sent.
 */
const SETTLING_MS = { firstWindow: 1000, later: 15_000 };

/** What was sent here, as a response is read. */
interface OwnRequests {
  readonly now: number;
  /** Requests that were sent after the one that was responded to: some of them may have arrived before it. */
  readonly later: number;
  /** Counts the requests that were sent since a moment, without these. */
  readonly sentSince: (at: number) => number;
}

export class OtherClients {
  #resetAt = Number.NEGATIVE_INFINITY;
  /** Since when a window is observed, what had been spent of it by then, and the rate before: requests a millisecond. */
  #since:
    { readonly at: number; readonly spent: number; readonly rate: number; readonly settlingMs: number } | undefined;
  #spent = 0;
  /** What the latest responses said that others have spent. */
  #latest: readonly number[] = [];

  /** Records what a response said. */
  observe(policy: RateLimitPolicy, state: RateLimitState, { now, later, sentSince }: OwnRequests): void {
    const windowStart = now + state.resetMs - policy.windowMs;
    const said = policy.quota - state.remaining - sentSince(windowStart - RESET_ROUNDING_MS);
    this.#latest = [...this.#latest, Math.max(0, said)].slice(-1 - later);
    const spent = Math.min(...this.#latest);
    const isNewWindow = now + RESET_ROUNDING_MS >= this.#resetAt;
    if (this.#since === undefined) this.#since = { at: now, spent, rate: 0, settlingMs: SETTLING_MS.firstWindow };
    // Nothing of a window was spent when it began.
    else if (isNewWindow)
      this.#since = { at: windowStart, spent: 0, rate: this.#rate(now), settlingMs: SETTLING_MS.later };
    this.#spent = isNewWindow ? spent : Math.max(this.#spent, spent);
    this.#resetAt = now + state.resetMs;
  }

  /** How many requests others will probably send in the next `ms` milliseconds. */
  expected(ms: number, now: number): number {
    return MARGIN * this.#rate(now) * ms;
  }

  #rate(now: number): number {
    if (this.#since === undefined) return 0;
    const { at, spent, rate, settlingMs } = this.#since;
    return (Math.max(0, this.#spent - spent) + rate * settlingMs) / (Math.max(0, now - at) + settlingMs);
  }
}
