/**
 * The budget as the API announces it: its policies, and how many requests are left until when. Other clients may be
 * spending it too.
 */
import type { Clock } from "../core/clock";
import { OtherClients } from "./otherClients";
import type { RateLimitPolicy, RateLimitState } from "./rateLimitHeaders";
import type { SentLog } from "./sentLog";
import type { Throttled } from "./throttled";

/**
 * The longest pause between two requests that makes room for other clients: only a response corrects the estimate of
 * what they spend.
 */
const LONGEST_SPACING_MS = 5000;

/** A request that is waiting to be sent. */
interface Candidate {
  /** How many requests it must leave unspent. */
  readonly untouched: number;
  /** Requests in flight. */
  readonly inFlight: number;
  /** Requests that wait or are still to come, this one included. */
  readonly ahead: number;
}

/** How many requests are left of an announced window, and when it ends. */
interface Left {
  readonly left: number;
  readonly endsAt: number;
}

/** When a request may be sent, and why it has to wait until then. */
export interface SendTime {
  readonly at: number;
  readonly reason: Throttled["reason"];
}

export class AnnouncedBudget {
  readonly #clock: Clock;
  readonly #sent: SentLog;
  readonly #others = new OtherClients();
  #policies: readonly RateLimitPolicy[] = [];
  #state: { readonly at: number; readonly remaining: number; readonly resetAt: number } | undefined;

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
    this.#state = { at: now, remaining: state.remaining, resetAt: now + state.resetMs };
    const [policy, ...more] = this.#policies;
    // Where several budgets are announced, it is not known to which one the numbers belong.
    if (policy === undefined || more.length > 0) return;
    const later = request === undefined ? 0 : this.#sent.sentAfter(request);
    this.#others.observe(policy, state, { now, later, sentSince: (at) => this.#sent.countSince(at) - later });
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
   */
  sendTime({ untouched, inFlight, ahead }: Candidate): (SendTime & Left) | undefined {
    const window = this.said();
    if (this.#state === undefined || window === undefined) return undefined;
    const endsAt = this.#state.resetAt;
    const left = this.left() - inFlight - untouched;
    if (left <= 0) return { at: endsAt, reason: "spent", left, endsAt };
    // Where what waits here may not fit beside what others spend, the rest is spread evenly over the window.
    const ofOthers = this.#expectedOfOthers(window.resetMs);
    const looks = window.resetMs / LONGEST_SPACING_MS;
    const fits = ofOthers < 1 || ahead + ofOthers + looks <= left;
    const spacing = Math.min(LONGEST_SPACING_MS, window.resetMs / Math.max(0, left - ofOthers));
    const at = fits ? Number.NEGATIVE_INFINITY : (this.#sent.lastSent ?? Number.NEGATIVE_INFINITY) + spacing;
    return { at, reason: "paced", left, endsAt };
  }

  /**
   * Whether a window has ended, by which no more than `untouched` was left: another client may have caused a block.
   * True once for each window.
   */
  endScarceWindow(untouched: number): boolean {
    if (this.#state === undefined || this.said() !== undefined) return false;
    const { at, remaining, resetAt } = this.#state;
    this.#state = undefined;
    return remaining - this.#expectedOfOthers(resetAt - at) <= untouched;
  }

  #expectedOfOthers(ms: number): number {
    return this.#others.expected(ms, this.#clock.now());
  }
}
