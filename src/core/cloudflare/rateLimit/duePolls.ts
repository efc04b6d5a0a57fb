/**
 * What is kept of the budget so that polls do not starve: where several operations share it, a poll that is due goes before everything else.
 * An operation with few waits may so keep its cadence; one with many has now and then one served, since their order is its own affair.
 */
import type { QueuedRequest } from "./requestQueue";
import { SentLog } from "./sentLog";
import type { Owner } from "./urgency";

/** The part of the quota that may be kept for, and spent on, polls that are due. */
const SHARE = 0.25;

/** An operation with more waits than this has many. */
const FEW_WAITS = 10;

/** So many polls are kept for each of an operation's waits, {@link FEW_WAITS} at most, in the window. */
const PER_WAIT = 8;

/** The pause between two polls that are due of an operation with many waits. */
const SPACING_MS = 5000;

/** The waits that polls are sent for. */
export interface Waits {
  /** The operations that wait, with the number of videos that each waits for. */
  readonly byOwner: ReadonlyMap<Owner, number>;
}

export class DuePolls {
  readonly #waits: Waits;
  readonly #most: number;
  readonly #windowMs: number;
  readonly #sent = new SentLog();
  readonly #lastOf = new WeakMap<Owner, number>();

  constructor(waits: Waits, budget: { readonly quota: number; readonly windowMs: number }) {
    this.#waits = waits;
    this.#most = Math.max(1, Math.floor(budget.quota * SHARE));
    this.#windowMs = budget.windowMs;
  }

  /**
   * How many requests are kept; none while a single operation has the budget to itself.
   *
   * @param hasOthersThan whether an operation other than the given one has requests waiting
   */
  reserved(hasOthersThan: (owner: Owner) => boolean): number {
    const { byOwner } = this.#waits;
    const [first] = byOwner.keys();
    if (first === undefined || (byOwner.size === 1 && !hasOthersThan(first))) return 0;
    let waits = 0;
    for (const count of byOwner.values()) {
      waits += Math.min(count, FEW_WAITS);
      if (waits * PER_WAIT >= this.#most) return this.#most;
    }
    return waits * PER_WAIT;
  }

  /**
   * The poll that is to go before everything else; without one, when there may be one.
   *
   * @param polls of each operation the one that is due first
   */
  first<R extends QueuedRequest>(polls: Iterable<R>, now: number): { readonly request?: R; readonly at: number } {
    const spent = this.#sent.last(this.#most);
    if (spent !== undefined && spent > now - this.#windowMs) return { at: spent + this.#windowMs };
    let first: R | undefined;
    let soonest = Number.POSITIVE_INFINITY;
    for (const request of polls) {
      const { owner, dueAt } = request.urgency;
      const spacing = (this.#waits.byOwner.get(owner) ?? 1) > FEW_WAITS ? SPACING_MS : 0;
      const at = Math.max(dueAt, (this.#lastOf.get(owner) ?? Number.NEGATIVE_INFINITY) + spacing);
      soonest = Math.min(soonest, at);
      if (at <= now && (first === undefined || dueAt < first.urgency.dueAt)) first = request;
    }
    return first === undefined ? { at: soonest } : { request: first, at: now };
  }

  /** How many were sent in the window that ends now: so many need not be kept any more. */
  sentInWindow(now: number): number {
    return this.#sent.countSince(now - this.#windowMs);
  }

  /** One has been sent. */
  record(owner: Owner, now: number): void {
    this.#lastOf.set(owner, now);
    this.#sent.record(now, this.#most);
  }
}
