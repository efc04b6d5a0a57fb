/**
 * Time for a client and an emulator that talk over real HTTP in one process. It stands still while anything is really under way, and steps to
 * the end of the next wait when nothing is. So a time limit ends the request that gets no response, and never one that is only slow:
 * what a test sees does not depend on the machine.
 *
 * Nothing is under way when every request that the client has open is one that the emulator has received and keeps waiting, and no
 * connection that the client gave up is still open at the emulator's end. A request that meets no server (refused, no such host, no
 * TLS) is open until it has failed. What happens between two requests of a client needs a few turns of the event loop and no time.
 */
import { channel } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { retryLibrary } from "../../src/stream/lazyImports";
import type { Clock } from "../../src/core/clock";

const clientRequests = channel("http.client.request.start");
const serverRequests = channel("http.server.request.start");

/** Turns of the event loop without a request under way after which the client is waiting for time to pass. */
const QUIET_TURNS = 8;

interface Wait {
  readonly due: number;
  readonly end: () => void;
}

export class SteppedTime implements Clock {
  /** Options for {@link startEmulator}. */
  readonly emulator: { readonly now: () => number; readonly sleep: Clock["sleep"] };
  #now = Date.UTC(2026, 0, 1);
  readonly #waits = new Set<Wait>();
  readonly #sent = new Set<ClientRequest>();
  /** The requests that the emulator has received and not finished, by the client's port: each connection carries one at a time. */
  readonly #received = new Map<IncomingMessage, number | undefined>();
  /** How many of those a fault keeps waiting. */
  #held = 0;

  constructor() {
    this.emulator = {
      now: () => this.#now,
      sleep: async (ms, signal) => {
        this.#held += 1;
        try {
          await this.sleep(ms, signal);
        } finally {
          this.#held -= 1;
        }
      },
    };
  }

  now(): number {
    return this.#now;
  }

  date(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = () => {
        this.#waits.delete(wait);
        reject(signal?.reason);
      };
      const end = () => {
        this.#waits.delete(wait);
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      const wait: Wait = { due: this.#now + ms, end };
      this.#waits.add(wait);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Does a piece of work, and lets as much time pass as it needs. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    // The first request loads it, from the disk: nothing that is counted here.
    await retryLibrary();
    clientRequests.subscribe(this.#onSent);
    serverRequests.subscribe(this.#onReceived);
    try {
      let isSettled = false;
      const result = work().finally(() => {
        isSettled = true;
      });
      result.catch(() => undefined);
      for (;;) {
        for (let quiet = 0; quiet < QUIET_TURNS && !isSettled; quiet = this.#isBusy() ? 0 : quiet + 1) {
          await new Promise(setImmediate);
        }
        if (isSettled) return await result;
        this.#step();
      }
    } finally {
      clientRequests.unsubscribe(this.#onSent);
      serverRequests.unsubscribe(this.#onReceived);
    }
  }

  readonly #onSent = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    this.#sent.add(request);
    request.once("close", () => this.#sent.delete(request));
  };

  readonly #onReceived = (message: unknown): void => {
    const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse };
    this.#received.set(request, request.socket.remotePort);
    response.once("close", () => this.#received.delete(request));
  };

  #isBusy(): boolean {
    if (this.#sent.size !== this.#received.size || this.#received.size !== this.#held) return true;
    const ports = new Set([...this.#sent].map((request) => request.socket?.localPort));
    return [...this.#received.values()].some((port) => port === undefined || !ports.has(port));
  }

  #step(): void {
    let next: Wait | undefined;
    // Of those that end at the same moment the one that began first.
    for (const wait of this.#waits) if (wait.due < (next?.due ?? Number.POSITIVE_INFINITY)) next = wait;
    if (next === undefined) throw new Error("nothing is left to happen, and the work is not done");
    this.#now = Math.max(this.#now, next.due);
    next.end();
  }
}
