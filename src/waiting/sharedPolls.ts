/**
 * Polls videos on behalf of everyone who waits: one GET per video serves all of them, whatever each is waiting for.
 * It does not know what it fetches: each waiter says how much progress a response shows.
 */
import type { Job } from "../budget/job";
import type { QueuedRequest } from "../budget/requestQueue";
import { type VideoIdentity, videoKey } from "../core/identity";
import { estimateRemaining, type Sample } from "./cadence";
import { type Fetch, InFlightRequests, type Wanted } from "./inFlightRequests";
import { POLLS } from "./limits";
import { PollSchedule, type PollScheduleOptions } from "./pollSchedule";

interface SharedPollsOptions<T> extends PollScheduleOptions {
  readonly fetch: Fetch<T>;
  /** Whether a failed GET may succeed the next time. */
  readonly isTransient: (error: unknown) => boolean;
}

/** One wait. */
export interface Wait<T> {
  readonly job: Job;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** When the awaited work began, by the clock, and its progress at that moment. */
  readonly since: Sample;
  /** Returns the progress that a response shows, in percent, or `done`. */
  readonly progressOf: (value: T) => number | "done";
  /** Called after each poll that did not end the wait. */
  readonly onProgress?: (samples: readonly Sample[]) => void;
  /** Called when a poll has failed and will be repeated. */
  readonly onRetry?: (error: unknown) => void;
}

interface Waiter<T> extends Wait<T> {
  /** Whether the poll was sent before, so that its response may lack what was just written, or is being ended. */
  missesPoll: boolean;
  samples: Sample[];
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** The poller of one video. */
interface Poller<T> {
  readonly video: VideoIdentity;
  readonly waiters: Set<Waiter<T>>;
  /** The current poll. */
  request: QueuedRequest | undefined;
  /** Ends the current pause, because someone joined or left. */
  reschedule: AbortController;
  /** Ends the current poll, because nobody waits for it any more. */
  abortFetch: AbortController;
}

/** One for each credential and kind of response. */
export class SharedPolls<T> {
  readonly #options: SharedPollsOptions<T>;
  readonly #requests: InFlightRequests<T>;
  readonly #pollers = new Map<string, Poller<T>>();
  readonly #schedule: PollSchedule;

  constructor(options: SharedPollsOptions<T>) {
    this.#options = options;
    this.#schedule = new PollSchedule(options);
    this.#requests = new InFlightRequests(options.fetch);
  }

  /** How many videos are being polled. */
  get polled(): number {
    return this.#pollers.size;
  }

  /**
   * Reads once. Joins a GET of the same video that is in flight; a poll that still waits is then sent as a read, too.
   *
   * @throws whatever the GET throws, or the signal's reason
   */
  async read(video: VideoIdentity, { job, signal }: Pick<Wait<T>, "job" | "signal">): Promise<T> {
    return this.#requests.join(video, signal, [[job, "read"]]).response;
  }

  /** Call it after a write: a GET that began before the write must not serve a read that begins after it. */
  invalidate(video: VideoIdentity): void {
    this.#requests.invalidate(video);
  }

  /**
   * Polls until `progressOf` returns `done`.
   *
   * @returns the response that ended the wait
   * @throws the signal's reason, or the error of a poll that is not transient or is the third in a row to fail
   */
  async waitUntil(video: VideoIdentity, wait: Wait<T>): Promise<T> {
    wait.signal.throwIfAborted();
    const key = videoKey(video);
    return new Promise<T>((resolve, reject) => {
      const existing = this.#pollers.get(key);
      const poller = existing ?? {
        video,
        waiters: new Set<Waiter<T>>(),
        request: undefined,
        reschedule: new AbortController(),
        abortFetch: new AbortController(),
      };
      const { waiters } = poller;
      const leave = () => {
        wait.signal.removeEventListener("abort", onAbort);
        if (waiters.delete(waiter) && !waitsFor(wait.job, waiters)) wait.job.waits -= 1;
      };
      const waiter: Waiter<T> = {
        ...wait,
        missesPoll: poller.request?.number !== undefined || poller.abortFetch.signal.aborted,
        samples: [wait.since],
        resolve: (value) => {
          leave();
          resolve(value);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const onAbort = () => {
        waiter.reject(wait.signal.reason);
        poller.reschedule.abort();
        if (waiters.size === 0) poller.abortFetch.abort();
      };
      wait.signal.addEventListener("abort", onAbort, { once: true });
      if (!waitsFor(wait.job, waiters)) wait.job.waits += 1;
      waiters.add(waiter);
      if (existing !== undefined) {
        poller.reschedule.abort();
        return;
      }
      this.#pollers.set(key, poller);
      void this.#run(key, poller);
    });
  }

  async #run(key: string, poller: Poller<T>): Promise<void> {
    const { clock, isTransient } = this.#options;
    const end = this.#schedule.begin(poller);
    let failed = 0;
    let lastPoll = clock.now();
    while (poller.waiters.size > 0) {
      poller.reschedule = new AbortController();
      poller.abortFetch = new AbortController();
      let lateAt: number;
      try {
        lateAt = await this.#schedule.nextPoll(poller, lastPoll);
      } catch {
        continue;
      }
      for (const waiter of poller.waiters) waiter.missesPoll = false;
      const present = () => [...poller.waiters].filter(({ missesPoll }) => !missesPoll);
      try {
        const [first, ...others] = [...poller.waiters].map(({ job }): Wanted => [job, "poll", lateAt]);
        if (first === undefined) continue;
        const poll = this.#requests.join(poller.video, poller.abortFetch.signal, [first, ...others]);
        poller.request = poll.request;
        const value = await poll.response;
        failed = 0;
        this.#deliver(present(), value);
      } catch (error) {
        failed += 1;
        const isFinal = !isTransient(error) || failed >= POLLS.failed;
        for (const waiter of present()) {
          if (isFinal) waiter.reject(error);
          else waiter.onRetry?.(error);
        }
      }
      poller.request = undefined;
      // Not when it was due: one that waited for the budget says how far the file was when it was sent.
      lastPoll = clock.now();
    }
    end();
    this.#pollers.delete(key);
  }

  #deliver(waiters: readonly Waiter<T>[], value: T): void {
    const at = this.#options.clock.now();
    for (const waiter of waiters) {
      try {
        const progress = waiter.progressOf(value);
        const [first] = waiter.samples;
        if (progress === "done") {
          const last = waiter.samples[waiter.samples.length - 1];
          if (first !== undefined && last !== undefined) this.#schedule.ended(waiter.job, at - first.at, at - last.at);
          waiter.resolve(value);
          continue;
        }
        waiter.samples.push({ at, percent: progress });
        // The first sample stays: it is when the wait began.
        if (waiter.samples.length > POLLS.samples) waiter.samples.splice(1, 1);
        const remaining = estimateRemaining(waiter.samples, at);
        if (first !== undefined && remaining !== undefined)
          this.#schedule.expect(waiter.job, at - first.at + remaining);
        waiter.onProgress?.(waiter.samples);
      } catch (error) {
        waiter.reject(error);
      }
    }
  }
}

/** Whether a job is among those who wait: it counts a video once. */
function waitsFor<T>(job: Job, waiters: Iterable<Waiter<T>>): boolean {
  for (const waiter of waiters) if (waiter.job === job) return true;
  return false;
}
