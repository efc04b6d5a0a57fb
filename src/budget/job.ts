/** An operation, as the request budget knows it: what it has sent, and what it still has to send. */
import { LIMITS } from "./limits";
import type { RateLimitPolicy } from "./rateLimitHeaders";
import { TimeLog } from "./sentLog";

/** What a request is for; within a job the first of these goes first, but for the job's share of polls. */
export const KINDS = ["write", "read", "poll"] as const;
export type Kind = (typeof KINDS)[number];

/** All requests of an operation, and all look-ups of a program, are of one job. */
export class Job {
  /** Requests that it is going to send, those included that wait already. Whoever works on many items counts them. */
  toRead = 0;
  toWrite = 0;
  /** The videos that it waits for; each takes a poll at least. */
  waits = 0;
  /** How long such a wait typically takes, in milliseconds; undefined while that is not known. */
  typicalMs: number | undefined;
  /** What was sent in the job's present window, which began with the first request after the end of the one before. */
  sent: Readonly<Record<Kind, number>> = { write: 0, read: 0, poll: 0 };
  #windowEnd = Number.NEGATIVE_INFINITY;
  readonly #polls = new TimeLog();
  /** When the latest were sent, as many as are little. */
  #latest: number[] = [];

  /** How many requests it has to send at least. */
  get left(): number {
    return this.toRead + this.toWrite + this.waits;
  }

  /** Whether it has sent little in the time of a window. */
  hasSentLittle(now: number, windowMs: number): boolean {
    const [oldest] = this.#latest;
    return oldest === undefined || this.#latest.length < LIMITS.little || oldest <= now - windowMs;
  }

  /** How many polls were sent in the time of a window. */
  pollsSent(now: number, windowMs: number): number {
    return this.#polls.countSince(now - windowMs);
  }

  /** Records a request that is sent. */
  record(kind: Kind, now: number, { quota, windowMs }: RateLimitPolicy): void {
    const isNewWindow = now >= this.#windowEnd;
    if (isNewWindow) this.#windowEnd = now + windowMs;
    const before = isNewWindow ? { write: 0, read: 0, poll: 0 } : this.sent;
    this.sent = { ...before, [kind]: before[kind] + 1 };
    if (kind === "read") this.toRead = Math.max(0, this.toRead - 1);
    else if (kind === "poll") this.#polls.record(now, quota);
    this.#latest.push(now);
    if (this.#latest.length > LIMITS.little) this.#latest.shift();
  }
}
