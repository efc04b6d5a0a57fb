/**
 * When the next poll of each video is sent: by its cadence, its share of the request budget, and how long the other
 * files took.
 */
import { FEW_WAITS } from "../budget/duePolls";
import { Urgency } from "../budget/urgency";
import type { Clock } from "../core/clock";
import { nextPause, PLENTY_OF_POLLS, type Sample } from "./cadence";
import type { Durations } from "./durations";
import type { PollDemand } from "./pollDemand";

export interface PollScheduleOptions {
  readonly clock: Clock;
  /** Divides the request budget among all polls that share it. */
  readonly demand: PollDemand;
  /** How long the waits that share this schedule take. */
  readonly durations: Durations;
  /** 0 to 1, for jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** The poller of one video, as far as its schedule depends on it. */
interface Scheduled {
  readonly waiters: Iterable<{ readonly signal: AbortSignal; readonly samples: readonly Sample[] }>;
  /** Ends the current pause, because someone joined or left. */
  readonly reschedule: AbortController;
}

/**
 * Pauses vary at random by up to this share either way, within the limit below, so that many programs do not poll in
 * step.
 */
const JITTER = 0.1;
const LARGEST_JITTER_MS = 1000;
/** How much later than its cadence plans a poll of an operation with few waits may be sent; after that it is due. */
const GRACE_MS = 15_000;
/** How often a pause is recomputed: other waits may have shown in the meantime how long this one takes. */
const RECONSIDER_MS = 10_000;
/** While it is not known how long files take, this many videos are polled as often as a single one would be. */
const SCOUTS = 8;
/** One video in this many is polled early once, to find out whether files take less time than they did. */
const SAMPLED = 32;

export class PollSchedule {
  readonly #options: PollScheduleOptions;
  /** Those that are polled now, in the order in which they began; true: polled early once, see {@link SAMPLED}. */
  readonly #pollers = new Map<Scheduled, boolean>();
  #begun = 0;

  constructor(options: PollScheduleOptions) {
    this.#options = options;
  }

  begin(poller: Scheduled): void {
    this.#begun += 1;
    this.#pollers.set(poller, this.#begun % SAMPLED === 0);
  }

  end(poller: Scheduled): void {
    this.#options.demand.leave(poller);
    this.#options.durations.leave(poller);
    this.#pollers.delete(poller);
  }

  /**
   * Waits until the next poll of a video is to be sent.
   *
   * @param lastPoll when the last one was sent, or when the poller began, by the clock: what was already waited counts
   * @returns how urgent the poll is
   * @throws the reason of the poller's `reschedule`
   */
  async nextPoll(poller: Scheduled, lastPoll: number): Promise<Urgency> {
    const { clock, demand, durations, random = Math.random } = this.#options;
    const jitter = JITTER * (2 * random() - 1);
    for (;;) {
      const owner = this.#ownerOf(poller);
      demand.join(poller, owner);
      demand.typicalMs = durations.typicalMs;
      const wanted = this.#wantedPause(poller, owner, lastPoll);
      const pollAt = lastPoll + wanted + jitter * Math.min(wanted, LARGEST_JITTER_MS / JITTER);
      const left = pollAt - clock.now();
      const isOneOfFew = (demand.byOwner.get(owner) ?? 0) <= FEW_WAITS;
      if (left <= 0) return new Urgency("poll", owner, pollAt + (isOneOfFew ? GRACE_MS : 0));
      await clock.sleep(Math.min(Math.ceil(left), RECONSIDER_MS), poller.reschedule.signal);
    }
  }

  #wantedPause(poller: Scheduled, owner: object, lastPoll: number): number {
    const { demand, durations } = this.#options;
    const { typicalMs } = durations;
    const isSampled = this.#pollers.get(poller) === true;
    const allowance = {
      pollsLeft: durations.areUnknown && this.#isScout(poller) ? PLENTY_OF_POLLS : demand.pollsLeft(owner),
      typicalMs: isSampled && typicalMs !== undefined ? typicalMs / 2 : typicalMs,
    };
    return Math.min(...Array.from(poller.waiters, ({ samples }) => nextPause(samples, lastPoll, allowance)));
  }

  /** Whether it is one of the first {@link SCOUTS} of those that are polled now. */
  #isScout(poller: Scheduled): boolean {
    let place = 0;
    for (const other of this.#pollers.keys()) {
      if (other === poller) return true;
      if (++place === SCOUTS) return false;
    }
    return false;
  }

  /** The operation for which a poll is sent: of those that wait, the one with the fewest videos. */
  #ownerOf(poller: Scheduled): object {
    const { byOwner } = this.#options.demand;
    let owner: object = poller;
    let fewest = Number.POSITIVE_INFINITY;
    for (const { signal } of poller.waiters) {
      const videos = byOwner.get(signal) ?? 0;
      if (videos < fewest) [owner, fewest] = [signal, videos];
    }
    return owner;
  }
}
