/**
 * The request budget of one credential as numbers: how many requests are left, and when the next one may be sent.
 * Cloudflare allows a user 1,200 requests in 5 minutes, over all clients. So this keeps to that plan by what was sent
 * here, trusts the API's headers where they say that less is left, and paces requests where other clients spend too and
 * those that wait here may not fit into the rest.
 */
import type { Clock } from "../core/clock";
import { AnnouncedBudget, type SendTime } from "./announcedBudget";
import type { RateLimitPolicy, RateLimitState } from "./rateLimitHeaders";
import { SentLog } from "./sentLog";
import type { Throttled } from "./throttled";
import type { Priority } from "./urgency";

/** A poll that is due has limits of its own. */
export type Kind = Priority | "due";

/** The share of every quota that is planned with; the rest covers requests that arrive later than they were sent. */
const PLANNED_SHARE: Record<Kind, number> = { due: 0.98, write: 0.98, read: 0.98, poll: 0.97 };

/** The share of the quota that is left unspent when the API says how much remains: someone else may be spending it. */
const UNTOUCHED_SHARE: Record<Kind, number> = { due: 0.01, write: 0.01, read: 0.01, poll: 0.02 };

export interface BudgetPlan {
  /** The quotas to plan on; the first is the budget. */
  readonly plan: readonly [RateLimitPolicy, ...RateLimitPolicy[]];
  /** Whether the budget is larger where the API announces a larger one. Default true. */
  readonly believesMore?: boolean;
}

/** What else wants a part of the budget. */
interface Demand {
  /** Requests of the budget that are kept for polls that are due. */
  readonly kept: number;
  readonly inFlight: number;
  /** Requests that wait or are still to come. */
  readonly ahead: number;
}

export class RequestBudget {
  readonly #clock: Clock;
  readonly #plan: BudgetPlan["plan"];
  readonly #believesMore: boolean;
  readonly #sent = new SentLog();
  readonly #announced: AnnouncedBudget;

  constructor(clock: Clock, { plan, believesMore = true }: BudgetPlan) {
    this.#clock = clock;
    this.#plan = plan;
    this.#believesMore = believesMore;
    this.#announced = new AnnouncedBudget(clock, this.#sent);
  }

  /** Records what a response's headers said. */
  observe(state: RateLimitState | undefined, policies: readonly RateLimitPolicy[]): void {
    this.#announced.observe(state, policies);
  }

  /** Records that a request is sent. */
  record(now: number): void {
    this.#sent.record(now, Math.max(...this.#rules().map(({ quota }) => quota)));
  }

  /** What polls that are due may plan with, and how much of it other clients will probably spend. */
  forDuePolls(): RateLimitPolicy & { readonly others: number } {
    const { quota, windowMs } = this.#current();
    const others = this.#announced.expectedOfOthers(windowMs);
    return { quota: Math.floor(quota * PLANNED_SHARE.due), windowMs, others };
  }

  /** How many polls may be sent now, besides so many requests that are ahead of them. */
  pollsLeft(ahead: number): number {
    const { quota, windowMs } = this.#current();
    const sent = this.#sent.countSince(this.#clock.now() - windowMs);
    const announced = this.#announced.left()?.remaining ?? quota;
    const left = Math.min(quota * PLANNED_SHARE.poll - sent, announced - quota * UNTOUCHED_SHARE.poll);
    return Math.max(0, left - ahead);
  }

  /** When a request of this kind may be sent; in the past if it may be sent now. */
  sendTime(kind: Kind, { kept, inFlight, ahead }: Demand): SendTime {
    let latest: SendTime = { at: Number.NEGATIVE_INFINITY, reason: "queued" };
    const later = (at: number, reason: SendTime["reason"]) => {
      if (at > latest.at) latest = { at, reason };
    };
    for (const rule of this.#rules()) {
      // The reserve is a part of the budget, not of the limit for each second.
      const isOfBudget = rule.windowMs >= this.#plan[0].windowMs;
      const planned = rule.quota * PLANNED_SHARE[kind] - (isOfBudget ? kept : 0);
      const oldest = this.#sent.last(Math.max(1, Math.floor(planned)));
      if (oldest !== undefined) later(oldest + rule.windowMs, isOfBudget ? "spent" : "queued");
    }
    const untouched = Math.ceil(this.#quota() * UNTOUCHED_SHARE[kind]) + kept;
    const announced = this.#announced.sendTime({ untouched, isPaced: kind !== "due", inFlight, queued: ahead });
    if (announced !== undefined) later(announced.at, announced.reason);
    return latest;
  }

  /**
   * Whether a window has ended in which nothing was left to spend: another client may have caused a block. True once
   * for each window.
   */
  hasEndedScarce(): boolean {
    return this.#announced.hasEndedScarce();
  }

  /** What is left of the budget: as the API says or, where it has not, by what was sent here. */
  standing(now: number): Pick<Throttled, "remaining" | "quota" | "resetMs"> {
    const { quota, windowMs } = this.#current();
    const sent = this.#sent.countSince(now - windowMs);
    const left = this.#announced.left();
    if (left !== undefined) return { ...left, quota: this.#quota() };
    const oldest = this.#sent.last(Math.max(1, sent)) ?? now;
    return { remaining: Math.max(0, quota - sent), quota, resetMs: oldest + windowMs - now };
  }

  /** The smallest quota that is announced; without one, the budget's. */
  #quota(): number {
    const { policies } = this.#announced;
    return policies.length === 0 ? this.#current().quota : Math.min(...policies.map(({ quota }) => quota));
  }

  /**
   * The budget to plan with. One that is announced for a shorter window may limit bursts only, and says nothing about
   * this one.
   */
  #current(): RateLimitPolicy {
    const [planned] = this.#plan;
    if (!this.#believesMore) return planned;
    const more = this.#announced.policies.find(
      ({ quota, windowMs }) => windowMs >= planned.windowMs && quota / windowMs > planned.quota / planned.windowMs,
    );
    return more ?? planned;
  }

  #rules(): readonly RateLimitPolicy[] {
    const [, ...others] = this.#plan;
    return [this.#current(), ...others, ...this.#announced.policies];
  }
}
