/**
 * When downloads were last requested or deleted. A new one may not be listed for some seconds, one that was requested
 * again may still be listed as failed, and one that is deleted may still be listed, so until then nothing follows from
 * a list.
 */
import type { Clock } from "../core/clock";
import { type DownloadIdentity, formatId } from "../core/identity";

/** How long a list may not show what was requested. What is missing for longer has been deleted. */
export const LISTING_LAG_MS = 15_000;

/** The times of one session, by its clock. */
export class RequestTimes {
  readonly #clock: Clock;
  readonly #byId = new Map<string, number>();
  readonly #deletions = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Call it after each request that may have been processed. */
  note(identity: DownloadIdentity): void {
    this.#byId.set(formatId(identity), this.#clock.now());
    this.#deletions.delete(formatId(identity));
  }

  /** Call it after each deletion. */
  noteDeletion(identity: DownloadIdentity): void {
    this.forget(identity);
    this.#deletions.set(formatId(identity), this.#clock.now());
  }

  /** How much longer a list may show a download that was deleted, in milliseconds; 0 if what it shows exists. */
  deletionLagLeft(identity: DownloadIdentity): number {
    const deletedAt = this.#deletions.get(formatId(identity)) ?? Number.NEGATIVE_INFINITY;
    return Math.max(0, LISTING_LAG_MS - (this.#clock.now() - deletedAt));
  }

  /** Call it once the download is listed as requested: from then on the list is right. */
  forget(identity: DownloadIdentity): void {
    this.#byId.delete(formatId(identity));
  }

  /** When a download was requested, as an ISO date for the state. Undefined if a list must show it by now. */
  recentDate(identity: DownloadIdentity): string | undefined {
    const ago = this.#agoHere(identity);
    return ago < LISTING_LAG_MS ? new Date(this.#clock.date() - ago).toISOString() : undefined;
  }

  /**
   * How much longer a list may not show a download, in milliseconds; 0 if it must.
   *
   * @param requestedAt when an earlier command requested it, as the state says: an ISO date. Anything else is ignored
   */
  lagLeft(identity: DownloadIdentity, requestedAt?: unknown): number {
    const date = typeof requestedAt === "string" ? Date.parse(requestedAt) : Number.NaN;
    // A date in the future is by the clock of another machine.
    const earlier = Number.isNaN(date) ? Number.POSITIVE_INFINITY : Math.max(0, this.#clock.date() - date);
    return Math.max(0, LISTING_LAG_MS - Math.min(earlier, this.#agoHere(identity)));
  }

  #agoHere(identity: DownloadIdentity): number {
    return this.#clock.now() - (this.#byId.get(formatId(identity)) ?? Number.NEGATIVE_INFINITY);
  }
}
