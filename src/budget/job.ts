/** An operation, as the request budget knows it: what it has sent, and what it still has to send. */
import { LIMITS } from "./limits";

/** What a request is for; within a job the first of these goes first, but for the job's share of polls. */
export const KINDS = ["write", "read", "poll"] as const;
export type Kind = (typeof KINDS)[number];

const NOTHING: Readonly<Record<Kind, number>> = { write: 0, read: 0, poll: 0 };

/** All requests of an operation, and all look-ups of a program, are of one job. */
export class Job {
  /** Requests that it is going to send, those included that wait already. Whoever works on many items counts them. */
  toRead = 0;
  toWrite = 0;
  /** The videos that it waits for; each takes a poll at least. */
  waits = 0;
  #sent = NOTHING;
  #windowEnd = Number.NEGATIVE_INFINITY;

  /** How many requests it has to send at least. */
  get left(): number {
    return this.toRead + this.toWrite + this.waits;
  }

  /** What was sent in the job's present window, which began with the first request after the end of the one before. */
  sent(now: number): Readonly<Record<Kind, number>> {
    return now < this.#windowEnd ? this.#sent : NOTHING;
  }

  /** Whether it has sent little and has little left to send: what is kept would not get a library far. */
  isSmall(now: number): boolean {
    const { write, read, poll } = this.sent(now);
    return this.left <= LIMITS.little && write + read + poll < LIMITS.little;
  }

  /** Records a request that is sent. */
  record(kind: Kind, now: number, windowMs: number): void {
    const before = this.sent(now);
    if (now >= this.#windowEnd) this.#windowEnd = now + windowMs;
    this.#sent = { ...before, [kind]: before[kind] + 1 };
    if (kind === "read") this.toRead = Math.max(0, this.toRead - 1);
  }
}
