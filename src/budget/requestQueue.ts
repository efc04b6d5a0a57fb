/**
 * The requests that wait to be sent. Writes go before reads, and reads before polls. Within a priority the operations
 * take turns, so that one with thousands of requests does not hold up one with a few. Within an operation requests keep
 * their order; polls are in the order in which they are due.
 */
import { type Owner, PRIORITIES, type Priority, type Urgency } from "./urgency";

/** A request that waits. */
export interface QueuedRequest {
  readonly urgency: Urgency;
  /** When it began to wait, by the clock. */
  readonly since: number;
  /** Lets it be sent. */
  readonly admit: () => void;
}

/** The requests of one priority: a list for each operation; the operation whose turn it is comes first. */
class Turns<R extends QueuedRequest> {
  readonly #lists = new Map<Owner, R[]>();
  #size = 0;

  get owners(): IterableIterator<Owner> {
    return this.#lists.keys();
  }

  first(): R | undefined {
    for (const [first] of this.#lists.values()) return first;
    return undefined;
  }

  /** The first of each operation. */
  *heads(): Iterable<R> {
    for (const [first] of this.#lists.values()) if (first !== undefined) yield first;
  }

  *all(): Iterable<R> {
    for (const list of this.#lists.values()) yield* list;
  }

  add(request: R): void {
    const { owner, dueAt } = request.urgency;
    this.#size += 1;
    const list = this.#lists.get(owner);
    if (list === undefined) {
      this.#lists.set(owner, [request]);
      return;
    }
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle]?.urgency.dueAt ?? 0) <= dueAt) low = middle + 1;
      else high = middle;
    }
    list.splice(low, 0, request);
  }

  get size(): number {
    return this.#size;
  }

  /** How many an operation has waiting. */
  length(owner: Owner): number {
    return this.#lists.get(owner)?.length ?? 0;
  }

  /** How many requests of its operation are ahead of it. */
  place(request: R, owner: Owner): number {
    return this.#lists.get(owner)?.indexOf(request) ?? 0;
  }

  /** Removes a request. With `turn`, its operation has had its turn and now comes last. */
  remove(request: R, owner: Owner, turn: boolean): boolean {
    const list = this.#lists.get(owner);
    const at = list?.indexOf(request) ?? -1;
    if (list === undefined || at < 0) return false;
    this.#size -= 1;
    list.splice(at, 1);
    if (list.length > 0 && !turn) return true;
    this.#lists.delete(owner);
    if (list.length > 0) this.#lists.set(owner, list);
    return true;
  }
}

export class RequestQueue<R extends QueuedRequest> {
  readonly #turns: Readonly<Record<Priority, Turns<R>>> = { write: new Turns(), read: new Turns(), poll: new Turns() };
  /** Where each request waits: its urgency may have been raised since. */
  readonly #places = new Map<R, { readonly priority: Priority; readonly owner: Owner }>();

  get size(): number {
    return this.#places.size;
  }

  /** How many of a priority wait. */
  length(priority: Priority): number {
    return this.#turns[priority].size;
  }

  has(request: R): boolean {
    return this.#places.has(request);
  }

  add(request: R): void {
    const { priority, owner } = request.urgency;
    this.#places.set(request, { priority, owner });
    this.#turns[priority].add(request);
    request.urgency.isBetterPlace = (other) =>
      this.#turns[priority].length(other) < this.#turns[priority].place(request, owner);
    request.urgency.onRaised = () => {
      this.#take(request, false);
      this.add(request);
    };
  }

  /** Removes a request that is abandoned. */
  remove(request: R): void {
    this.#take(request, false);
  }

  /** Removes a request that is sent. */
  shift(request: R): void {
    this.#take(request, true);
  }

  /** The next one of a priority. */
  next(priority: Priority): R | undefined {
    return this.#turns[priority].first();
  }

  /** The poll of each operation that is due first. */
  polls(): Iterable<R> {
    return this.#turns.poll.heads();
  }

  *all(): Iterable<R> {
    for (const priority of PRIORITIES) yield* this.#turns[priority].all();
  }

  /** Whether an operation other than this one waits. */
  hasOthersThan(owner: Owner): boolean {
    return PRIORITIES.some((priority) => {
      for (const other of this.#turns[priority].owners) if (other !== owner) return true;
      return false;
    });
  }

  #take(request: R, turn: boolean): void {
    const place = this.#places.get(request);
    if (place === undefined) return;
    this.#places.delete(request);
    request.urgency.onRaised = undefined;
    request.urgency.isBetterPlace = undefined;
    this.#turns[place.priority].remove(request, place.owner, turn);
  }
}
