/** What is known of the downloads of a resource. A StreamDownload has one, a StreamDownloads many. */
import { type DownloadIdentity, formatId } from "../core/identity";
import type { DownloadState } from "./ensureDownload";
import type { Declaration } from "./declaration";

/** A download that exists, or will be requested once its video is ready. */
interface KnownDownload {
  readonly identity: DownloadIdentity;
  readonly state: DownloadState;
}

/** A download that failed when it was last tried. It may exist nevertheless. */
interface FailedDownload {
  readonly identity: DownloadIdentity;
  /** Why, for the output `failures`. */
  readonly reason: string;
}

/** The downloads of one resource, each under the text form of its identity. */
export class Library {
  readonly #known = new Map<string, KnownDownload>();
  readonly #failed = new Map<string, FailedDownload>();

  /** The downloads that exist or are awaited, in the order in which they became known. */
  get known(): Iterable<KnownDownload> {
    return this.#known.values();
  }

  get failed(): Iterable<FailedDownload> {
    return this.#failed.values();
  }

  get size(): number {
    return this.#known.size;
  }

  /** The identities of {@link known}. */
  get identities(): DownloadIdentity[] {
    return Array.from(this.#known.values(), ({ identity }) => identity);
  }

  stateOf(identity: DownloadIdentity): DownloadState | undefined {
    return this.#known.get(formatId(identity))?.state;
  }

  failureOf(identity: DownloadIdentity): string | undefined {
    return this.#failed.get(formatId(identity))?.reason;
  }

  /** Records a download's state. An earlier failure is cleared. */
  record(identity: DownloadIdentity, state: DownloadState): void {
    this.#known.set(formatId(identity), { identity, state });
    this.#failed.delete(formatId(identity));
  }

  /** Records why a download failed. What is known of it stays. */
  recordFailure(identity: DownloadIdentity, reason: string): void {
    this.#failed.set(formatId(identity), { identity, reason });
  }

  /** Removes a download that does not exist any more. */
  forget(identity: DownloadIdentity): void {
    this.#known.delete(formatId(identity));
    this.#failed.delete(formatId(identity));
  }

  /** A copy; changing it does not change the original. */
  copy(): Library {
    const copied = new Library();
    for (const [key, download] of this.#known) copied.#known.set(key, download);
    for (const [key, failure] of this.#failed) copied.#failed.set(key, failure);
    return copied;
  }

  /** What is known of these downloads alone. */
  only(identities: Iterable<DownloadIdentity>): Library {
    const kept = new Library();
    for (const identity of identities) {
      const state = this.stateOf(identity);
      const failure = this.failureOf(identity);
      if (state !== undefined) kept.record(identity, state);
      if (failure !== undefined) kept.recordFailure(identity, failure);
    }
    return kept;
  }

  /** When one of the downloads was last requested, as an ISO date; only while a list may not show it yet. */
  get requestedAt(): string | undefined {
    let latest: string | undefined;
    for (const { state } of this.#known.values())
      if (state.requestedAt !== undefined && state.requestedAt > (latest ?? "")) latest = state.requestedAt;
    return latest;
  }
}

/** The difference between what is known and what is declared. */
export interface Change {
  /** Declared, but not known to exist. */
  readonly added: readonly DownloadIdentity[];
  /** Known to exist, and no longer declared. */
  readonly removed: readonly DownloadIdentity[];
  /** Declared and known, but not ready. */
  readonly unfinished: readonly DownloadIdentity[];
  /** Whether a failure is known of a download that is no longer declared. */
  readonly hasStaleFailures: boolean;
}

/** Compares what is known with what is declared, all of which is known. */
export function changeOf(library: Library, declared: readonly DownloadIdentity[]): Change {
  const wanted = new Set(declared.map(formatId));
  const isRemoved = (identity: DownloadIdentity) => !wanted.has(formatId(identity));
  const added: DownloadIdentity[] = [];
  const unfinished: DownloadIdentity[] = [];
  for (const identity of declared) {
    const state = library.stateOf(identity);
    if (state === undefined) added.push(identity);
    else if (state.status !== "ready") unfinished.push(identity);
  }
  return {
    added,
    unfinished,
    removed: library.identities.filter(isRemoved),
    hasStaleFailures: Array.from(library.failed, ({ identity }) => identity).some(isRemoved),
  };
}

/** The downloads that a declaration is known to declare; none while some of it is unknown. */
export function identitiesIn({ accountId, items = [] }: Declaration): DownloadIdentity[] {
  return accountId === undefined ? [] : items.map(({ videoId, type }) => ({ accountId, videoId, type }));
}
