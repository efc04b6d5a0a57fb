/** Reads what the API says about its budget: `Ratelimit`, `Ratelimit-Policy` and `Retry-After`. */
import { structuredHeadersLibrary } from "../lazyImports";

/** `Ratelimit: "default";r=50;t=30`: what is left, and for how long it must last. */
export interface RateLimitState {
  /** Requests left. */
  readonly remaining: number;
  /** Milliseconds until the budget is full again. */
  readonly resetMs: number;
}

/** `Ratelimit-Policy: "burst";q=100;w=60`: what the budget is. */
export interface RateLimitPolicy {
  /** Requests per window. */
  readonly quota: number;
  /** The window's length in milliseconds. */
  readonly windowMs: number;
}

/** The numeric parameters of each item in a list of structured fields (RFC 9651), by key. Empty for a header that is absent or malformed. */
function items(header: string | undefined): Record<string, number>[] {
  if (header === undefined) return [];
  try {
    const list = structuredHeadersLibrary().parseList(header);
    return list.map(([, parameters]) => Object.fromEntries([...parameters].filter(isCount)));
  } catch {
    return [];
  }
}

function isCount(parameter: [string, unknown]): parameter is [string, number] {
  return Number.isInteger(parameter[1]) && Number(parameter[1]) >= 0;
}

/** Parses `Ratelimit`. Where it lists several budgets, the one with the least left counts. */
export function parseRateLimit(header: string | undefined): RateLimitState | undefined {
  let tightest: RateLimitState | undefined;
  for (const { r, t } of items(header)) {
    if (r === undefined || t === undefined) continue;
    if (tightest === undefined || r < tightest.remaining) tightest = { remaining: r, resetMs: t * 1000 };
  }
  return tightest;
}

/** Parses `Ratelimit-Policy`; items without a positive quota and window are skipped. */
export function parseRateLimitPolicy(header: string | undefined): RateLimitPolicy[] {
  const policies: RateLimitPolicy[] = [];
  for (const { q, w } of items(header)) {
    if (q !== undefined && w !== undefined && q > 0 && w > 0) policies.push({ quota: q, windowMs: w * 1000 });
  }
  return policies;
}

/** The longest `Retry-After` that is obeyed, in milliseconds. */
const LONGEST_RETRY_AFTER_MS = 15 * 60_000;

/**
 * Parses `Retry-After`, whole seconds or an HTTP date, into milliseconds from now.
 *
 * @param date the present date, in milliseconds since the epoch
 */
export function parseRetryAfter(header: string | undefined, date: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - date;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
}
