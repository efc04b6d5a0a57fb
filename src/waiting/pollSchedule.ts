/**
 * When the next poll of each video is sent: by its cadence, its share of the request budget, and how long the other
 * files took.
 */
import type { Job } from "../budget/job";
import { LIMITS } from "../budget/limits";
import type { Clock } from "../core/clock";
import { nextPause, type Sample } from "./cadence";
import { Durations } from "./durations";
import { POLLS } from "./limits";

export interface PollScheduleOptions {
  readonly clock: Clock;
  /** How many polls the budget has for each video that a job waits for. */
  readonly pollsLeft: (job: Job) => number;
  /** 0 to 1, for jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** One wait, as far as the schedule depends on it. */
interface ScheduledWait {
  readonly job: Job;
  readonly samples: readonly Sample[];
}

/** The poller of one video, as far as its schedule depends on it. */
interface Scheduled {
  readonly waiters: Iterable<ScheduledWait>;
  /** Ends the current pause, because someone joined or left. */
  readonly reschedule: AbortController;
}

/** Those who learn from each other how long files take. */
class Learners {
  readonly durations = new Durations();
  /** Those that are polled now, in the order in which they began. */
  readonly pollers = new Set<Scheduled>();

  /** Whether it is one of the first {@link POLLS.scouts}, while it is not known how long files take. */
  hasScout(poller: Scheduled): boolean {
    if (!this.durations.areUnknown) return false;
    let place = 0;
    for (const other of this.pollers) {
      if (other === poller) return true;
      if (++place === POLLS.scouts) return false;
    }
    return false;
  }
}

export class PollSchedule {
  readonly #options: PollScheduleOptions;
  /** All that share this schedule, and those of each job. */
  readonly #all = new Learners();
  readonly #ofJob = new WeakMap<Job, Learners>();

  constructor(options: PollScheduleOptions) {
    this.#options = options;
  }

  /** Returns what ends it. */
  begin(poller: Scheduled): () => void {
    const [first] = poller.waiters;
    const learners = first === undefined ? [this.#all] : [this.#all, this.#learnersOf(first.job)];
    for (const { pollers } of learners) pollers.add(poller);
    return () => {
      for (const { pollers } of learners) pollers.delete(poller);
    };
  }

  /** Records how long a wait in progress of a job expects to take in all. */
  expect(job: Job, totalMs: number): void {
    for (const { durations } of [this.#all, this.#learnersOf(job)]) durations.expect(totalMs);
  }

  /** Records a wait that has ended; see {@link Durations.end}. */
  ended(job: Job, tookMs: number, uncertaintyMs: number): void {
    for (const { durations } of [this.#all, this.#learnersOf(job)]) durations.end(tookMs, uncertaintyMs);
  }

  /**
   * Waits until the next poll of a video is to be sent.
   *
   * @param lastPoll when the last one was sent, or when the poller began, by the clock: what was already waited counts
   * @returns when the poll is late, by the clock
   * @throws the reason of the poller's `reschedule`
   */
  async nextPoll(poller: Scheduled, lastPoll: number): Promise<number> {
    const { clock, random = Math.random } = this.#options;
    const jitter = POLLS.jitter * random();
    for (;;) {
      const wanted = Math.min(...Array.from(poller.waiters, (wait) => this.#wantedPause(poller, wait, lastPoll)));
      const pollAt = lastPoll + wanted + jitter * Math.min(wanted, POLLS.jitterMs / POLLS.jitter);
      const left = pollAt - clock.now();
      if (left <= 0) return pollAt + POLLS.graceMs;
      await clock.sleep(Math.min(Math.ceil(left), POLLS.reconsiderMs), poller.reschedule.signal);
    }
  }

  #wantedPause(poller: Scheduled, { job, samples }: ScheduledWait, lastPoll: number): number {
    const own = this.#learnersOf(job);
    // A library finds out for itself, and its row shows that; single downloads learn from each other.
    const learners = job.left > LIMITS.little ? own : this.#all;
    return nextPause(samples, lastPoll, {
      pollsLeft: learners.hasScout(poller) ? POLLS.plenty : this.#options.pollsLeft(job),
      typicalMs: own.durations.typicalMs ?? this.#all.durations.typicalMs,
    });
  }

  #learnersOf(job: Job): Learners {
    const learners = this.#ofJob.get(job) ?? new Learners();
    this.#ofJob.set(job, learners);
    return learners;
  }
}
