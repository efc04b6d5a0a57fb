/** The concurrent look-ups of one program. Each has a time limit; why they wait is reported once for all of them. */
import type { Job } from "../budget/job";
import { LIMITS } from "../budget/limits";
import { budgetPauseMs, type Throttled, throttleText } from "../budget/throttled";
import { TimeLimitExceeded } from "../downloads/operation";
import { type Clock, startInterval } from "../core/clock";
import type { OpenSession } from "./sessions";

/** How long a look-up may take, in milliseconds: 10 minutes… */
const LOOK_UP_LIMIT_MS = 600_000;
/** …and this much more for each concurrent look-up: the request budget allows four a second. */
const LOOK_UP_LIMIT_EACH_MS = 1000;

/** How often progress and time limits are checked. */
const TICK_MS = 1000;
/** After this time without a line, one is written in any case. */
const QUIET_MS = 30_000;

interface PendingLookUp {
  readonly session: OpenSession;
  readonly startedAt: number;
  readonly abort: AbortController;
  /** How many videos it has listed so far. */
  listed: number;
}

/** What a look-up is given. */
interface LookUpCall {
  readonly job: Job;
  readonly signal: AbortSignal;
  /** Tells how many videos are listed so far, before the next of them are requested. */
  readonly onListed: (videos: number) => void;
}

export class LookUpBatch {
  readonly #job: Job;
  readonly #call: string;
  readonly #clock: Clock;
  readonly #log: (message: string) => void;
  readonly #pending = new Set<PendingLookUp>();
  /** How many have started since none was in flight. */
  #total = 0;
  #endTicks = () => {};
  #pauseReportedUntil = 0;
  #quietUntil = 0;

  /**
   * @param call the function that looks up, with which each line begins
   * @param log shows a line to the user
   * @param job to which they belong
   */
  constructor(call: string, clock: Clock, log: (message: string) => void, job: Job) {
    this.#call = call;
    this.#job = job;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Runs one look-up.
   *
   * @param signal aborts it before its time limit
   * @throws whatever `lookUp` throws, or TimeLimitExceeded when it takes too long
   */
  async run<T>(session: OpenSession, lookUp: (of: LookUpCall) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const pending = { session, startedAt: this.#clock.now(), abort: new AbortController(), listed: 0 };
    if (this.#pending.size === 0) this.#begin();
    this.#pending.add(pending);
    this.#total += 1;
    this.#job.toRead += 1;
    try {
      const ends = pending.abort.signal;
      return await lookUp({
        job: this.#job,
        signal: signal === undefined ? ends : AbortSignal.any([ends, signal]),
        onListed: (videos) => {
          pending.listed = videos;
          this.#job.toRead += 1;
        },
      });
    } finally {
      this.#pending.delete(pending);
      if (this.#pending.size === 0) {
        this.#endTicks();
        // Of those that failed, whose video was read by others, or whose list has ended.
        this.#job.toRead = 0;
      }
    }
  }

  #begin(): void {
    this.#total = 0;
    this.#quietUntil = this.#clock.now() + QUIET_MS;
    this.#endTicks = startInterval(this.#clock, TICK_MS, () => {
      this.#report();
      this.#endOverdue();
    });
  }

  /** Why they wait, where that takes or has taken some seconds. */
  get #wait(): Throttled | undefined {
    for (const { limiter } of new Set([...this.#pending].map(({ session }) => session))) {
      const wait = limiter.waitOf(this.#job);
      if (wait !== undefined) return wait;
    }
    return undefined;
  }

  #report(): void {
    const now = this.#clock.now();
    const wait = this.#wait;
    const isPause = wait !== undefined && wait.waitMs >= LIMITS.shownFromMs && now >= this.#pauseReportedUntil;
    if (!isPause && now < this.#quietUntil) return;
    const listed = [...this.#pending].reduce((sum, pending) => sum + pending.listed, 0);
    const done =
      `${this.#total - this.#pending.size} of ${this.#total} look-ups are done` +
      (listed === 0 ? "" : `, ${listed.toLocaleString("en-US")} videos are listed so far`);
    this.#log(`${this.#call}: ${wait === undefined ? done : `${throttleText(wait)}; ${done}`}`);
    if (isPause) this.#pauseReportedUntil = now + wait.waitMs;
    this.#quietUntil = Math.max(this.#pauseReportedUntil, now) + QUIET_MS;
  }

  #endOverdue(): void {
    const limit = LOOK_UP_LIMIT_MS + LOOK_UP_LIMIT_EACH_MS * this.#total;
    for (const { session, startedAt, abort } of this.#pending) {
      if (this.#clock.now() - startedAt >= limit)
        abort.abort(new TimeLimitExceeded(limit, budgetPauseMs(session.limiter.waitOf(this.#job))));
    }
  }
}
