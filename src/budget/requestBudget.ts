/**
 * The request budget of one credential as numbers: how many requests are left, and when the next one may be sent.
 * Cloudflare allows a user 1,200 requests in 5 minutes, over all clients. So this keeps to that plan by what was sent
 * here, trusts the API's headers where they say that less is left, and paces requests where other clients spend too and
 * those that wait here may not fit into the rest.
 */
import type { Clock } from "../core/clock";
import { AnnouncedBudget, type SendTime } from "./announcedBudget";
import { keptToTheEnd, keptUntil } from "./kept";
import { LIMITS } from "./limits";
import type { RateLimitPolicy, RateLimitState } from "./rateLimitHeaders";
import { type News, SentLog } from "./sentLog";
import type { Throttled } from "./throttled";

export interface BudgetPlan {
  /** The quotas to plan on; the first is the budget. */
  readonly plan: readonly [RateLimitPolicy, ...RateLimitPolicy[]];
  /** Whether the budget is larger where the API announces a larger one. Default true. */
  readonly believesMore?: boolean;
}

/** A request that is waiting to be sent: what it must leave to others, and what is sent besides. */
interface Candidate {
  /** Requests that its job keeps for its own polls. */
  readonly withheld: number;
  /** Whether it may use what is kept for small jobs. */
  readonly mayUseKept: boolean;
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

  /**
   * Records what a response's headers said.
   *
   * @param request the request's number, as {@link send} gave it
   */
  observe(state: RateLimitState | undefined, policies: readonly RateLimitPolicy[], request: number | undefined): void {
    this.#announced.observe(state, policies, request);
  }

  /** Records that a request is sent. Returns its number, by the order in which all were sent. */
  send(): number {
    return this.#sent.send(this.#clock.now());
  }

  /** Records that one has ended, now unless told otherwise. */
  end(at = this.#clock.now()): void {
    this.#sent.end(at, Math.max(...this.#rules().map(({ quota }) => quota)));
  }

  /** Records what other processes have sent. */
  learn({ sent, ended }: News): void {
    this.#sent.sendElsewhere(sent);
    for (const at of ended) this.end(at);
  }

  /** What is planned with. */
  get planned(): RateLimitPolicy {
    const { quota, windowMs } = this.#current();
    return { quota: Math.floor(quota * LIMITS.planned), windowMs };
  }

  /** How many requests may be sent now. */
  left(): number {
    const { quota, windowMs } = this.#current();
    const sent = this.#sent.countSince(this.#clock.now() - windowMs);
    const announced = this.#announced.leftBesides() - quota * LIMITS.untouched;
    return Math.max(0, Math.min(quota * LIMITS.planned - sent, announced));
  }

  /**
   * When a request may be sent; in the past if it may be sent now. One that may not use what is kept is sent if so many
   * are free, or will be in a moment, without it.
   */
  sendTime({ withheld, mayUseKept, inFlight, ahead }: Candidate): SendTime {
    let latest: SendTime = { at: Number.NEGATIVE_INFINITY, reason: "queued" };
    const later = (at: number, reason: SendTime["reason"]) => {
      if (at > latest.at) latest = { at, reason };
    };
    const now = this.#clock.now();
    for (const rule of this.#rules()) {
      const planned = Math.floor(rule.quota * LIMITS.planned);
      // What is left to others is a part of the budget, not of the limit for each second.
      const isOfBudget = rule.windowMs >= this.#plan[0].windowMs;
      const roomAt = (most: number) => (this.#sent.last(Math.max(1, most), now) ?? -rule.windowMs) + rule.windowMs;
      if (!isOfBudget) later(roomAt(planned), "queued");
      else later(roomAt(planned - withheld), "spent");
      if (!isOfBudget || mayUseKept) continue;
      // The window ends when most of what counts no longer does: what was sent last may have been one by one.
      const sent = this.#sent.countSince(now - rule.windowMs);
      const [endsAt, moreAt] = [roomAt(Math.ceil(sent / 2)), roomAt(planned - withheld - keptToTheEnd(rule.quota))];
      later(keptUntil(planned - withheld - sent, rule, endsAt, moreAt), "spent");
    }
    const untouched = Math.ceil(this.#quota() * LIMITS.untouched) + withheld;
    const announced = this.#announced.sendTime(inFlight + untouched, ahead);
    if (announced === undefined) return latest;
    later(announced.at, announced.reason);
    const announcedPolicy = { quota: this.#quota(), windowMs: this.#current().windowMs };
    if (!mayUseKept) later(keptUntil(announced.left, announcedPolicy, announced.endsAt), "spent");
    return latest;
  }

  /** What is left of the tightest budget: by what was sent here, or as the API says where that is less. */
  standing(now: number): Pick<Throttled, "remaining" | "quota" | "resetMs"> {
    const said = this.#announced.said();
    const ofBudget = this.#rules().filter(({ windowMs }) => windowMs >= this.#plan[0].windowMs);
    const own = ofBudget.map(({ quota, windowMs }) => {
      const sent = this.#sent.countSince(now - windowMs);
      const oldest = this.#sent.last(Math.max(1, sent), now) ?? now;
      return { remaining: Math.max(0, quota - sent), quota, resetMs: oldest + windowMs - now };
    });
    const all = said === undefined ? own : [...own, { ...said, quota: this.#quota() }];
    return all.reduce((tightest, other) => (other.remaining < tightest.remaining ? other : tightest));
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
