/** The requests that wait to be sent, by job. */
import { type Job, type Kind, KINDS } from "./job";

/** What a request is for a job. */
interface Purpose {
  readonly kind: Kind;
  /** When a poll is late, by the clock; anything else is at once. */
  readonly lateAt: number;
}

/** How and where a request waits. */
interface Place {
  readonly queue: RequestQueue;
  /** Since when, by the clock. */
  readonly since: number;
  /** Lets it be sent. */
  readonly admit: () => void;
}

/** A request that one job or several want. It is sent when the first of them has its turn. */
export class QueuedRequest {
  readonly #purposes = new Map<Job, Purpose>();
  /** Its number, by the order in which all were sent; undefined before. */
  number: number | undefined;
  /** Where it waits; undefined while it does not. The queue's own. */
  place: Place | undefined;

  constructor(job: Job, kind: Kind, lateAt?: number) {
    this.want(job, kind, lateAt);
  }

  get purposes(): ReadonlyMap<Job, Purpose> {
    return this.#purposes;
  }

  /** A job wants it, or wants it for more than before. */
  want(job: Job, kind: Kind, lateAt = Number.NEGATIVE_INFINITY): void {
    const before = this.#purposes.get(job);
    if (before !== undefined && KINDS.indexOf(before.kind) <= KINDS.indexOf(kind)) return;
    const { place } = this;
    place?.queue.remove(this);
    this.#purposes.set(job, { kind, lateAt });
    place?.queue.add(this, place);
  }
}

/** Of a job the requests keep their order, and polls are in the order in which they will be late. */
export class RequestQueue {
  readonly #byJob = new Map<Job, Record<Kind, QueuedRequest[]>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The jobs that wait. */
  jobs(): IterableIterator<Job> {
    return this.#byJob.keys();
  }

  /** The first request of a kind that a job wants. */
  first(job: Job, kind: Kind): QueuedRequest | undefined {
    return this.#byJob.get(job)?.[kind][0];
  }

  add(request: QueuedRequest, { since, admit }: Omit<Place, "queue">): void {
    request.place = { queue: this, since, admit };
    this.#size += 1;
    for (const [job, { kind, lateAt }] of request.purposes) {
      const lists = this.#byJob.get(job) ?? { write: [], read: [], poll: [] };
      this.#byJob.set(job, lists);
      const list = lists[kind];
      let at = list.length;
      while (kind === "poll" && at > 0 && (list[at - 1]?.purposes.get(job)?.lateAt ?? 0) > lateAt) at -= 1;
      list.splice(at, 0, request);
    }
  }

  /** Removes a request that is sent, or that nobody wants any more. Returns what lets it be sent. */
  remove(request: QueuedRequest): (() => void) | undefined {
    const { place } = request;
    if (place === undefined) return undefined;
    request.place = undefined;
    this.#size -= 1;
    for (const [job, { kind }] of request.purposes) {
      const lists = this.#byJob.get(job);
      const at = lists?.[kind].indexOf(request) ?? -1;
      if (lists === undefined || at < 0) continue;
      lists[kind].splice(at, 1);
      if (KINDS.every((each) => lists[each].length === 0)) this.#byJob.delete(job);
    }
    return place.admit;
  }
}
