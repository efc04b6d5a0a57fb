/**
 * What the jobs of a budget want: how many polls each has for its videos, and how many requests it leaves to the
 * others.
 */
import type { Job } from "./job";
import { keptToTheEnd } from "./kept";
import { LIMITS } from "./limits";
import type { RateLimitPolicy } from "./rateLimitHeaders";

/** What all jobs want together. */
interface Sum {
  /** When it was counted. */
  readonly at: number;
  /** Reads and writes that are still to be sent. */
  toSend: number;
  /** Of these the writes, each of which a poll will follow. */
  toWrite: number;
  /** The jobs that wait for videos, and for how many; for how many the small ones. */
  waiting: number;
  waits: number;
  waitsOfSmall: number;
  /** The job with the most left to send. */
  largest: Job | undefined;
}

const COUNTED_EVERY_MS = 100;

export class Demand {
  readonly #budget: () => RateLimitPolicy;
  readonly #jobs = new Set<Job>();
  #sum: Sum = sumAt(Number.NEGATIVE_INFINITY);

  /** @param budget what is planned with */
  constructor(budget: () => RateLimitPolicy) {
    this.#budget = budget;
  }

  /** Counts a job until it has nothing left to send. */
  add(job: Job): void {
    this.#jobs.add(job);
  }

  /** How many reads and writes are still to be sent. */
  toSend(now: number): number {
    return this.#sumAt(now).toSend;
  }

  /** How many requests are needed at least, with a poll for each file that is generated or will be. */
  needs(now: number): number {
    const { toSend, toWrite, waits } = this.#sumAt(now);
    return toSend + toWrite + waits;
  }

  /** Whether a job has sent little, and has little left to send: what is kept would not get a library far. */
  isSmall(job: Job, now: number): boolean {
    return job.left <= LIMITS.little && job.hasSentLittle(now, this.#budget().windowMs);
  }

  /** How many polls a small job leaves to the other small ones that wait. */
  leftToSmall(job: Job, now: number): number {
    const others = Math.max(0, this.#sumAt(now).waitsOfSmall - job.waits);
    return Math.min(others, keptToTheEnd(this.#budget().quota));
  }

  /**
   * How many polls a job has for each video that it waits for: an equal share for each video or, where that is more,
   * for each job. One that has less left to send than another has at least what that leaves it, and a small one a share
   * of what is left in all, as if a few more began.
   *
   * @param left how many requests may be sent, and how many of them besides what all jobs are going to send
   */
  pollsFor(job: Job, now: number, left: { readonly inAll: number; readonly besides: number }): number {
    const { waiting, waits, toWrite, waitsOfSmall, largest } = this.#sumAt(now);
    let share = left.besides / Math.max(1, Math.min(waiting * (job.waits + job.toWrite), waits + toWrite));
    if (largest !== undefined && job.left < largest.left) {
      const ofWait = (LIMITS.smallerShare * this.#budget().quota) / Math.max(1, waits - largest.waits);
      share = Math.max(share, Math.min(ofWait, this.#leftTo(job, now) / Math.max(1, job.waits)));
    }
    return this.isSmall(job, now) ? Math.max(share, left.inAll / (waitsOfSmall + LIMITS.smallExpected)) : share;
  }

  /** How many requests a job leaves to those that have less left to send: polls, while they wait. */
  leftBy(job: Job, now: number): number {
    let polls = 0;
    for (const other of this.#jobs) if (other.left < job.left) polls += this.#leftTo(other, now);
    return Math.min(polls, Math.floor(LIMITS.smallerShare * this.#budget().quota));
  }

  #leftTo(job: Job, now: number): number {
    const left = LIMITS.pollsOfWait * job.waits - job.pollsSent(now, this.#budget().windowMs);
    return Math.max(LIMITS.lastPollsOfWait * job.waits, left);
  }

  /** As of a moment ago: with thousands of jobs it is not counted for each request. */
  #sumAt(now: number): Sum {
    if (now < this.#sum.at + COUNTED_EVERY_MS && now >= this.#sum.at) return this.#sum;
    const sum = sumAt(now);
    for (const job of this.#jobs) {
      if (job.left === 0) this.#jobs.delete(job);
      sum.toSend += job.toRead + job.toWrite;
      sum.toWrite += job.toWrite;
      sum.waits += job.waits;
      if (job.waits > 0) sum.waiting += 1;
      if (job.left > (sum.largest?.left ?? 0)) sum.largest = job;
      if (this.isSmall(job, now)) sum.waitsOfSmall += job.waits;
    }
    return (this.#sum = sum);
  }
}

function sumAt(at: number): Sum {
  return { at, toSend: 0, toWrite: 0, waiting: 0, waits: 0, waitsOfSmall: 0, largest: undefined };
}
