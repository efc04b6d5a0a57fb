/**
 * What is kept of a window for small jobs, so that a single download finds some requests whenever it begins: the most
 * as the window begins, and less towards its end, when the whole budget is free again. So nearly all of it is spent in
 * every window, the last of it one by one.
 */
import { LIMITS } from "./limits";
import type { RateLimitPolicy } from "./rateLimitHeaders";

/** How many requests of a quota are kept until the end of a window. */
export function keptToTheEnd(quota: number): number {
  return Math.max(LIMITS.keptAtLeast, Math.floor(quota * LIMITS.kept));
}

/**
 * When a request may be sent that leaves what is kept; in the past if it may be sent now.
 *
 * @param free how many may be sent, this one included
 * @param endsAt when the window ends
 * @param moreAt when more will be free. Default: at its end
 */
export function keptUntil(
  free: number,
  { quota, windowMs }: RateLimitPolicy,
  endsAt: number,
  moreAt: number = endsAt,
): number {
  const spare = free - keptToTheEnd(quota);
  if (spare <= 0) return moreAt - LIMITS.keptWithinMs;
  const most = quota * LIMITS.keptAtFirst;
  return spare > most ? Number.NEGATIVE_INFINITY : endsAt - (windowMs * spare) / most;
}
