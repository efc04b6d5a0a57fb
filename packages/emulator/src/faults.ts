/** Faults that a test injects: what goes wrong, in which operation, and how often. */

/** The emulated operations. */
export const OPERATIONS = [
  "createDownload",
  "createDefaultDownload",
  "listDownloads",
  "deleteDownload",
  "deleteDefaultDownload",
  "videoDetails",
  "listVideos",
] as const;

/** An emulated operation; those with `Default` are the older ones without a type in their path. */
export type OperationName = (typeof OPERATIONS)[number];

/** An error response; without a body of its own it is a proper envelope. */
export interface StatusFault {
  /** Which fault it is. */
  readonly kind: "status";
  /** The HTTP status. */
  readonly status: number;
  /** Cloudflare's error code in the envelope. Default 10001. */
  readonly code?: number;
  /** The error's words in the envelope. */
  readonly message?: string;
  /** Headers on top of the usual, for example `retry-after`. */
  readonly headers?: Record<string, string>;
  /** Instead of the envelope; it is sent as text/html. */
  readonly body?: string;
}

/** A 200 with a body that is not what was requested. */
export interface BodyFault {
  /** Which fault it is. */
  readonly kind: "body";
  /** The body, whatever it is. */
  readonly body: string;
  /** Default `application/json`. */
  readonly contentType?: string;
}

/**
 * The connection is cut before the response (`reset`) or after half of it (`half-body`), or there is no response
 * (`hang`).
 */
export interface ConnectionFault {
  /** Which fault it is. */
  readonly kind: "reset" | "half-body" | "hang";
}

/** The response comes byte by byte. */
export interface TrickleFault {
  /** Which fault it is. */
  readonly kind: "trickle";
  /** Milliseconds before each byte. Default 1,000. */
  readonly msPerByte?: number;
}

/** The response comes late. */
export interface DelayFault {
  /** Which fault it is. */
  readonly kind: "delay";
  /** How late, in milliseconds. */
  readonly ms: number;
}

/** What a fault does to the response. */
export type FaultKind = StatusFault | BodyFault | ConnectionFault | TrickleFault | DelayFault;

/** Which requests a fault applies to. */
export interface FaultTarget {
  /** The operation; every one where it is absent. */
  readonly operation?: OperationName;
  /** The video; every one where it is absent. */
  readonly videoId?: string;
  /** How often it applies. Default 1. */
  readonly times?: number;
  /** How many matching requests pass unharmed first. Default 0. */
  readonly after?: number;
  /** The probability that it applies to a matching request, 0 to 1. Default 1. */
  readonly probability?: number;
  /**
   * Whether the API does what was requested before the fault applies. Default false; `delay` and `trickle` always do.
   */
  readonly afterProcessing?: boolean;
}

/**
 * A fault to inject.
 *
 * @example
 * emulator.injectFault({ kind: "status", status: 503, operation: "listDownloads", times: 3 });
 */
export type Fault = FaultKind & FaultTarget;

/** The faults that are still to apply. */
export class Faults {
  #pending: { readonly fault: Fault; left: number; skip: number }[] = [];
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  inject(fault: Fault): void {
    this.#pending = this.#pending.filter(({ left }) => left > 0);
    this.#pending.push({ fault, left: fault.times ?? 1, skip: fault.after ?? 0 });
  }

  pending(): Fault[] {
    return this.#pending.flatMap(({ fault, left }) => (left > 0 ? [{ ...fault, times: left }] : []));
  }

  /** Cancels all faults, or those of one video. */
  clear(videoId?: string): void {
    this.#pending = videoId === undefined ? [] : this.#pending.filter(({ fault }) => fault.videoId !== videoId);
  }

  /** The fault that applies to this request, if one does; that counts as one of its times. */
  take(operation: OperationName, videoId: string): Fault | undefined {
    for (const pending of this.#pending) {
      const { fault } = pending;
      if (pending.left <= 0) continue;
      if (fault.operation !== undefined && fault.operation !== operation) continue;
      if (fault.videoId !== undefined && fault.videoId !== videoId) continue;
      if (pending.skip > 0) {
        pending.skip -= 1;
        continue;
      }
      if (this.#random() >= (fault.probability ?? 1)) continue;
      pending.left -= 1;
      return fault;
    }
    return undefined;
  }
}
