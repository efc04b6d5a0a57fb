/**
 * The requests that operations are going to make and have not queued yet. A large one starts its work in turn, and the
 * plan must know of all of it.
 */
import { PRIORITIES, type Priority } from "./urgency";

export class UpcomingRequests {
  readonly #counts: Record<Priority, number> = { write: 0, read: 0, poll: 0 };

  /** Adds requests, or with a negative count takes those away that are queued now. */
  add(priority: Priority, count: number): void {
    this.#counts[priority] += count;
  }

  count(priority: Priority): number {
    return this.#counts[priority];
  }

  get total(): number {
    return PRIORITIES.reduce((sum, priority) => sum + this.#counts[priority], 0);
  }
}
