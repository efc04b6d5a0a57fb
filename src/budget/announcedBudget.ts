/**
 * The budget as the API announces it: its policies, how many requests are left until when, and what other clients spend
 * of it. What they have spent before the first response may be of a process that has ended; what they spend from then
 * on is expected to continue.
 */
import type { Clock } from "../core/clock";
import { LIMITS } from "./limits";
import type { RateLimitPolicy, RateLimitState } from "./rateLimitHeaders";
import type { SentLog } from "./sentLog";
import type { Throttled } from "./throttled";

/** When a request may be sent, and why it has to wait until then. */
export interface SendTime {
  readonly at: number;
  readonly reason: Throttled["reason"];
}

/** What other clients spend of an announced window. */
interface OtherClients {
  /** Since when it is observed, and what had been spent by then. */
  readonly since: number;
  readonly spentBefore: number;
  readonly spent: number;
  /** What they spent before that, in requests a millisecond. */
  readonly rateBefore: number;
  readonly settlingMs: number;
  readonly resetAt: number;
}

export class AnnouncedBudget {
  readonly #clock: Clock;
  readonly #sent: SentLog;
  #policies: readonly RateLimitPolicy[] = [];
  #state: { readonly at: number; readonly remaining: number; readonly resetAt: number } | undefined;
  #others: OtherClients | undefined;
  /** What the latest responses said that others have spent. */
  #latest: readonly number[] = [];

  constructor(clock: Clock, sent: SentLog) {
    this.#clock = clock;
    this.#sent = sent;
  }

  get policies(): readonly RateLimitPolicy[] {
    return this.#policies;
  }

  /**
   * Records what a response's headers said.
   *
   * @param request the request's number in the log. Default: the latest's
   */
  observe(state: RateLimitState | undefined, policies: readonly RateLimitPolicy[], request?: number): void {
    if (policies.length > 0) this.#policies = policies;
    if (state === undefined) return;
    const now = this.#clock.now();
    const [policy, ...more] = this.#policies;
    // No window ends later than it is long, whatever the API says.
    const longestMs = Math.max(...this.#policies.map(({ windowMs }) => windowMs));
    const resetMs = policy === undefined ? state.resetMs : Math.min(state.resetMs, longestMs);
    this.#state = { at: now, remaining: state.remaining, resetAt: now + resetMs };
    // Where several budgets are announced, it is not known to which one the numbers belong.
    if (policy !== undefined && more.length === 0) this.#observeOthers(policy, { ...state, resetMs }, request);
  }

  /** What the last response said of the current window; undefined while nothing is known of it. */
  said(): { readonly remaining: number; readonly resetMs: number } | undefined {
    const now = this.#clock.now();
    if (this.#state === undefined || this.#state.resetAt <= now) return undefined;
    return { remaining: this.#state.remaining, resetMs: this.#state.resetAt - now };
  }

  /** What is left of the current window, by the last response and what others will have spent since. */
  left(): number {
    const said = this.said();
    if (said === undefined || this.#state === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(0, Math.floor(said.remaining - this.#expectedOfOthers(this.#clock.now() - this.#state.at)));
  }

  /** The same, less what others will spend until the window ends. */
  leftBesides(): number {
    return this.left() - this.#expectedOfOthers(this.said()?.resetMs ?? 0);
  }

  /**
   * When the announced budget allows a request, how many are left then, and when its window ends; undefined while
   * nothing is known of it.
   *
   * @param taken how many requests are in flight, or to be left
   * @param ahead how many wait or are still to come, this one included
   */
  sendTime(taken: number, ahead: number): (SendTime & { readonly left: number; readonly endsAt: number }) | undefined {
    const window = this.said();
    if (window === undefined) return undefined;
    const now = this.#clock.now();
    const endsAt = now + window.resetMs;
    const left = this.left() - taken;
    if (left <= 0) return { at: endsAt, reason: "spent", left, endsAt };
    // Where what waits here may not fit beside what others spend, the rest is spread evenly over the window.
    const ofOthers = this.#expectedOfOthers(window.resetMs);
    const looks = window.resetMs / LIMITS.longestSpacingMs;
    const fits = ofOthers < 1 || ahead + ofOthers + looks <= left;
    const spacing = Math.min(LIMITS.longestSpacingMs, window.resetMs / Math.max(0, left - ofOthers));
    const at = fits ? Number.NEGATIVE_INFINITY : (this.#sent.lastSent ?? Number.NEGATIVE_INFINITY) + spacing;
    return { at, reason: "paced", left, endsAt };
  }

  #observeOthers({ quota, windowMs }: RateLimitPolicy, { remaining, resetMs }: RateLimitState, request?: number): void {
    const now = this.#clock.now();
    const startedAt = now + resetMs - windowMs;
    // Some of those that were sent later may have arrived before it.
    const later = request === undefined ? 0 : this.#sent.sentAfter(request);
    const spent = quota - remaining - (this.#sent.countSince(startedAt - LIMITS.resetRoundingMs) - later);
    this.#latest = [...this.#latest, Math.max(0, spent)].slice(-1 - later);
    const least = Math.min(...this.#latest);
    const before = this.#others;
    const resetAt = now + resetMs;
    if (before === undefined) {
      const settlingMs = LIMITS.settlingAtFirstMs;
      this.#others = { since: now, spentBefore: least, spent: least, rateBefore: 0, settlingMs, resetAt };
    } else if (now + LIMITS.resetRoundingMs >= before.resetAt) {
      // Nothing of a window was spent when it began.
      const [rateBefore, settlingMs] = [this.#rateOfOthers(), LIMITS.settlingMs];
      this.#others = { since: startedAt, spentBefore: 0, spent: least, rateBefore, settlingMs, resetAt };
    } else this.#others = { ...before, spent: Math.max(before.spent, least), resetAt };
  }

  /** How many requests others will probably send in the next `ms` milliseconds. */
  #expectedOfOthers(ms: number): number {
    return LIMITS.margin * this.#rateOfOthers() * ms;
  }

  #rateOfOthers(): number {
    if (this.#others === undefined) return 0;
    const { since, spentBefore, spent, rateBefore, settlingMs } = this.#others;
    const observedMs = Math.max(0, this.#clock.now() - since);
    return (Math.max(0, spent - spentBefore) + rateBefore * settlingMs) / (observedMs + settlingMs);
  }
}
