/** What the API says of its budget: its policies, and how many requests are left until when. Others may be spending it too. */
import type { Clock } from "../../clock";
import { OtherClients } from "./otherClients";
import type { RateLimitPolicy, RateLimitState } from "./rateLimitHeaders";
import type { SentLog } from "./sentLog";
import type { Throttled } from "./throttled";

/** The longest pause between two requests on account of others: a guess about them must not go uncorrected for long. */
const LONGEST_SPACING_MS = 5000;

/** A request that is to be sent. */
export interface Candidate {
  /** Requests that it has to leave untouched. */
  readonly untouched: number;
  /** Whether it may have to wait so that others have theirs. */
  readonly isPaced: boolean;
  /** Requests in flight. */
  readonly inFlight: number;
  /** Requests that wait, this one among them. */
  readonly queued: number;
}

/** When a request may be sent, and what keeps it. */
export interface Leave {
  readonly at: number;
  readonly reason: Throttled["reason"];
}

export class AnnouncedBudget {
  readonly #clock: Clock;
  readonly #sent: SentLog;
  readonly #others = new OtherClients();
  #policies: readonly RateLimitPolicy[] = [];
  #state: { readonly remaining: number; readonly resetAt: number } | undefined;
  /** Whether hardly anything was left when the last window ended. */
  #wasScarce = false;

  constructor(clock: Clock, sent: SentLog) {
    this.#clock = clock;
    this.#sent = sent;
  }

  get policies(): readonly RateLimitPolicy[] {
    return this.#policies;
  }

  /** Takes note of what a response's headers said. */
  observe(state: RateLimitState | undefined, policies: readonly RateLimitPolicy[]): void {
    if (policies.length > 0) this.#policies = policies;
    if (state === undefined) return;
    const now = this.#clock.now();
    this.#state = { remaining: state.remaining, resetAt: now + state.resetMs };
    const [policy, ...more] = this.#policies;
    // Where several budgets are announced it is not known which one the numbers are of.
    if (policy === undefined || more.length > 0) return;
    this.#others.observe(policy, state, now, (at) => this.#sent.countSince(at));
  }

  /** What is left, while that is known. */
  left(): { readonly remaining: number; readonly resetMs: number } | undefined {
    const resetMs = (this.#state?.resetAt ?? 0) - this.#clock.now();
    return this.#state === undefined || resetMs <= 0 ? undefined : { remaining: this.#state.remaining, resetMs };
  }

  /** Requests that others will probably send in so many milliseconds. */
  expectedOfOthers(ms: number): number {
    return this.#others.expected(ms, this.#clock.now(), false);
  }

  /** When a request may be sent as far as this is concerned; undefined where nothing is known. */
  leave({ untouched, isPaced, inFlight, queued }: Candidate): Leave | undefined {
    const window = this.left();
    if (this.#state === undefined || window === undefined) return undefined;
    const left = window.remaining - inFlight - untouched;
    this.#wasScarce = left <= 0;
    if (left <= 0) return { at: this.#state.resetAt, reason: "spent" };
    const at = isPaced ? this.#pacedUntil(left, window.resetMs, queued) : undefined;
    return at === undefined ? undefined : { at, reason: "paced" };
  }

  /** Whether a window has ended in which hardly anything was left: someone else may have brought a block about. Says so once. */
  hasEndedScarce(): boolean {
    if (this.#state === undefined || this.left() !== undefined) return false;
    const wasScarce = this.#wasScarce;
    this.#state = undefined;
    this.#wasScarce = false;
    return wasScarce;
  }

  /**
   * Where others spend too and all that waits here may not fit beside them, what they leave is spread evenly: each response then corrects
   * the guess about them.
   */
  #pacedUntil(left: number, resetMs: number, queued: number): number | undefined {
    const now = this.#clock.now();
    const last = this.#sent.last();
    if (last === undefined || queued + this.#others.expected(resetMs, now, false) <= left) return undefined;
    const others = this.#others.expected(resetMs, now, true);
    if (others < 1) return undefined;
    const spacing = left > others ? resetMs / (left - others) : LONGEST_SPACING_MS;
    return last + Math.min(spacing, LONGEST_SPACING_MS);
  }
}
