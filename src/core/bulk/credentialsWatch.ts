/**
 * Distinguishes refused credentials from a single refused video. A library of thousands would try refused credentials thousands of times, so
 * once they are known to be refused, the remaining downloads are aborted as by Ctrl-C: whatever may exist goes into the state.
 */
import { setMaxListeners } from "node:events";
import { ApiError } from "../cloudflare/apiError";
import { CredentialsRefused, type Operation } from "../operation";
import type { Reason } from "../failure";

/** When this many downloads were refused and none was accepted, the credentials are the cause, not the videos. A token may read and not write. */
const REFUSALS = 10;

type Access = "read" | "write";

export class CredentialsWatch {
  /** The operation for each single download: its signal aborts them all, and its successful writes are noticed. */
  readonly operation: Operation;
  readonly #total: number;
  readonly #end = new AbortController();
  readonly #refusals: Record<Access, number> = { read: 0, write: 0 };
  readonly #accepted: Record<Access, boolean> = { read: false, write: false };

  constructor(operation: Operation, total: number) {
    this.#total = total;
    const signal = AbortSignal.any([operation.signal, this.#end.signal]);
    // Every concurrent request of the operation adds a listener; that is not a leak.
    setMaxListeners(0, this.#end.signal);
    setMaxListeners(0, signal);
    const { api } = operation;
    const write = async <T>(send: () => Promise<T>): Promise<T> => {
      // What is written has been looked up, or need not be.
      this.#accepted.read = true;
      try {
        const result = await send();
        this.#accepted.write = true;
        return result;
      } catch (error) {
        if (error instanceof ApiError && error.refusesCredentials) this.#refuse("write");
        throw error;
      }
    };
    this.operation = {
      ...operation,
      signal,
      api: {
        createDownload: (...args) => write(() => api.createDownload(...args)),
        deleteDownload: (...args) => write(() => api.deleteDownload(...args)),
      },
    };
  }

  /** Whether the credentials are refused. */
  get areRefused(): boolean {
    const enough = Math.min(REFUSALS, this.#total);
    return (["read", "write"] as const).some((access) => !this.#accepted[access] && this.#refusals[access] >= enough);
  }

  /** Records how a download ended: the reason why it failed, if it did. */
  note(reason: Reason | undefined): void {
    if (reason === undefined) this.#accepted.read = true;
    else if (reason.isRefusal === true) this.#refuse("read");
  }

  #refuse(access: Access): void {
    this.#refusals[access] += 1;
    if (this.areRefused) this.#end.abort(new CredentialsRefused());
  }
}
