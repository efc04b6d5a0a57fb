/** The account's request budget: so many requests in a window for each user, and a lock for whoever exceeds it. */
import { RATE_LIMIT_LOCK_MS, RATE_LIMIT_QUOTA, RATE_LIMIT_WINDOW_MS } from "./shared/constants";
import type { RateLimitOptions } from "./options";

interface Spending {
  windowStart: number;
  count: number;
  lockedUntil: number;
}

/** Counts requests by user. */
export class RateLimit {
  readonly #quota: number;
  readonly #windowMs: number;
  readonly #lockMs: number;
  readonly #retryAfter: boolean;
  readonly #users = new Map<string, Spending>();

  constructor(options: RateLimitOptions) {
    this.#quota = options.quota ?? RATE_LIMIT_QUOTA;
    this.#windowMs = options.windowMs ?? RATE_LIMIT_WINDOW_MS;
    this.#lockMs = options.lockMs ?? RATE_LIMIT_LOCK_MS;
    this.#retryAfter = options.retryAfter ?? true;
  }

  /** Spends requests of a user's, as another client of the same user would. */
  spend(user: string, requests: number, now: number): void {
    for (let i = 0; i < requests; i += 1) this.request(user, now);
  }

  /** Locks a user out, as after too many requests. */
  lock(user: string, ms: number, now: number): void {
    this.#spending(user, now).lockedUntil = now + ms;
  }

  /** Counts one request: whether it is let through, and the headers that its answer carries. */
  request(user: string, now: number): { readonly limited: boolean; readonly headers: Record<string, string> } {
    const spending = this.#spending(user, now);
    if (spending.lockedUntil <= now) {
      spending.count += 1;
      if (spending.count > this.#quota) spending.lockedUntil = now + this.#lockMs;
    }
    const limited = spending.lockedUntil > now;
    const resetMs = limited ? spending.lockedUntil - now : spending.windowStart + this.#windowMs - now;
    const remaining = limited ? 0 : this.#quota - spending.count;
    const headers: Record<string, string> = {
      ratelimit: `"default";r=${remaining};t=${Math.ceil(resetMs / 1000)}`,
      "ratelimit-policy": `"default";q=${this.#quota};w=${Math.ceil(this.#windowMs / 1000)}`,
    };
    if (limited && this.#retryAfter) headers["retry-after"] = String(Math.ceil(resetMs / 1000));
    return { limited, headers };
  }

  #spending(user: string, now: number): Spending {
    let spending = this.#users.get(user);
    const lockOver = spending !== undefined && spending.lockedUntil > 0 && spending.lockedUntil <= now;
    if (
      spending === undefined ||
      lockOver ||
      (spending.lockedUntil === 0 && now >= spending.windowStart + this.#windowMs)
    ) {
      spending = { windowStart: now, count: 0, lockedUntil: 0 };
      this.#users.set(user, spending);
    }
    return spending;
  }
}
