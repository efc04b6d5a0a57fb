/**
 * Decides which request of one credential is sent next, and when. Cloudflare blocks a user for 5 minutes after one
 * request too many, so nothing is sent that the budget does not allow.
 *
 * The job with the least left to send goes first, and a part of the budget is kept for small jobs, which have sent and
 * have to send little: a single download does not wait for a library of thousands, whenever it begins.
 */
import { type Clock, startTimer } from "../core/clock";
import type { SendTime } from "./announcedBudget";
import { Demand } from "./demand";
import { type Job, type Kind, KINDS } from "./job";
import { LIMITS } from "./limits";
import type { RateLimitPolicy, RateLimitState } from "./rateLimitHeaders";
import { type BudgetPlan, RequestBudget } from "./requestBudget";
import { type QueuedRequest, RequestQueue } from "./requestQueue";
import type { News, SentPeers } from "./sentLog";
import type { Throttled } from "./throttled";

interface RateLimiterOptions extends BudgetPlan {
  readonly clock: Clock;
  /** The processes that send with the same credential. Default: none. */
  readonly peers?: SentPeers | undefined;
}

/** The request that a job would send next. */
interface Next {
  readonly job: Job;
  readonly request: QueuedRequest;
  readonly kind: Kind;
  readonly withheld: number;
  readonly mayUseKept: boolean;
}

/** Decides when requests may be sent. One for each credential and process. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #peers: SentPeers | undefined;
  readonly #queue = new RequestQueue();
  readonly #budget: RequestBudget;
  readonly #demand: Demand;
  /** The jobs of which a request pauses because its response asked for that, and until when. */
  readonly #pausing = new Map<Job, number>();
  #blockedUntil = 0;
  /** Half-open: until the first response, and the first after a block, at most one request is in flight. */
  #halfOpen = true;
  #inFlight = 0;
  /** What other processes have told last. */
  #news: Pick<News, "senders" | "needs"> = { senders: 0, needs: 0 };
  #cancelWakeUp = () => {};

  constructor(options: RateLimiterOptions) {
    this.#clock = options.clock;
    this.#peers = options.peers;
    this.#budget = new RequestBudget(options.clock, options);
    this.#demand = new Demand(() => this.#budget.planned);
  }

  /**
   * Waits until one request may be sent.
   *
   * @returns a function to call when the request has ended
   * @throws the signal's reason when it is aborted first
   */
  async acquire(request: QueuedRequest, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    for (const job of request.purposes.keys()) this.#demand.add(job);
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => {
        this.#queue.remove(request);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const admit = () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      this.#queue.add(request, { since: this.#clock.now(), admit });
      this.#admit();
    });
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#inFlight -= 1;
      this.#budget.end();
      this.#peers?.end(this.#clock.now());
      this.#halfOpen = this.#blockedUntil > this.#clock.now();
      this.#admit();
    };
  }

  /** Records what the headers of a request's response said. */
  observe(state: RateLimitState | undefined, policies: readonly RateLimitPolicy[], request?: QueuedRequest): void {
    // Before what others have spent is reckoned: what these processes have sent is not of others.
    this.#learn();
    this.#budget.observe(state, policies, request?.number);
    this.#admit();
  }

  /** Stops all requests for a while, because the API asked for it. */
  block(ms: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, this.#clock.now() + ms);
    this.#peers?.block(this.#blockedUntil);
    this.#admit();
  }

  /** Waits because the response to one request asked for that; the others go on. */
  async pause(request: QueuedRequest, ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.#clock.now() + ms;
    for (const job of request.purposes.keys()) this.#pausing.set(job, until);
    try {
      await this.#clock.sleep(ms, signal);
    } finally {
      for (const job of request.purposes.keys()) if (this.#pausing.get(job) === until) this.#pausing.delete(job);
    }
  }

  /** Why a job's requests wait, where that takes or has taken some seconds. To be asked for as often as it is shown. */
  waitOf(job: Job): Throttled | undefined {
    const now = this.#clock.now();
    const next = this.#nextOf(job, now);
    const pauseMs = (this.#pausing.get(job) ?? now) - now;
    const { at, reason } = next === undefined ? { at: now + pauseMs, reason: "asked" as const } : this.#sendTime(next);
    const standing = this.#budget.standing(now);
    // What is kept comes one by one until then, which gets a library nowhere.
    const until = reason === "spent" && at > now ? Math.max(at, now + standing.resetMs) : at;
    const waitMs = Math.max(0, until - now);
    const waitedMs = next === undefined ? 0 : now - (next.request.place?.since ?? now);
    if (Math.max(waitMs, waitedMs) < LIMITS.shownFromMs) return undefined;
    // Not renewed before that: of what is renewed sooner it gets nothing.
    const resetMs = reason === "spent" ? Math.max(standing.resetMs, waitMs) : standing.resetMs;
    return { reason: waitMs > 0 ? reason : "queued", waitMs, ...standing, resetMs };
  }

  /** How many polls the budget has for each video that a job waits for; see {@link Demand.pollsFor}. */
  pollsLeft(job: Job): number {
    this.#demand.add(job);
    const { senders, needs } = this.#news;
    // Of what is left each process takes its part.
    return this.#demand.pollsFor(job, this.#clock.now(), this.#budget.left(), needs) / (1 + senders);
  }

  /** Admits the requests that may be sent now, and sets a timer for when the next one may. */
  #admit(): void {
    this.#cancelWakeUp();
    while (this.#queue.size > 0 && this.#inFlight < (this.#halfOpen ? 1 : LIMITS.inFlight)) {
      this.#learn();
      const now = this.#clock.now();
      const next = this.#next(now);
      if (next === undefined) return;
      const { at } = this.#sendTime(next);
      if (at > now) {
        const ms = Math.min(Math.ceil(at - now), LIMITS.lookEveryMs);
        this.#cancelWakeUp = startTimer(this.#clock, ms, () => this.#admit());
        return;
      }
      this.#inFlight += 1;
      next.request.number = this.#budget.send();
      next.job.record(next.kind, now, this.#budget.planned.windowMs);
      this.#peers?.send(this.#demand.needs(now));
      this.#queue.remove(next.request)?.();
    }
  }

  /** Reads what other processes have sent. */
  #learn(): void {
    if (this.#peers === undefined) return;
    const news = this.#peers.news();
    this.#news = news;
    if (news.blockedUntil > Math.max(this.#blockedUntil, this.#clock.now())) {
      this.#blockedUntil = news.blockedUntil;
      this.#halfOpen = true;
    }
    this.#budget.learn(news);
  }

  /** The request that is the next to be sent. */
  #next(now: number): Next | undefined {
    let best: Next | undefined;
    for (const job of this.#queue.jobs()) {
      // With thousands of jobs not each is looked at in detail: only a late poll goes before what has less left.
      const mayPoll = best?.kind !== "poll" && this.#queue.first(job, "poll") !== undefined;
      if (best?.mayUseKept && !mayPoll && job.left >= best.job.left) continue;
      const next = this.#nextOf(job, now);
      if (next !== undefined) best = before(best, next);
    }
    return best;
  }

  /** What a job sends next: a poll while that is within its share, else a write, a read, or a poll. */
  #nextOf(job: Job, now: number): Next | undefined {
    const isSmall = job.isSmall(now);
    const ownPolls = isSmall ? 0 : this.#demand.ownPolls(job, now);
    const order = ownPolls > 0 || isSmall ? (["poll", "write", "read"] as const) : KINDS;
    for (const kind of order) {
      const request = this.#queue.first(job, kind);
      if (request === undefined) continue;
      const lateAt = request.purposes.get(job)?.lateAt ?? now;
      return {
        job,
        request,
        kind,
        withheld: (kind === "poll" ? 0 : ownPolls) + this.#demand.leftBy(job, kind === "poll", now),
        mayUseKept: isSmall && lateAt <= now,
      };
    }
    return undefined;
  }

  /** When a job's next request may be sent. */
  #sendTime({ withheld, mayUseKept }: Next): SendTime {
    const ahead = Math.max(this.#queue.size, this.#demand.toSend(this.#clock.now()));
    const sendTime = this.#budget.sendTime({ withheld, mayUseKept, inFlight: this.#inFlight, ahead });
    return sendTime.at > this.#blockedUntil ? sendTime : { at: this.#blockedUntil, reason: "blocked" };
  }
}

/**
 * The one of two that may use what is kept, a late poll before what leaves it requests; of two alike the one whose job
 * has the least left to send.
 */
function before(first: Next | undefined, second: Next): Next {
  if (first === undefined) return second;
  const rank = ({ mayUseKept, kind }: Next) => (mayUseKept ? (kind === "poll" ? 0 : 1) : 2);
  if (rank(first) !== rank(second)) return rank(first) < rank(second) ? first : second;
  return second.job.left < first.job.left ? second : first;
}
