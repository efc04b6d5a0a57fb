/**
 * How many requests of a window a job keeps for its polls: as many as do not delay the whole. Its last poll cannot be
 * sent before the budget has had room for all of its requests, and its last write is early enough if the file that it
 * requests is ready by then. Until then it does not matter in which order polls and writes go, and the sooner a poll,
 * the sooner somebody knows.
 */
import type { Job } from "./job";
import { LIMITS } from "./limits";
import type { RateLimitPolicy } from "./rateLimitHeaders";

/** What a job has to do, and has done in the present window. */
export type Work = Pick<Job, "toRead" | "toWrite" | "waits" | "typicalMs" | "sent">;

/** The budget, and what of a window is for others. */
export interface SharedBudget extends RateLimitPolicy {
  /** Requests that are kept for jobs that have sent little, until the window's last seconds. */
  readonly kept: number;
  /** Requests that other clients will probably send. */
  readonly others: number;
}

/** How many polls of a window a job may send before its writes and reads, which leave it so many. */
export function pollShare(
  { toRead, toWrite, waits, typicalMs = 0, sent }: Work,
  { quota, windowMs, kept, others }: SharedBudget,
): number {
  const smallest = Math.floor(quota * LIMITS.smallestPollShare);
  // How much other clients leave is a guess; a share that relies on it would be spent in a burst and cause a block.
  if (others > smallest) return smallest;
  const writes = toRead + toWrite + sent.write + sent.read;
  const polls = waits + toRead + sent.poll;
  const windowsInAll = Math.ceil((writes + polls) / quota);
  const windowsOfWrites = Math.max(
    Math.ceil(writes / quota),
    windowsInAll - Math.ceil(Math.max(1, typicalMs) / windowMs),
  );
  const spare = quota * (1 - LIMITS.spentBesides) - 2 * kept - writes / windowsOfWrites;
  return Math.max(smallest, Math.floor(Math.min(quota * LIMITS.largestPollShare, spare)));
}
