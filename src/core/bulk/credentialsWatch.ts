/**
 * Distinguishes refused credentials from a single refused video. A library of thousands would try refused credentials thousands of times, so
 * once they are known to be refused, the remaining downloads are aborted as by Ctrl-C: whatever may exist goes into the state.
 */
import { setMaxListeners } from "node:events";
import { CredentialsRefused, type Operation } from "../operation";
import type { Reason } from "../failure";

/** When this many downloads were refused and none was accepted, the credentials are the cause, not the videos. */
const REFUSALS = 3;

export class CredentialsWatch {
  /** The operation for each single download: its signal aborts them all, and its successful writes are noticed. */
  readonly operation: Operation;
  readonly #total: number;
  readonly #end = new AbortController();
  #refusals = 0;
  #accepted = false;

  constructor(operation: Operation, total: number) {
    this.#total = total;
    const signal = AbortSignal.any([operation.signal, this.#end.signal]);
    // Every concurrent request of the operation adds a listener; that is not a leak.
    setMaxListeners(0, this.#end.signal);
    setMaxListeners(0, signal);
    const { api } = operation;
    const accept = <T>(result: T): T => {
      this.#accepted = true;
      return result;
    };
    this.operation = {
      ...operation,
      signal,
      api: {
        createDownload: async (...args) => accept(await api.createDownload(...args)),
        deleteDownload: async (...args) => accept(await api.deleteDownload(...args)),
      },
    };
  }

  /** Whether the credentials are refused. */
  get areRefused(): boolean {
    return !this.#accepted && this.#refusals >= Math.min(REFUSALS, this.#total);
  }

  /** Records why a download failed. */
  note({ isRefusal = false }: Reason): void {
    if (!isRefusal) return;
    this.#refusals += 1;
    if (this.areRefused) this.#end.abort(new CredentialsRefused());
  }
}
