/** Reads what the API says about its budget: `Ratelimit`, `Ratelimit-Policy` and `Retry-After`. */

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

/** The longest wait that is believed, in milliseconds: three times as long as Cloudflare blocks or announces. */
const LONGEST_WAIT_MS = 15 * 60_000;

/** Loaded with the first response, as what sends requests is. */
function structuredHeadersLibrary(): typeof import("structured-headers") {
  return require("structured-headers") as typeof import("structured-headers");
}

/**
 * The numeric parameters of each item in a list of structured fields (RFC 9651), by key. Empty for a header that is
 * absent or malformed.
 */
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

/**
 * Parses `Ratelimit`. Where it lists several budgets, the one with the least left counts. A window longer than 15
 * minutes is taken for one of 15.
 */
export function parseRateLimit(header: string | undefined): RateLimitState | undefined {
  let tightest: RateLimitState | undefined;
  for (const { r, t } of items(header)) {
    if (r === undefined || t === undefined) continue;
    if (tightest === undefined || r < tightest.remaining)
      tightest = { remaining: r, resetMs: Math.min(t * 1000, LONGEST_WAIT_MS) };
  }
  return tightest;
}

/**
 * Parses `Ratelimit-Policy`; items without a positive quota and window are skipped, and so are windows of more than 15
 * minutes.
 */
export function parseRateLimitPolicy(header: string | undefined): RateLimitPolicy[] {
  const policies: RateLimitPolicy[] = [];
  for (const { q, w } of items(header)) {
    if (q !== undefined && w !== undefined && q > 0 && w > 0 && w * 1000 <= LONGEST_WAIT_MS)
      policies.push({ quota: q, windowMs: w * 1000 });
  }
  return policies;
}

/** `Sun, 06 Nov 1994 08:49:37 GMT`, the one form of a date that servers may send (RFC 9110). */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Parses `Retry-After`, whole seconds or an HTTP date, into milliseconds from now. Undefined where it says nothing: it
 * is absent, unreadable, zero or in the past.
 *
 * @param date the response's `Date` header: a date is compared with it, because this machine's clock may be wrong
 * @param now the present date, in milliseconds since the epoch, for a response without a `Date`
 */
export function parseRetryAfter(header: string | undefined, date: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? "";
  const sent = dateOf(date);
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : dateOf(text) - (Number.isNaN(sent) ? now : sent);
  return ms > 0 ? Math.min(ms, LONGEST_WAIT_MS) : undefined;
}

/** Milliseconds since the epoch; NaN for anything but an HTTP date. */
function dateOf(header = ""): number {
  const text = header.trim();
  return HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
}
