/**
 * Tells credentials that are refused from one video that is. In a library of thousands the former would be tried thousands of times, so once
 * they are known to be refused, the rest is ended, as a Ctrl-C would end it: what may exist goes into the state.
 */
import { setMaxListeners } from "node:events";
import { CredentialsRefused, type Operation } from "../operation";
import type { Reason } from "../failure";

/** So many downloads refused, and none of them accepted, are no matter of the single videos. */
const REFUSALS = 3;

export class CredentialsWatch {
  /** The operation for the single downloads: its signal ends them, and its writes are watched. */
  readonly operation: Operation;
  readonly #total: number;
  readonly #end = new AbortController();
  #refusals = 0;
  #accepted = false;

  constructor(operation: Operation, total: number) {
    this.#total = total;
    const signal = AbortSignal.any([operation.signal, this.#end.signal]);
    // Everything that an operation does at once listens to it; there is no leak to warn of.
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

  /** Whether the credentials are refused: for so many downloads, or for all that there are. */
  get areRefused(): boolean {
    return !this.#accepted && this.#refusals >= Math.min(REFUSALS, this.#total);
  }

  /** Notes why a download failed. */
  note({ isRefusal = false }: Reason): void {
    if (!isRefusal) return;
    this.#refusals += 1;
    if (this.areRefused) this.#end.abort(new CredentialsRefused());
  }
}
