/**
 * What the jobs of a budget want: how many polls each has for its videos, and how many requests it leaves to the
 * others. Those with less left to send come first.
 */
import type { Job } from "./job";
import { keptToTheEnd } from "./kept";
import { LIMITS } from "./limits";
import type { RateLimitPolicy } from "./rateLimitHeaders";

/** What all jobs want together. */
interface Sum {
  /** Reads and writes that are still to be sent. */
  toSend: number;
  /** The files that are generated or will be: each takes a poll at least. */
  files: number;
  /** The videos that small jobs wait for. */
  waitsOfSmall: number;
  /** The videos that those wait for which come before a job: with less left to send or, with as much, begun earlier. */
  readonly waitsBefore: Map<Job, number>;
}

export class Demand {
  readonly #budget: () => RateLimitPolicy;
  readonly #jobs = new Set<Job>();
  #sum: Sum | undefined;
  #countedAt = 0;

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

  /** How many requests are needed at least. */
  needs(now: number): number {
    const { toSend, files } = this.#sumAt(now);
    return toSend + files;
  }

  /**
   * How many polls a job has for each video that it waits for: all files, those that are still to be requested too,
   * share what is left besides reads and writes. Small jobs share a part of what is left in any case, as if a few more
   * began, and each has at least some of what is kept.
   *
   * @param free how many requests may be sent
   * @param ofPeers how many of them other processes need
   */
  pollsFor(job: Job, now: number, free: number, ofPeers: number): number {
    const { toSend, files, waitsOfSmall } = this.#sumAt(now);
    const besides = Math.max(0, free - ofPeers - toSend) / Math.max(1, files);
    if (!job.isSmall(now)) return besides;
    const { quota } = this.#budget();
    const ofFree = Math.min(free, LIMITS.smallerShare * quota) / (waitsOfSmall + LIMITS.smallExpected);
    const ofKept = Math.min(LIMITS.pollsOfSmall, keptToTheEnd(quota) / Math.max(1, waitsOfSmall));
    return Math.max(besides, ofFree, ofKept);
  }

  /** How many polls a job may still send in this window before its reads and writes, which leave it so many. */
  ownPolls(job: Job, now: number): number {
    if (job.waits === 0 || job.toRead + job.toWrite === 0) return 0;
    return Math.max(0, Math.floor(LIMITS.pollShare * this.#budget().quota) - job.sent(now).poll);
  }

  /**
   * How many requests the next one of a job, a poll or another, leaves to polls of others: those that wait and have
   * less left to send. What is kept for small jobs is first for their polls.
   */
  leftBy(job: Job, isPoll: boolean, now: number): number {
    const { waitsBefore, waitsOfSmall } = this.#sumAt(now);
    const { quota } = this.#budget();
    if (!job.isSmall(now))
      return Math.floor(Math.min(LIMITS.pollsOfWait * (waitsBefore.get(job) ?? 0), LIMITS.smallerShare * quota));
    return isPoll ? 0 : Math.min(Math.max(0, waitsOfSmall - job.waits), keptToTheEnd(quota));
  }

  #sumAt(now: number): Sum {
    if (this.#sum !== undefined && now >= this.#countedAt && now < this.#countedAt + LIMITS.countedEveryMs)
      return this.#sum;
    const sum: Sum = { toSend: 0, files: 0, waitsOfSmall: 0, waitsBefore: new Map() };
    let waitsBefore = 0;
    for (const job of [...this.#jobs].sort((one, other) => one.left - other.left)) {
      if (job.left === 0) this.#jobs.delete(job);
      sum.waitsBefore.set(job, waitsBefore);
      waitsBefore += job.waits;
      sum.toSend += job.toRead + job.toWrite;
      sum.files += job.toWrite + job.waits;
      if (job.isSmall(now)) sum.waitsOfSmall += job.waits;
    }
    [this.#sum, this.#countedAt] = [sum, now];
    return sum;
  }
}
