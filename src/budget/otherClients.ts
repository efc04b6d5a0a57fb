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

/** The start of an observation, and what other clients had spent by then. */
interface Baseline {
  readonly at: number;
  readonly spent: number;
  /** Requests per millisecond that they were known to send before that. */
  readonly knownRate: number;
  /** The same, assuming that what was spent before the first response continues. */
  readonly cautiousRate: number;
  readonly settlingMs: number;
}

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
  #baseline: Baseline | undefined;
  #spent = 0;
  /** What the latest responses said that others have spent. */
  #latest: readonly number[] = [];

  /** Records what a response said. */
  observe(policy: RateLimitPolicy, state: RateLimitState, { now, later, sentSince }: OwnRequests): void {
    const windowStart = now + state.resetMs - policy.windowMs;
    const spent = this.#leastOf(
      Math.max(0, policy.quota - state.remaining - sentSince(windowStart - RESET_ROUNDING_MS)),
      1 + later,
    );
    if (this.#baseline === undefined) {
      const elapsed = now - windowStart;
      const cautiousRate = elapsed > 0 ? spent / elapsed : 0;
      this.#baseline = { at: now, spent, knownRate: 0, cautiousRate, settlingMs: SETTLING_MS.firstWindow };
      this.#spent = spent;
    } else if (now + RESET_ROUNDING_MS >= this.#resetAt) {
      // A new window: nothing of it was spent when it began.
      const knownRate = this.#rate(now, this.#baseline.knownRate);
      this.#baseline = { at: windowStart, spent: 0, knownRate, cautiousRate: knownRate, settlingMs: SETTLING_MS.later };
      this.#spent = spent;
    } else this.#spent = Math.max(this.#spent, spent);
    this.#resetAt = now + state.resetMs;
  }

  /**
   * How many requests others will probably send in the next `ms` milliseconds. Cautiously: assuming that what was spent
   * before continues.
   */
  expected(ms: number, now: number, cautiously: boolean): number {
    if (this.#baseline === undefined) return 0;
    const { knownRate, cautiousRate } = this.#baseline;
    return MARGIN * this.#rate(now, cautiously ? cautiousRate : knownRate) * ms;
  }

  /** The least that so many of the latest responses have said. */
  #leastOf(spent: number, responses: number): number {
    this.#latest = [...this.#latest, spent].slice(-responses);
    return Math.min(...this.#latest);
  }

  #rate(now: number, assumed: number): number {
    if (this.#baseline === undefined) return 0;
    const { at, spent, settlingMs } = this.#baseline;
    const observedMs = Math.max(0, now - at);
    return (Math.max(0, this.#spent - spent) + assumed * settlingMs) / (observedMs + settlingMs);
  }
}
