/**
 * Reserves a part of the budget so that polls do not starve: a poll that is due goes before everything else while the
 * reserve lasts.
 *
 * Where several operations share the budget, an operation with few waits thus keeps its cadence. For an operation with
 * many waits, as much is reserved as does not delay the whole: its last poll cannot be sent before the budget has had
 * room for all of its requests, and its last write is early enough if the file that it requests is ready by then. Until
 * then it does not matter in which order polls and writes go.
 */
import type { QueuedRequest } from "./requestQueue";
import type { RateLimitPolicy } from "./rateLimitHeaders";
import { SentLog } from "./sentLog";
import type { Owner, Priority } from "./urgency";

/** The largest share of the quota that is reserved for polls of operations with few waits. */
const FEW_SHARE = 0.25;

/** The largest share that is reserved for all polls: of the three requests that a download takes, one is a poll. */
const LARGEST_SHARE = 1 / 3;

/**
 * The share that is always reserved for operations with many waits: without a poll nobody knows how long the files
 * take.
 */
const SMALLEST_SHARE = 0.02;

/**
 * The share that is spent outside the plan, for example on polls that are sent while a read is in flight whose write is
 * still to come.
 */
const SPENT_BESIDES = 0.03;

/** An operation with more waits than this has many. */
export const FEW_WAITS = 10;

/** How many polls are reserved in a window for each wait of an operation with few. */
export const PER_WAIT = 8;

/** The waits that polls are sent for. */
export interface Waits {
  /** The operations that wait, with the number of videos that each waits for. */
  readonly byOwner: ReadonlyMap<Owner, number>;
  /** The number of operations that wait for more than {@link FEW_WAITS} videos. */
  readonly libraries: number;
  /** The number of videos that are waited for. */
  readonly videos: number;
  /** How long a wait typically takes, in milliseconds; undefined while that is not known. */
  readonly typicalMs: number | undefined;
}

/** The budget, and how many requests other clients will probably send in a window of it. */
interface SharedBudget extends RateLimitPolicy {
  readonly others: number;
}

/** The requests that wait to be sent. */
interface Ahead {
  length(priority: Priority): number;
  /** Whether an operation other than this one has requests waiting. */
  hasOthersThan(owner: Owner): boolean;
}

/** How many requests are reserved for polls in a window. */
export interface Reserve {
  readonly inAll: number;
  /** Of these, for polls of operations with many waits. */
  readonly ofMany: number;
}

export class DuePolls {
  readonly #waits: Waits;
  readonly #budget: () => SharedBudget;
  readonly #due = new SentLog();
  readonly #dueOfMany = new SentLog();
  /** How many were sent in the current window, which began with the first request after the end of the one before. */
  #sent: Record<Priority, number> = { write: 0, read: 0, poll: 0 };
  #windowEnd = Number.NEGATIVE_INFINITY;
  readonly #total: Record<Priority, number> = { write: 0, read: 0, poll: 0 };

  constructor(waits: Waits, budget: () => SharedBudget) {
    this.#waits = waits;
    this.#budget = budget;
  }

  /** What is reserved while these requests wait. */
  reserve(ahead: Ahead, now: number): Reserve {
    const { quota } = this.#budget();
    const ofMany = this.#forMany(ahead, now);
    const few = Math.min(quota * FEW_SHARE, this.#forFew(ahead));
    return { inAll: Math.floor(Math.min(quota * LARGEST_SHARE, few + ofMany)), ofMany };
  }

  /**
   * The poll that is to be sent before everything else; if there is none, when there may be one.
   *
   * @param polls the poll of each operation that is due first
   */
  first<R extends QueuedRequest>(
    polls: Iterable<R>,
    { inAll, ofMany }: Reserve,
    now: number,
  ): { readonly request?: R; readonly at: number } {
    let first: R | undefined;
    let soonest = Number.POSITIVE_INFINITY;
    for (const request of polls) {
      const { owner, dueAt } = request.urgency;
      const hasMany = (this.#waits.byOwner.get(owner) ?? 0) > FEW_WAITS;
      const at = Math.max(
        dueAt,
        this.#hasRoomAt(this.#due, inAll, now),
        hasMany ? this.#hasRoomAt(this.#dueOfMany, ofMany, now) : 0,
      );
      soonest = Math.min(soonest, at);
      if (at <= now && (first === undefined || dueAt < first.urgency.dueAt)) first = request;
    }
    return first === undefined ? { at: soonest } : { request: first, at: now };
  }

  /** How many due polls were sent in the window that ends now: that part of the reserve is used up. */
  sentInWindow(now: number): number {
    return this.#due.countSince(now - this.#budget().windowMs);
  }

  /** Records a request that has been sent. */
  record(
    { owner, priority }: { readonly owner: Owner; readonly priority: Priority },
    isDue: boolean,
    now: number,
  ): void {
    const { quota, windowMs } = this.#budget();
    if (now >= this.#windowEnd) {
      this.#sent = { write: 0, read: 0, poll: 0 };
      this.#windowEnd = now + windowMs;
    }
    this.#sent[priority] += 1;
    this.#total[priority] += 1;
    if (!isDue) return;
    this.#due.record(now, quota);
    if ((this.#waits.byOwner.get(owner) ?? 0) > FEW_WAITS) this.#dueOfMany.record(now, quota);
  }

  /** The reserve for operations with few waits: none while a single operation has the budget to itself. */
  #forFew(ahead: Ahead): number {
    const { byOwner } = this.#waits;
    const [first] = byOwner.keys();
    if (first === undefined || (byOwner.size === 1 && !ahead.hasOthersThan(first))) return 0;
    const { quota } = this.#budget();
    let reserved = 0;
    for (const count of byOwner.values()) {
      if (count <= FEW_WAITS) reserved += count * PER_WAIT;
      if (reserved >= quota) break;
    }
    return reserved;
  }

  /**
   * The reserve for operations with many waits: what the writes leave of a window when they are spread over those in
   * which they are early enough.
   */
  #forMany(ahead: Ahead, now: number): number {
    const waiting = { reads: ahead.length("read"), writes: ahead.length("write") };
    const { libraries, videos, typicalMs = 0 } = this.#waits;
    if (waiting.reads + waiting.writes === 0 || libraries === 0) return 0;
    const { quota, windowMs, others } = this.#budget();
    // How much other clients leave is a guess; a reserve that relies on it would be spent in a burst and cause a block.
    if (others > quota * SMALLEST_SHARE) return quota * SMALLEST_SHARE;
    const sent = now < this.#windowEnd ? this.#sent : { write: 0, read: 0, poll: 0 };
    // What was sent so far says how many writes follow a read: one for each type of download.
    const reads = waiting.reads + this.#total.read;
    const perRead = Math.ceil((1 + this.#total.write) / (1 + this.#total.read) - 0.1);
    const toCome = Math.max(waiting.writes, reads * perRead - this.#total.write);
    const writes = waiting.reads + toCome + sent.write + sent.read;
    const polls = videos + waiting.reads + sent.poll;
    const inAll = Math.ceil((writes + polls) / quota);
    const windows = Math.max(Math.ceil(writes / quota), inAll - Math.ceil(Math.max(1, typicalMs) / windowMs));
    const spare = quota * (1 - SPENT_BESIDES) - writes / windows;
    return Math.max(quota * SMALLEST_SHARE, Math.min(quota * LARGEST_SHARE, spare));
  }

  #hasRoomAt(log: SentLog, most: number, now: number): number {
    const oldest = log.last(Math.max(1, Math.floor(most)));
    const at = oldest === undefined ? 0 : oldest + this.#budget().windowMs;
    return at > now ? at : 0;
  }
}
