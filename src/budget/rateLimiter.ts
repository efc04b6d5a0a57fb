/**
 * Decides which request of one credential is sent next, and when.
 *
 * Cloudflare blocks a user for 5 minutes after one request too many, so nothing is sent that the budget does not allow.
 * Polls yield to everything else, until they are due.
 */
import type { Clock } from "../core/clock";
import type { SendTime } from "./announcedBudget";
import { DuePolls, type Reserve, type Waits } from "./duePolls";
import type { RateLimitPolicy, RateLimitState } from "./rateLimitHeaders";
import { type BudgetPlan, type Kind, RequestBudget } from "./requestBudget";
import { type QueuedRequest, RequestQueue } from "./requestQueue";
import type { Throttled } from "./throttled";
import { ThrottleNotices } from "./throttleNotices";
import { UpcomingRequests } from "./upcomingRequests";
import { type Owner, PRIORITIES, type Priority, type Urgency } from "./urgency";

/** How many requests may be in flight at once: more sockets would not make the API faster. */
const MAX_IN_FLIGHT = 24;

const NO_WAITS: Waits = { byOwner: new Map(), libraries: 0, videos: 0, typicalMs: undefined };

interface RateLimiterOptions extends BudgetPlan {
  readonly clock: Clock;
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
  readonly #queue = new RequestQueue<Request>();
  readonly #upcoming: UpcomingRequests;
  readonly #budget: RequestBudget;
  readonly #duePolls: DuePolls;
  readonly #notices: ThrottleNotices<Request>;
  #blockedUntil = 0;
  /** Half-open: until the first response, and the first after a block, at most one request is in flight. */
  #halfOpen = true;
  #inFlight = 0;
  #wakeUp: AbortController | undefined;

  constructor(options: RateLimiterOptions) {
    this.#clock = options.clock;
    this.#budget = new RequestBudget(options.clock, options);
    this.#upcoming = options.upcoming ?? new UpcomingRequests();
    this.#duePolls = new DuePolls(options.waits ?? NO_WAITS, () => this.#budget.forDuePolls());
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
    this.#budget.observe(state, policies);
    this.#admit();
  }

  /** Stops all requests for a while, because the API asked for it. */
  block(ms: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, this.#clock.now() + ms);
    this.#admit();
  }

  /** Why a request pauses that a response asked to come later, although the budget would allow it. */
  paused(waitMs: number): Throttled {
    return { reason: "asked", waitMs, ...this.#budget.standing(this.#clock.now()) };
  }

  /** How many polls may be sent now, besides all requests that wait already. */
  get pollsLeft(): number {
    return this.#budget.pollsLeft(this.#ahead);
  }

  /**
   * Milliseconds until the budget allows another request of this kind, as far as is known; 0 if one may be sent now.
   */
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
      this.#budget.record(now);
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
    const sendTime = this.#budget.sendTime(kind, { kept, inFlight: this.#inFlight, ahead: this.#ahead });
    if (this.#budget.hasEndedScarce()) this.#halfOpen = true;
    return sendTime.at > this.#blockedUntil ? sendTime : { at: this.#blockedUntil, reason: "blocked" };
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
    return { reason: at > now ? reason : "queued", waitMs: Math.max(0, at - now), ...this.#budget.standing(now) };
  }
}
