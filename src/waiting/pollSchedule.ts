/**
 * When the next poll of each video is sent: by its cadence, its share of the request budget, and how long the other
 * files took.
 */
import type { Job } from "../budget/job";
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

export class PollSchedule {
  readonly #options: PollScheduleOptions;
  /** How long waits take: all that share this schedule, and those of each job. */
  readonly #durations = new Durations();
  readonly #durationsOf = new WeakMap<Job, Durations>();
  /** Those that are polled now, in the order in which they began. */
  readonly #pollers = new Set<Scheduled>();

  constructor(options: PollScheduleOptions) {
    this.#options = options;
  }

  begin(poller: Scheduled): void {
    this.#pollers.add(poller);
  }

  end(poller: Scheduled): void {
    this.#pollers.delete(poller);
  }

  /** Records how long a wait in progress of a job expects to take in all. */
  expect(job: Job, totalMs: number): void {
    for (const durations of this.#durationsFor(job)) durations.expect(totalMs);
  }

  /** Records a wait that has ended; see {@link Durations.end}. */
  ended(job: Job, tookMs: number, uncertaintyMs: number): void {
    for (const durations of this.#durationsFor(job)) durations.end(tookMs, uncertaintyMs);
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
    const isScout = this.#durations.areUnknown && this.#isScout(poller);
    return nextPause(samples, lastPoll, {
      pollsLeft: isScout ? POLLS.plenty : this.#options.pollsLeft(job),
      typicalMs: this.#durationsOf.get(job)?.typicalMs ?? this.#durations.typicalMs,
    });
  }

  #durationsFor(job: Job): readonly [Durations, Durations] {
    const ofJob = this.#durationsOf.get(job) ?? new Durations();
    this.#durationsOf.set(job, ofJob);
    return [this.#durations, ofJob];
  }

  /** Whether it is one of the first {@link POLLS.scouts} of those that are polled now. */
  #isScout(poller: Scheduled): boolean {
    let place = 0;
    for (const other of this.#pollers) {
      if (other === poller) return true;
      if (++place === POLLS.scouts) return false;
    }
    return false;
  }
}
