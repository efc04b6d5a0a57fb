/**
 * Distinguishes refused credentials from a single refused video. A library of thousands would try refused credentials
 * thousands of times, so once they are known to be refused, the remaining downloads are aborted as by Ctrl-C: whatever
 * may exist goes into the state.
 */
import { setMaxListeners } from "node:events";
import { ApiError } from "../stream/apiError";
import type { DownloadIdentity } from "../core/identity";
import { downloadName } from "../core/identity";
import { CredentialsRefused, type Operation } from "./operation";
import type { Reason } from "./failure";

/**
 * When those of this many videos from all over the library were refused and none was accepted, the credentials are the
 * cause, not the videos.
 */
const SAMPLED_VIDEOS = 10;
/** The same of this many downloads, whichever: one of the sample may wait for its video, or fail for another reason. */
const REFUSALS = 100;

/**
 * The downloads of a few videos from all over the list. Neighbours have much in common: what becomes of the first ones
 * says little about the others.
 *
 * @param identities the downloads, those of a video side by side
 */
export function sampleOf(identities: readonly DownloadIdentity[]): DownloadIdentity[] {
  const starts = identities.flatMap(({ videoId }, n) => (videoId === identities[n - 1]?.videoId ? [] : [n]));
  const step = Math.ceil(starts.length / SAMPLED_VIDEOS);
  return starts.flatMap((start, n) => (n % step === 0 ? identities.slice(start, starts[n + 1]) : []));
}

type Access = "read" | "write";

export class CredentialsWatch {
  /** The operation for each single download: its signal aborts them all, and its successful writes are noticed. */
  readonly operation: Operation;
  readonly #sample: ReadonlySet<string>;
  readonly #end = new AbortController();
  /** The downloads that were refused. A token may read and not write. */
  readonly #refused: Record<Access, Set<string>> = { read: new Set(), write: new Set() };
  readonly #accepted: Record<Access, boolean> = { read: false, write: false };

  /** @param sample what {@link sampleOf} took of the downloads */
  constructor(operation: Operation, sample: readonly DownloadIdentity[]) {
    this.#sample = new Set(sample.map(downloadName));
    const signal = AbortSignal.any([operation.signal, this.#end.signal]);
    // Every concurrent request of the operation adds a listener; that is not a leak.
    setMaxListeners(0, this.#end.signal);
    setMaxListeners(0, signal);
    const { api } = operation;
    const write = async <T>(identity: DownloadIdentity, send: () => Promise<T>): Promise<T> => {
      // What is written has been looked up, or need not be.
      this.#accepted.read = true;
      try {
        const result = await send();
        this.#accepted.write = true;
        return result;
      } catch (error) {
        if (error instanceof ApiError && error.refusesCredentials) this.#refuse("write", identity);
        throw error;
      }
    };
    this.operation = {
      ...operation,
      signal,
      api: {
        createDownload: (...args) => write(args[0], () => api.createDownload(...args)),
        deleteDownload: (...args) => write(args[0], () => api.deleteDownload(...args)),
      },
    };
  }

  /** Whether the credentials are refused. */
  get areRefused(): boolean {
    return (["read", "write"] as const).some((access) => {
      const refused = this.#refused[access];
      if (this.#accepted[access] || refused.size === 0) return false;
      return refused.size >= REFUSALS || [...this.#sample].every((key) => refused.has(key));
    });
  }

  /** Records that Cloudflare responded to a request that reads. */
  accepted(): void {
    this.#accepted.read = true;
  }

  /** Records why a download failed. */
  failed(identity: DownloadIdentity, { isRefusal }: Reason): void {
    if (isRefusal === true) this.#refuse("read", identity);
  }

  #refuse(access: Access, identity: DownloadIdentity): void {
    this.#refused[access].add(downloadName(identity));
    if (this.areRefused) this.#end.abort(new CredentialsRefused());
  }
}
