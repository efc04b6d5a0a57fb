/**
 * Looks at videos on behalf of everyone who waits: one GET per video serves all of them, whatever each is waiting for.
 * Knows nothing of what it fetches; whoever waits says of each answer how far it is.
 */
import { type VideoIdentity, videoKey } from "../identity/downloadIdentity";
import type { Clock } from "../time/clock";
import { nextPause, type Sample } from "./cadence";

/** How one GET is made. */
export interface FetchOptions {
  readonly signal: AbortSignal;
  /** `poll` gives way to everything else; `read` is what an operation needs at once. */
  readonly priority: "read" | "poll";
  /** Told when the GET has to wait for the request budget, with the milliseconds. */
  readonly onPause: (ms: number) => void;
}

export interface SharedPollsOptions<T> {
  readonly clock: Clock;
  readonly fetch: (video: VideoIdentity, options: FetchOptions) => Promise<T>;
  /** Whether a failed GET may go well the next time. */
  readonly isTransient: (error: unknown) => boolean;
  /** The least pause between two polls of one video that the budget bears, in milliseconds. */
  readonly spacing: (watched: number) => number;
  /** 0 to 1, for jitter. Default `Math.random`. */
  readonly random?: () => number;
}

/** One wait. */
export interface Wait<T> {
  readonly signal: AbortSignal;
  /** When what is waited for began, by the clock, and how far it was. */
  readonly since: Sample;
  /** Says of an answer how far it is in percent, or `done`. */
  readonly judge: (value: T) => number | "done";
  /** Told after each look that did not end the wait. */
  readonly onLook?: (samples: readonly Sample[]) => void;
  readonly onPause?: (ms: number) => void;
  /** Told of a failed look that is going to be repeated. */
  readonly onTrouble?: (error: unknown) => void;
}

/** So many looks in a row may fail, each after its own retries, before the wait fails with them. */
const FAILED_LOOKS = 3;
/** Pauses vary by up to this share either way, so that many programs do not look in step. */
const JITTER = 0.1;
/** As many looks back as a wait remembers. */
const REMEMBERED_SAMPLES = 64;

interface Flight<T> {
  readonly promise: Promise<T>;
  readonly abort: AbortController;
  readonly pauseListeners: Set<(ms: number) => void>;
  passengers: number;
}

interface Waiter<T> extends Wait<T> {
  samples: Sample[];
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

interface Watch<T> {
  readonly video: VideoIdentity;
  readonly waiters: Set<Waiter<T>>;
  /** Ends the present pause, because someone joined or left. */
  nudge: AbortController;
  /** Ends the present look, because nobody waits for it any more. */
  giveUp: AbortController;
}

/** One for each credential and kind of answer. */
export class SharedPolls<T> {
  readonly #options: SharedPollsOptions<T>;
  readonly #flights = new Map<string, Flight<T>>();
  readonly #watches = new Map<string, Watch<T>>();

  constructor(options: SharedPollsOptions<T>) {
    this.#options = options;
  }

  /** How many videos are being watched. */
  get watched(): number {
    return this.#watches.size;
  }

  /**
   * Looks once. Joins a GET of the same video that is under way.
   *
   * @throws whatever the GET throws, or the signal's reason
   */
  async read(video: VideoIdentity, signal: AbortSignal, onPause?: (ms: number) => void): Promise<T> {
    return this.#look(video, signal, "read", onPause);
  }

  /** Something was written: a GET that began before it must not answer a look that begins after it. */
  changed(video: VideoIdentity): void {
    this.#flights.delete(videoKey(video));
  }

  /**
   * Looks again and again until `judge` says done.
   *
   * @returns the answer that ended the wait
   * @throws the signal's reason, or the failure of a look that is final or came three times in a row
   */
  async waitUntil(video: VideoIdentity, wait: Wait<T>): Promise<T> {
    wait.signal.throwIfAborted();
    const key = videoKey(video);
    return new Promise<T>((resolve, reject) => {
      let watch = this.#watches.get(key);
      const isNew = watch === undefined;
      if (watch === undefined) {
        watch = { video, waiters: new Set(), nudge: new AbortController(), giveUp: new AbortController() };
        this.#watches.set(key, watch);
      }
      const { waiters } = watch;
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
      const current = watch;
      const onAbort = () => {
        waiter.reject(wait.signal.reason);
        current.nudge.abort();
        if (waiters.size === 0) current.giveUp.abort();
      };
      wait.signal.addEventListener("abort", onAbort, { once: true });
      waiters.add(waiter);
      if (isNew) void this.#run(key, current);
      else current.nudge.abort();
    });
  }

  async #run(key: string, watch: Watch<T>): Promise<void> {
    let failed = 0;
    let lastLook = this.#options.clock.now();
    while (watch.waiters.size > 0) {
      watch.nudge = new AbortController();
      watch.giveUp = new AbortController();
      try {
        await this.#options.clock.sleep(this.#pause(watch, lastLook), watch.nudge.signal);
      } catch {
        continue;
      }
      lastLook = this.#options.clock.now();
      // Whoever joins during the look has perhaps just written something that this look does not see yet.
      const lookers = [...watch.waiters];
      const present = () => lookers.filter((waiter) => watch.waiters.has(waiter));
      try {
        const value = await this.#look(watch.video, watch.giveUp.signal, "poll", (ms) => {
          for (const waiter of present()) waiter.onPause?.(ms);
        });
        failed = 0;
        this.#deliver(present(), value);
      } catch (error) {
        failed += 1;
        const final = !this.#options.isTransient(error) || failed >= FAILED_LOOKS;
        for (const waiter of present()) {
          if (final) waiter.reject(error);
          else waiter.onTrouble?.(error);
        }
      }
    }
    this.#watches.delete(key);
  }

  #pause(watch: Watch<T>, lastLook: number): number {
    const now = this.#options.clock.now();
    const wanted = Math.min(...[...watch.waiters].map((waiter) => nextPause(waiter.samples, now)));
    const spaced = Math.max(wanted, this.#options.spacing(this.#watches.size));
    const jitter = 1 + JITTER * (2 * (this.#options.random ?? Math.random)() - 1);
    // Someone joining or leaving starts the pause anew; what has passed of it since the last look still counts.
    return Math.max(0, spaced * jitter - (now - lastLook));
  }

  #deliver(waiters: readonly Waiter<T>[], value: T): void {
    const at = this.#options.clock.now();
    for (const waiter of waiters) {
      try {
        const progress = waiter.judge(value);
        if (progress === "done") {
          waiter.resolve(value);
          continue;
        }
        waiter.samples.push({ at, percent: progress });
        // The first sample stays: it is when the wait began.
        if (waiter.samples.length > REMEMBERED_SAMPLES) waiter.samples.splice(1, 1);
        waiter.onLook?.(waiter.samples);
      } catch (error) {
        waiter.reject(error);
      }
    }
  }

  async #look(
    video: VideoIdentity,
    signal: AbortSignal,
    priority: FetchOptions["priority"],
    onPause?: (ms: number) => void,
  ): Promise<T> {
    signal.throwIfAborted();
    const flight = this.#flights.get(videoKey(video)) ?? this.#takeOff(video, priority);
    if (onPause !== undefined) flight.pauseListeners.add(onPause);
    flight.passengers += 1;
    return new Promise<T>((resolve, reject) => {
      const onAbort = () => {
        reject(signal.reason);
        flight.passengers -= 1;
        if (flight.passengers > 0) return;
        flight.abort.abort();
        if (this.#flights.get(videoKey(video)) === flight) this.#flights.delete(videoKey(video));
      };
      signal.addEventListener("abort", onAbort, { once: true });
      flight.promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    });
  }

  #takeOff(video: VideoIdentity, priority: FetchOptions["priority"]): Flight<T> {
    const key = videoKey(video);
    const abort = new AbortController();
    const pauseListeners = new Set<(ms: number) => void>();
    const onPause = (ms: number) => {
      for (const listener of pauseListeners) listener(ms);
    };
    const promise = this.#options.fetch(video, { signal: abort.signal, priority, onPause }).finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    const flight: Flight<T> = { promise, abort, pauseListeners, passengers: 0 };
    this.#flights.set(key, flight);
    return flight;
  }
}
