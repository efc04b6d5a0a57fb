/**
 * The request budget of one credential: who may send a request, and when.
 *
 * Cloudflare counts 1,200 requests in 5 minutes for a user, whoever spends them, and locks the user out for 5 minutes when
 * there is one more. So the budget plans on that rule by itself, believes the API's headers when they say that less is left
 * (another process may be spending too, and goes on doing so), lets writes go before reads before polls, and leaves the last tenth to writes and
 * reads alone.
 */
import type { Clock } from "../time/clock";
import type { RateLimitPolicy, RateLimitState } from "./rateLimitHeaders";

/** What a request is for; earlier in this list goes first. */
export const PRIORITIES = ["write", "read", "poll"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** The part of every quota that is planned with; the rest covers requests that arrive later than they were sent. */
const PLANNED_SHARE: Record<Priority, number> = { write: 0.98, read: 0.98, poll: 0.9 };

/** The part of the quota that is left untouched when the API says how much remains: someone else may be spending it. */
const UNTOUCHED_SHARE: Record<Priority, number> = { write: 0.01, read: 0.01, poll: 0.05 };

/** The part of the quota from which on polls are stretched. */
const TIGHT_SHARE = 0.5;

/** The API gives its reset in whole seconds, rounded up; what was sent so long before may belong to its window. */
const RESET_ROUNDING_MS = 1500;

/** Others are expected to spend somewhat more than they did: meeting the quota exactly is one request from a lock. */
const FOREIGN_MARGIN = 1.05;

/** The longest pause between two requests on account of others: a guess about them must not go uncorrected for long. */
const LONGEST_SPACING_MS = 5000;

/** How many requests may be under way at once: more sockets would not make the API faster. */
const MAX_IN_FLIGHT = 24;

export interface BudgetOptions {
  readonly clock: Clock;
  /** The quotas to plan on; the first is the one whose scarcity stretches polls. */
  readonly plan: readonly [RateLimitPolicy, ...RateLimitPolicy[]];
}

interface Waiter {
  readonly priority: Priority;
  readonly admit: () => void;
}

/** Gives leave to send requests. One for each credential and process. */
export class Budget {
  readonly #clock: Clock;
  readonly #plan: readonly [RateLimitPolicy, ...RateLimitPolicy[]];
  #announced: readonly RateLimitPolicy[] = [];
  /** When the requests of the longest window were sent, oldest first. */
  #sent: number[] = [];
  #server: { remaining: number; resetAt: number } | undefined;
  /** Requests that others will probably send before the API's window ends. */
  #foreign = 0;
  #lockedUntil = 0;
  /** Whether the API has answered since the start, or since the last lock: until then one request goes ahead of the rest. */
  #open = false;
  #inFlight = 0;
  readonly #waiters: Record<Priority, Waiter[]> = { write: [], read: [], poll: [] };
  #wakeUp: AbortController | undefined;

  constructor(options: BudgetOptions) {
    this.#clock = options.clock;
    this.#plan = options.plan;
  }

  /**
   * Waits for leave to send one request.
   *
   * @param onPause told once, with the milliseconds, when the leave will take a while
   * @returns a function to call when the request is over
   * @throws the signal's reason when it is aborted first
   */
  async acquire(priority: Priority, signal?: AbortSignal, onPause?: (ms: number) => void): Promise<() => void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const queue = this.#waiters[priority];
      const waiter: Waiter = {
        priority,
        admit: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      const onAbort = () => {
        queue.splice(queue.indexOf(waiter), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      queue.push(waiter);
      this.#admit();
      const pause = this.#delay(priority);
      if (queue.includes(waiter) && pause > 0) onPause?.(pause);
    });
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#inFlight -= 1;
      this.#open = this.lockedForMs === 0;
      this.#admit();
    };
  }

  /** Takes note of what an answer's headers said. */
  observe(state: RateLimitState | undefined, policies: readonly RateLimitPolicy[]): void {
    if (policies.length > 0) this.#announced = policies;
    if (state !== undefined) {
      this.#server = { remaining: state.remaining, resetAt: this.#clock.now() + state.resetMs };
      this.#foreign = this.#predictForeign(state);
    }
    this.#admit();
  }

  /** Stops everything for a while, because the API asked for it. */
  lock(ms: number): void {
    this.#lockedUntil = Math.max(this.#lockedUntil, this.#clock.now() + ms);
    this.#admit();
  }

  /** Milliseconds for which the API's own request keeps everything stopped; 0 when it does not. */
  get lockedForMs(): number {
    return Math.max(0, this.#lockedUntil - this.#clock.now());
  }

  /**
   * The least time between two polls of one video, so that all of them together fit into the budget. 0 while there is plenty.
   *
   * @param watched how many videos are being polled
   */
  pollSpacing(watched: number): number {
    const [{ quota, windowMs }] = this.#plan;
    const now = this.#clock.now();
    const spent = this.#sent.filter((at) => at > now - windowMs).length;
    const left = this.#server !== undefined && this.#server.resetAt > now ? this.#server.remaining : quota;
    const tight = spent > quota * TIGHT_SHARE || left < quota * (1 - TIGHT_SHARE);
    return tight ? (watched * windowMs) / (quota * PLANNED_SHARE.poll) : 0;
  }

  /** Milliseconds until the budget allows another request of this kind, as far as is known; 0 for now. */
  pauseMs(priority: Priority): number {
    return this.#delay(priority);
  }

  /** Lets in whoever may go now, and arranges to be back when the next one may. */
  #admit(): void {
    this.#wakeUp?.abort();
    this.#wakeUp = undefined;
    let soonest = Number.POSITIVE_INFINITY;
    for (const priority of PRIORITIES) {
      const queue = this.#waiters[priority];
      for (let waiter = queue[0]; waiter !== undefined; waiter = queue[0]) {
        if (this.#inFlight >= (this.#open ? MAX_IN_FLIGHT : 1)) return;
        const delay = this.#delay(priority);
        if (delay > 0) {
          soonest = Math.min(soonest, delay);
          break;
        }
        queue.shift();
        this.#inFlight += 1;
        this.#record();
        waiter.admit();
      }
      // A later kind must not overtake one that waits for the same budget.
      if (queue.length > 0) break;
    }
    if (soonest === Number.POSITIVE_INFINITY) return;
    const wakeUp = new AbortController();
    this.#wakeUp = wakeUp;
    this.#clock.sleep(Math.ceil(soonest), wakeUp.signal).then(
      () => this.#admit(),
      () => undefined,
    );
  }

  /** What is spent in the API's window and was not spent here, carried on at the same pace until the window ends. */
  #predictForeign(state: RateLimitState): number {
    const [policy, ...others] = this.#announced;
    if (policy === undefined || others.length > 0) return 0;
    const now = this.#clock.now();
    const elapsed = policy.windowMs - state.resetMs;
    if (elapsed <= 0) return 0;
    const own = this.#sent.filter((at) => at >= now - elapsed - RESET_ROUNDING_MS).length;
    const foreign = Math.max(0, policy.quota - state.remaining - own);
    return FOREIGN_MARGIN * (foreign / elapsed) * state.resetMs;
  }

  #record(): void {
    this.#sent.push(this.#clock.now());
    const longest = Math.max(...this.#rules().map((rule) => rule.quota));
    if (this.#sent.length > 2 * longest) this.#sent = this.#sent.slice(-longest);
  }

  /** Milliseconds until a request of this kind may be sent; 0 for now. */
  #delay(priority: Priority): number {
    const now = this.#clock.now();
    let free = this.#lockedUntil;
    for (const rule of this.#rules()) {
      const planned = Math.max(1, Math.floor(rule.quota * PLANNED_SHARE[priority]));
      const oldest = this.#sent[this.#sent.length - planned];
      if (oldest !== undefined) free = Math.max(free, oldest + rule.windowMs);
    }
    if (this.#server !== undefined) {
      const quota = Math.min(...this.#rules().map((rule) => rule.quota));
      const untouched = Math.ceil(quota * UNTOUCHED_SHARE[priority]);
      const scarce = this.#server.remaining - this.#inFlight <= untouched;
      if (this.#server.resetAt > now) {
        free = Math.max(free, scarce ? this.#server.resetAt : this.#nextBesideOthers(this.#server, untouched));
      } else {
        this.#server = undefined;
        // Someone else may have brought a lock about meanwhile: one request goes ahead.
        if (scarce) this.#open = false;
      }
    }
    return Math.max(0, free - now);
  }

  /** Where others spend too, what they leave is spread evenly: each answer then corrects the guess about them. */
  #nextBesideOthers(server: { readonly remaining: number; readonly resetAt: number }, untouched: number): number {
    const last = this.#sent[this.#sent.length - 1];
    if (this.#foreign === 0 || last === undefined) return 0;
    const left = server.remaining - this.#inFlight - untouched - this.#foreign;
    const spacing = left > 0 ? (server.resetAt - this.#clock.now()) / left : LONGEST_SPACING_MS;
    return last + Math.min(spacing, LONGEST_SPACING_MS);
  }

  #rules(): readonly RateLimitPolicy[] {
    return this.#announced.length === 0 ? this.#plan : [...this.#plan, ...this.#announced];
  }
}
