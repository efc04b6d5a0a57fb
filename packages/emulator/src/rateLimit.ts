/**
 * The request budget: a number of requests in a window for each user, who is blocked for a while after exceeding it.
 */
import type { RateLimitOptions } from "./options";

/** Cloudflare's documented limit: 1,200 requests in 5 minutes, and then 5 minutes of 429. */
const QUOTA = 1200;
const WINDOW_MS = 300_000;
const BLOCK_MS = 300_000;

/** How many users are remembered, so that a client that invents tokens does not fill the memory. */
const MAX_USERS = 10_000;

interface Spending {
  windowStart: number;
  count: number;
  blockedUntil: number;
}

/** Counts requests by user. */
export class RateLimit {
  readonly #quota: number;
  readonly #windowMs: number;
  readonly #blockMs: number;
  readonly #retryAfter: boolean;
  readonly #users = new Map<string, Spending>();

  constructor(options: RateLimitOptions) {
    this.#quota = options.quota ?? QUOTA;
    this.#windowMs = options.windowMs ?? WINDOW_MS;
    this.#blockMs = options.blockMs ?? BLOCK_MS;
    this.#retryAfter = options.retryAfter ?? true;
  }

  /** Spends a user's requests, as another client of the same user would. */
  spend(user: string, requests: number, now: number): void {
    this.#count(this.#spending(user, now), requests, now);
  }

  /** Blocks a user, as after too many requests. */
  block(user: string, ms: number, now: number): void {
    this.#spending(user, now).blockedUntil = now + ms;
  }

  /** Counts one request: whether it is let through, and the headers of its response. */
  request(user: string, now: number): { readonly limited: boolean; readonly headers: Record<string, string> } {
    this.#count(this.#spending(user, now), 1, now);
    return this.peek(user, now);
  }

  /** The same without counting the request. */
  peek(user: string, now: number): { readonly limited: boolean; readonly headers: Record<string, string> } {
    const spending = this.#spending(user, now);
    const limited = spending.blockedUntil > now;
    const resetMs = limited ? spending.blockedUntil - now : spending.windowStart + this.#windowMs - now;
    const remaining = limited ? 0 : this.#quota - spending.count;
    const headers: Record<string, string> = {
      ratelimit: `"default";r=${remaining};t=${Math.ceil(resetMs / 1000)}`,
      "ratelimit-policy": `"default";q=${this.#quota};w=${Math.ceil(this.#windowMs / 1000)}`,
    };
    if (limited && this.#retryAfter) headers["retry-after"] = String(Math.ceil(resetMs / 1000));
    return { limited, headers };
  }

  #count(spending: Spending, requests: number, now: number): void {
    if (spending.blockedUntil > now) return;
    spending.count = Math.min(spending.count + requests, this.#quota + 1);
    if (spending.count > this.#quota) spending.blockedUntil = now + this.#blockMs;
  }

  #spending(user: string, now: number): Spending {
    let spending = this.#users.get(user);
    const blockEnded = spending !== undefined && spending.blockedUntil > 0 && spending.blockedUntil <= now;
    if (
      spending === undefined ||
      blockEnded ||
      (spending.blockedUntil === 0 && now >= spending.windowStart + this.#windowMs)
    ) {
      spending = { windowStart: now, count: 0, blockedUntil: 0 };
      // Moved to the end, so that the first is the user who has been idle longest.
      this.#users.delete(user);
      this.#users.set(user, spending);
      for (const [name, { windowStart, blockedUntil }] of this.#users) {
        const hasEnded = now >= Math.max(windowStart + this.#windowMs, blockedUntil);
        if (!hasEnded && this.#users.size <= MAX_USERS) break;
        this.#users.delete(name);
      }
    }
    return spending;
  }
}
