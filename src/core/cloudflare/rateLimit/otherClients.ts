/**
 * Estimates what other clients spend of the same budget, from what the API says is left and what was sent here. What was spent before the
 * first response is no rate: it may have been a process that has ended. What is spent from then on is expected to go on.
 */
import type { RateLimitPolicy, RateLimitState } from "./rateLimitHeaders";

/** The API gives its reset in whole seconds, rounded up; what was sent so long before may belong to its window. */
export const RESET_ROUNDING_MS = 1500;

/** Others are expected to spend somewhat more than they did: meeting the quota exactly is one request from a block. */
const MARGIN = 1.05;

/** For so long an observation weighs no more than what was assumed before it, in milliseconds. */
const SETTLING_MS = 3000;

/** Since when the others are observed, and what they had spent by then. */
interface Baseline {
  readonly at: number;
  readonly spent: number;
  /** Requests per millisecond that they were known to send before. */
  readonly knownRate: number;
  /** The same if what was spent before the first response goes on. */
  readonly feltRate: number;
}

export class OtherClients {
  #resetAt = Number.NEGATIVE_INFINITY;
  #baseline: Baseline | undefined;
  #spent = 0;

  /**
   * Takes note of what a response said.
   *
   * @param sentSince how many requests were sent here since a moment
   */
  observe(policy: RateLimitPolicy, state: RateLimitState, now: number, sentSince: (at: number) => number): void {
    const windowStart = now + state.resetMs - policy.windowMs;
    const own = sentSince(windowStart - RESET_ROUNDING_MS);
    const spent = Math.max(0, policy.quota - state.remaining - own);
    if (this.#baseline === undefined) {
      const elapsed = now - windowStart;
      this.#baseline = { at: now, spent, knownRate: 0, feltRate: elapsed > 0 ? spent / elapsed : 0 };
      this.#spent = spent;
    } else if (now + RESET_ROUNDING_MS >= this.#resetAt) {
      // A new window: nothing of it was spent when it began.
      const knownRate = this.#rate(now, this.#baseline.knownRate);
      this.#baseline = { at: windowStart, spent: 0, knownRate, feltRate: knownRate };
      this.#spent = spent;
    } else this.#spent = Math.max(this.#spent, spent);
    this.#resetAt = now + state.resetMs;
  }

  /** Requests that others will probably send in so many milliseconds. Cautiously: as if what was spent before goes on. */
  expected(ms: number, now: number, cautiously: boolean): number {
    if (this.#baseline === undefined) return 0;
    const { knownRate, feltRate } = this.#baseline;
    return MARGIN * this.#rate(now, cautiously ? feltRate : knownRate) * ms;
  }

  #rate(now: number, assumed: number): number {
    if (this.#baseline === undefined) return 0;
    const observedMs = Math.max(0, now - this.#baseline.at);
    return (Math.max(0, this.#spent - this.#baseline.spent) + assumed * SETTLING_MS) / (observedMs + SETTLING_MS);
  }
}
