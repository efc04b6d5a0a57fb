/** How urgent a request is, and for which operation it is sent. */

/** What a request is for, the most urgent first. */
export const PRIORITIES = ["write", "read", "poll"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Identifies an operation: any object that all of its requests share. Operations take turns. */
export type Owner = object;

/** The urgency of one request. It may be raised while the request waits in the queue. */
export class Urgency {
  #priority: Priority;
  #owner: Owner;
  /** When a poll must be sent at the latest, by the clock. Until then it gives way to everything else. */
  readonly dueAt: number;
  /**
   * Set by the queue in which the request waits: whether it would be sent sooner as another operation's request of the
   * same priority.
   */
  isBetterPlace: ((owner: Owner) => boolean) | undefined;
  /** Set by the same queue: called when the urgency has been raised. */
  onRaised: (() => void) | undefined;

  constructor(priority: Priority, owner: Owner, dueAt = Number.POSITIVE_INFINITY) {
    this.#priority = priority;
    this.#owner = owner;
    this.dueAt = dueAt;
  }

  get priority(): Priority {
    return this.#priority;
  }

  get owner(): Owner {
    return this.#owner;
  }

  /** Another operation waits for the same response: the request takes on the higher urgency of the two. */
  raise(priority: Priority, owner: Owner): void {
    const difference = PRIORITIES.indexOf(this.#priority) - PRIORITIES.indexOf(priority);
    if (difference < 0 || (difference === 0 && this.isBetterPlace?.(owner) !== true)) return;
    this.#priority = priority;
    this.#owner = owner;
    this.onRaised?.();
  }
}
