/**
 * The request budget of one credential: who may send a request, and when.
 *
 * Cloudflare allows a user 1,200 requests in 5 minutes, over all clients, and blocks the user for 5 minutes after one more. So the limiter
 * keeps to that rule by itself, trusts the API's headers when they say that less is left, and paces requests where other clients spend too
 * and those that wait here may not fit into the rest. Polls yield to everything else, until they are due.
 */
import type { Clock } from "../../clock";
import { AnnouncedBudget, type SendTime } from "./announcedBudget";
import { DuePolls, type Reserve, type Waits } from "./duePolls";
import type { RateLimitPolicy, RateLimitState } from "./rateLimitHeaders";
import { type QueuedRequest, RequestQueue } from "./requestQueue";
import { SentLog } from "./sentLog";
import type { Throttled } from "./throttled";
import { ThrottleNotices } from "./throttleNotices";
import { UpcomingRequests } from "./upcomingRequests";
import { type Owner, PRIORITIES, type Priority, type Urgency } from "./urgency";

/** A poll that is due has limits of its own. */
type Kind = Priority | "due";

/** The share of every quota that is planned with; the rest covers requests that arrive later than they were sent. */
const PLANNED_SHARE: Record<Kind, number> = { due: 0.98, write: 0.98, read: 0.98, poll: 0.97 };

/** The share of the quota that is left unspent when the API says how much remains: someone else may be spending it. */
const UNTOUCHED_SHARE: Record<Kind, number> = { due: 0.01, write: 0.01, read: 0.01, poll: 0.02 };

/** How many requests may be in flight at once: more sockets would not make the API faster. */
const MAX_IN_FLIGHT = 24;

const NO_WAITS: Waits = { byOwner: new Map(), libraries: 0, videos: 0, typicalMs: undefined };

interface RateLimiterOptions {
  readonly clock: Clock;
  /** The quotas to plan on; the first is the budget. */
  readonly plan: readonly [RateLimitPolicy, ...RateLimitPolicy[]];
  /** Whether the budget is larger where the API announces a larger one. Default true. */
  readonly believesMore?: boolean;
  readonly waits?: Waits;
  readonly upcoming?: UpcomingRequests;
}

/** The options of one request. */
interface AcquireOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called when the wait is going to be long, or has become long; then every half minute. */
  readonly onThrottle?: ((throttled: Throttled) => void) | undefined;
}

interface Request extends QueuedRequest {
  readonly onThrottle: AcquireOptions["onThrottle"];
}

/** Decides when requests may be sent. One for each credential and process. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #plan: RateLimiterOptions["plan"];
  readonly #believesMore: boolean;
  readonly #queue = new RequestQueue<Request>();
  readonly #upcoming: UpcomingRequests;
  readonly #sent = new SentLog();
  readonly #announced: AnnouncedBudget;
  readonly #duePolls: DuePolls;
  readonly #notices: ThrottleNotices<Request>;
  #blockedUntil = 0;
  /** Half-open: until the first response, and the first after a block, at most one request is in flight. */
  #halfOpen = true;
  #inFlight = 0;
  #wakeUp: AbortController | undefined;

  constructor(options: RateLimiterOptions) {
    this.#clock = options.clock;
    this.#plan = options.plan;
    this.#believesMore = options.believesMore ?? true;
    this.#upcoming = options.upcoming ?? new UpcomingRequests();
    this.#announced = new AnnouncedBudget(options.clock, this.#sent);
    this.#duePolls = new DuePolls(options.waits ?? NO_WAITS, () => {
      const { quota, windowMs } = this.#budget();
      return {
        quota: Math.floor(quota * PLANNED_SHARE.due),
        windowMs,
        others: this.#announced.expectedOfOthers(windowMs),
      };
    });
    this.#notices = new ThrottleNotices(
      options.clock,
      (request) => this.#explain(request),
      () => this.#queue.all(),
    );
  }

  /**
   * Waits until one request may be sent.
   *
   * @returns a function to call when the request has ended
   * @throws the signal's reason when it is aborted first
   */
  async acquire(urgency: Urgency, { signal, onThrottle }: AcquireOptions = {}): Promise<() => void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const request: Request = {
        urgency,
        since: this.#clock.now(),
        onThrottle,
        admit: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      const onAbort = () => {
        this.#queue.remove(request);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#queue.add(request);
      this.#admit();
      if (this.#queue.has(request)) this.#notices.watch(request);
    });
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#inFlight -= 1;
      this.#halfOpen = this.#blockedUntil > this.#clock.now();
      this.#admit();
    };
  }

  /** Records what a response's headers said. */
  observe(state: RateLimitState | undefined, policies: readonly RateLimitPolicy[]): void {
    this.#announced.observe(state, policies);
    this.#admit();
  }

  /** Stops all requests for a while, because the API asked for it. */
  block(ms: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, this.#clock.now() + ms);
    this.#admit();
  }

  /** How many polls may be sent now, besides all requests that wait already. */
  get pollsLeft(): number {
    const { quota, windowMs } = this.#budget();
    const sent = this.#sent.countSince(this.#clock.now() - windowMs);
    const announced = this.#announced.left()?.remaining ?? quota;
    const left = Math.min(quota * PLANNED_SHARE.poll - sent, announced - quota * UNTOUCHED_SHARE.poll);
    return Math.max(0, left - this.#ahead);
  }

  /** Milliseconds until the budget allows another request of this kind, as far as is known; 0 if one may be sent now. */
  pauseMs(priority: Priority): number {
    return Math.max(0, this.#sendTime(priority, this.#reserve().inAll).at - this.#clock.now());
  }

  /** Admits the requests that may be sent now, and sets a timer for when the next one may. */
  #admit(): void {
    this.#wakeUp?.abort();
    this.#wakeUp = undefined;
    for (;;) {
      if (this.#queue.size === 0 || this.#inFlight >= (this.#halfOpen ? 1 : MAX_IN_FLIGHT)) return;
      const now = this.#clock.now();
      const { request, kind, at } = this.#next(now);
      if (request === undefined || kind === undefined) {
        if (at < Number.POSITIVE_INFINITY) this.#admitIn(at - now);
        return;
      }
      this.#queue.shift(request);
      this.#inFlight += 1;
      this.#sent.record(now, Math.max(...this.#rules().map(({ quota }) => quota)));
      this.#duePolls.record(request.urgency, kind === "due", now);
      request.admit();
    }
  }

  #admitIn(ms: number): void {
    const wakeUp = new AbortController();
    this.#wakeUp = wakeUp;
    this.#clock.sleep(Math.ceil(Math.max(0, ms)), wakeUp.signal).then(
      () => this.#admit(),
      () => undefined,
    );
  }

  /** The request to send now; if there is none, when to check again. */
  #next(now: number): { readonly request?: Request; readonly kind?: Kind; readonly at: number } {
    const reserve = this.#reserve();
    const reserved = reserve.inAll;
    let soonest = Number.POSITIVE_INFINITY;
    if (reserved > 0) {
      const due = this.#duePolls.first(this.#queue.polls(), reserve, now);
      const at = due.request === undefined ? due.at : this.#sendTime("due", reserved).at;
      if (due.request !== undefined && at <= now) return { request: due.request, kind: "due", at };
      soonest = Math.max(at, now + 1);
    }
    for (const priority of PRIORITIES) {
      const request = this.#queue.next(priority);
      if (request === undefined) continue;
      const { at } = this.#sendTime(priority, reserved);
      if (at <= now) return { request, kind: priority, at };
      // A lower priority must not overtake a higher one that waits for the same budget.
      return { at: Math.min(soonest, at) };
    }
    return { at: soonest };
  }

  /** When a request of this kind may be sent. */
  #sendTime(kind: Kind, reserved: number): SendTime {
    const kept = kind === "due" ? 0 : Math.max(0, reserved - this.#duePolls.sentInWindow(this.#clock.now()));
    let latest: SendTime = { at: this.#blockedUntil, reason: "blocked" };
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
    const announced = this.#announced.sendTime({
      untouched: Math.ceil(this.#quota() * UNTOUCHED_SHARE[kind]) + kept,
      isPaced: kind !== "due",
      inFlight: this.#inFlight,
      queued: this.#ahead,
    });
    if (announced !== undefined) later(announced.at, announced.reason);
    else if (this.#announced.hasEndedScarce()) this.#halfOpen = true;
    return latest;
  }

  /** How many requests are ahead of a new one, queued or still to come. */
  get #ahead(): number {
    return this.#queue.size + this.#upcoming.total;
  }

  #reserve(): Reserve {
    const ahead = {
      length: (priority: Priority) => this.#queue.length(priority) + this.#upcoming.count(priority),
      hasOthersThan: (owner: Owner) => this.#queue.hasOthersThan(owner),
    };
    return this.#duePolls.reserve(ahead, this.#clock.now());
  }

  /** Why a request waits. */
  #explain(request: Request): Throttled {
    const now = this.#clock.now();
    const { at, reason } = this.#sendTime(request.urgency.priority, this.#reserve().inAll);
    return { reason: at > now ? reason : "queued", waitMs: Math.max(0, at - now), ...this.#standing(now) };
  }

  /** What is left of the budget: as the API says or, where it has not, by what was sent here. */
  #standing(now: number): Pick<Throttled, "remaining" | "quota" | "resetMs"> {
    const { quota, windowMs } = this.#budget();
    const sent = this.#sent.countSince(now - windowMs);
    const left = this.#announced.left();
    if (left !== undefined) return { ...left, quota: this.#quota() };
    const oldest = this.#sent.last(Math.max(1, sent)) ?? now;
    return { remaining: Math.max(0, quota - sent), quota, resetMs: oldest + windowMs - now };
  }

  /** The smallest quota that is announced; without one, the budget's. */
  #quota(): number {
    const { policies } = this.#announced;
    return policies.length === 0 ? this.#budget().quota : Math.min(...policies.map(({ quota }) => quota));
  }

  /** The budget to plan with. One that is announced for a shorter window may limit bursts only, and says nothing about this one. */
  #budget(): RateLimitPolicy {
    const [planned] = this.#plan;
    if (!this.#believesMore) return planned;
    const more = this.#announced.policies.find(
      ({ quota, windowMs }) => windowMs >= planned.windowMs && quota / windowMs > planned.quota / planned.windowMs,
    );
    return more ?? planned;
  }

  #rules(): readonly RateLimitPolicy[] {
    const [, ...others] = this.#plan;
    return [this.#budget(), ...others, ...this.#announced.policies];
  }
}
