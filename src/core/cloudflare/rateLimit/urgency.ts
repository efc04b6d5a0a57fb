/** How urgent a request is, and for which operation it is sent. */

/** What a request is for; earlier in this list goes first. */
export const PRIORITIES = ["write", "read", "poll"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** An operation, by identity: any object that all of its requests name. Operations take turns. */
export type Owner = object;

/** The urgency of one request. It may grow while the request waits in the queue. */
export class Urgency {
  #priority: Priority;
  #owner: Owner;
  /** When a poll must be sent at the latest, by the clock. Until then it gives way to everything else. */
  readonly dueAt: number;
  /** Asked whether another operation's place of the same priority is a better one; for the queue that the request waits in. */
  isBetterPlace: ((owner: Owner) => boolean) | undefined;
  /** Called when the urgency has grown; for the same queue. */
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

  /** Another operation waits for the same response: the request is as urgent as the more urgent of both. */
  raise(priority: Priority, owner: Owner): void {
    const difference = PRIORITIES.indexOf(this.#priority) - PRIORITIES.indexOf(priority);
    if (difference < 0 || (difference === 0 && this.isBetterPlace?.(owner) !== true)) return;
    this.#priority = priority;
    this.#owner = owner;
    this.onRaised?.();
  }
}
