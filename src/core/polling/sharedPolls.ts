/**
 * Polls videos on behalf of everyone who waits: one GET per video serves all of them, whatever each is waiting for.
 * It does not know what it fetches: each waiter says how much progress a response shows.
 */
import type { Throttled } from "../cloudflare/rateLimit/throttled";
import { FEW_WAITS } from "../cloudflare/rateLimit/duePolls";
import { Urgency } from "../cloudflare/rateLimit/urgency";
import { type VideoIdentity, videoKey } from "../identity";
import type { Clock } from "../clock";
import { estimateRemaining, nextPause, PLENTY_OF_POLLS, type Sample } from "./cadence";
import { Durations } from "./durations";
import { type Fetch, InFlightRequests } from "./inFlightRequests";
import type { PollDemand } from "./pollDemand";

interface SharedPollsOptions<T> {
  readonly clock: Clock;
  readonly fetch: Fetch<T, Throttled>;
  /** Whether a failed GET may succeed the next time. */
  readonly isTransient: (error: unknown) => boolean;
  /** Divides the request budget among all polls that share it. */
  readonly demand: PollDemand;
  /** 0 to 1, for jitter. Default `Math.random`. */
  readonly random?: () => number;
}

/** One wait. */
export interface Wait<T> {
  /** Ends the wait. Waits with the same signal belong to one operation. */
  readonly signal: AbortSignal;
  /** When the awaited work began, by the clock, and its progress at that moment. */
  readonly since: Sample;
  /** Returns the progress that a response shows, in percent, or `done`. */
  readonly progressOf: (value: T) => number | "done";
  /** Called after each poll that did not end the wait. */
  readonly onProgress?: (samples: readonly Sample[]) => void;
  readonly onThrottle?: (throttled: Throttled) => void;
  /** Called when a poll has failed and will be repeated. */
  readonly onRetry?: (error: unknown) => void;
}

/** After this many failed polls in a row, each with its own retries, the wait fails. */
const FAILED_POLLS = 3;
/** Pauses vary at random by up to this share either way, within the limit below, so that many programs do not poll in step. */
const JITTER = 0.1;
const LARGEST_JITTER_MS = 1000;
/** How many samples a wait keeps. */
const REMEMBERED_SAMPLES = 64;
/** How much later than its cadence plans a poll of an operation with few waits may be sent; after that it is due. */
const GRACE_MS = 15_000;
/** How often a pause is recomputed: other waits may have shown in the meantime how long this one takes. */
const RECONSIDER_MS = 10_000;
/** While it is not known how long files take, this many videos are polled as often as a single one would be. */
const SCOUTS = 8;
/** One video in this many is polled early once, to find out whether files take less time than they did. */
const SAMPLED = 32;

interface Waiter<T> extends Wait<T> {
  samples: Sample[];
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** The poller of one video. */
interface Poller<T> {
  readonly video: VideoIdentity;
  readonly waiters: Set<Waiter<T>>;
  /** Ends the current pause, because someone joined or left. */
  reschedule: AbortController;
  /** Ends the current poll, because nobody waits for it any more. */
  abortFetch: AbortController;
  /** Whether it is polled early once; see {@link SAMPLED}. */
  readonly isSampled: boolean;
}

/** One for each credential and kind of response. */
export class SharedPolls<T> {
  readonly #options: SharedPollsOptions<T>;
  readonly #requests: InFlightRequests<T, Throttled>;
  readonly #pollers = new Map<string, Poller<T>>();
  readonly #durations = new Durations();
  #begun = 0;

  constructor(options: SharedPollsOptions<T>) {
    this.#options = options;
    this.#requests = new InFlightRequests(options.fetch);
  }

  /** How many videos are being polled. */
  get polled(): number {
    return this.#pollers.size;
  }

  /**
   * Reads once. Joins a GET of the same video that is in flight; a poll that is still queued then gets the priority of a read.
   *
   * @throws whatever the GET throws, or the signal's reason
   */
  async read(video: VideoIdentity, signal: AbortSignal, onThrottle?: (throttled: Throttled) => void): Promise<T> {
    return this.#requests.get(video, signal, new Urgency("read", signal), onThrottle);
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
        reschedule: new AbortController(),
        abortFetch: new AbortController(),
        isSampled: ++this.#begun % SAMPLED === 0,
      };
      const { waiters } = poller;
      const leave = () => {
        wait.signal.removeEventListener("abort", onAbort);
        waiters.delete(waiter);
      };
      const waiter: Waiter<T> = {
        ...wait,
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
    const { clock, demand, isTransient } = this.#options;
    let failed = 0;
    let lastPoll = clock.now();
    while (poller.waiters.size > 0) {
      poller.reschedule = new AbortController();
      poller.abortFetch = new AbortController();
      let urgency: Urgency;
      try {
        urgency = await this.#pause(poller, lastPoll);
      } catch {
        continue;
      }
      lastPoll = clock.now();
      // Someone who joins during the poll may just have written something that this poll does not see yet.
      const subscribers = [...poller.waiters];
      const present = () => subscribers.filter((waiter) => poller.waiters.has(waiter));
      try {
        const value = await this.#requests.get(poller.video, poller.abortFetch.signal, urgency, (throttled) => {
          for (const waiter of present()) waiter.onThrottle?.(throttled);
        });
        failed = 0;
        this.#deliver(poller, present(), value);
      } catch (error) {
        failed += 1;
        const isFinal = !isTransient(error) || failed >= FAILED_POLLS;
        for (const waiter of present()) {
          if (isFinal) waiter.reject(error);
          else waiter.onRetry?.(error);
        }
      }
    }
    demand.leave(poller);
    this.#durations.leave(poller);
    this.#pollers.delete(key);
  }

  /** Waits until the next poll. When someone joins or leaves, the pause is recomputed; the time already waited counts. */
  async #pause(poller: Poller<T>, lastPoll: number): Promise<Urgency> {
    const { clock, demand, random = Math.random } = this.#options;
    const jitter = JITTER * (2 * random() - 1);
    for (;;) {
      const owner = this.#ownerOf(poller);
      demand.join(poller, owner);
      demand.typicalMs = this.#durations.typicalMs;
      const wanted = this.#wantedPause(poller, owner, lastPoll);
      const pollAt = lastPoll + wanted + jitter * Math.min(wanted, LARGEST_JITTER_MS / JITTER);
      const left = pollAt - clock.now();
      const isOneOfFew = (demand.byOwner.get(owner) ?? 0) <= FEW_WAITS;
      if (left <= 0) return new Urgency("poll", owner, pollAt + (isOneOfFew ? GRACE_MS : 0));
      await clock.sleep(Math.min(Math.ceil(left), RECONSIDER_MS), poller.reschedule.signal);
    }
  }

  #wantedPause(poller: Poller<T>, owner: object, lastPoll: number): number {
    const isScout = this.#durations.areUnknown && this.#isEarly(poller);
    const pollsLeft = isScout ? PLENTY_OF_POLLS : this.#options.demand.pollsLeft(owner);
    const { typicalMs } = this.#durations;
    const allowance = {
      pollsLeft,
      typicalMs: poller.isSampled && typicalMs !== undefined ? typicalMs / 2 : typicalMs,
    };
    return Math.min(...[...poller.waiters].map(({ samples }) => nextPause(samples, lastPoll, allowance)));
  }

  /** Whether it is one of the first {@link SCOUTS} of those that are polled now. */
  #isEarly(poller: Poller<T>): boolean {
    let place = 0;
    for (const other of this.#pollers.values()) {
      if (other === poller) return true;
      if (++place === SCOUTS) return false;
    }
    return false;
  }

  /** The operation for which a poll is sent: of those that wait, the one with the fewest videos. */
  #ownerOf(poller: Poller<T>): object {
    const { byOwner } = this.#options.demand;
    let owner: object = poller;
    let fewest = Number.POSITIVE_INFINITY;
    for (const { signal } of poller.waiters) {
      const videos = byOwner.get(signal) ?? 0;
      if (videos < fewest) [owner, fewest] = [signal, videos];
    }
    return owner;
  }

  #deliver(poller: Poller<T>, waiters: readonly Waiter<T>[], value: T): void {
    const at = this.#options.clock.now();
    for (const waiter of waiters) {
      try {
        const progress = waiter.progressOf(value);
        const [first] = waiter.samples;
        if (progress === "done") {
          const last = waiter.samples[waiter.samples.length - 1];
          if (first !== undefined && last !== undefined) this.#durations.end(poller, at - first.at, at - last.at);
          waiter.resolve(value);
          continue;
        }
        waiter.samples.push({ at, percent: progress });
        // The first sample stays: it is when the wait began.
        if (waiter.samples.length > REMEMBERED_SAMPLES) waiter.samples.splice(1, 1);
        const remaining = estimateRemaining(waiter.samples, at);
        if (first !== undefined && remaining !== undefined) this.#durations.expect(poller, at - first.at + remaining);
        waiter.onProgress?.(waiter.samples);
      } catch (error) {
        waiter.reject(error);
      }
    }
  }
}
