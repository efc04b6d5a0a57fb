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
  /** Requests that wait, this one included. */
  readonly queued: number;
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

  /**
   * What is left of the current window, by the last response and what others will have spent since; undefined while
   * that is not known.
   */
  left(): { readonly remaining: number; readonly resetMs: number } | undefined {
    const said = this.said();
    if (said === undefined || this.#state === undefined) return undefined;
    const spentSince = this.expectedOfOthers(this.#clock.now() - this.#state.at);
    return { ...said, remaining: Math.max(0, Math.floor(said.remaining - spentSince)) };
  }

  /** How many requests other clients will probably send in the next `ms` milliseconds. */
  expectedOfOthers(ms: number): number {
    return this.#others.expected(ms, this.#clock.now(), false);
  }

  /**
   * When the announced budget allows a request, how many are left then, and when its window ends; undefined while
   * nothing is known of it.
   */
  sendTime({ untouched, inFlight, queued }: Candidate): (SendTime & Left) | undefined {
    const window = this.left();
    if (this.#state === undefined || window === undefined) return undefined;
    const left = window.remaining - inFlight - untouched;
    const endsAt = this.#state.resetAt;
    if (left <= 0) return { at: endsAt, reason: "spent", left, endsAt };
    const at = this.#pacedUntil(left, window.resetMs, queued) ?? Number.NEGATIVE_INFINITY;
    return { at, reason: "paced", left, endsAt };
  }

  /**
   * Whether a window has ended, by which no more than `untouched` was left: another client may have caused a block.
   * True once for each window.
   */
  endScarceWindow(untouched: number): boolean {
    if (this.#state === undefined || this.left() !== undefined) return false;
    const { at, remaining, resetAt } = this.#state;
    this.#state = undefined;
    return remaining - this.expectedOfOthers(resetAt - at) <= untouched;
  }

  /**
   * Where other clients spend too and the requests that wait here may not fit beside theirs, the rest is spread evenly
   * over the window: each response then corrects the estimate of what others spend.
   */
  #pacedUntil(left: number, resetMs: number, queued: number): number | undefined {
    const now = this.#clock.now();
    const last = this.#sent.lastSent;
    // What others spend is an estimate: a request is left for each look at it.
    const looks = resetMs / LONGEST_SPACING_MS;
    if (last === undefined || queued + this.#others.expected(resetMs, now, false) + looks <= left) return undefined;
    const others = this.#others.expected(resetMs, now, true);
    if (others < 1) return undefined;
    const spacing = left > others ? resetMs / (left - others) : LONGEST_SPACING_MS;
    return last + Math.min(spacing, LONGEST_SPACING_MS);
  }
}
