/** Faults that a test orders: what goes wrong, at which operation, and how often. */

/** The emulated operations, by the names they have in this package's client. */
export const OPERATIONS = [
  "createDownload",
  "createDefaultDownload",
  "listDownloads",
  "deleteDownload",
  "deleteDefaultDownload",
  "videoDetails",
] as const;
export type OperationName = (typeof OPERATIONS)[number];

/** What a fault does to the answer. */
export type FaultKind =
  /** An error answer; without a body of its own it is a proper envelope. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly code?: number;
      readonly message?: string;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** A 200 with this body. */
  | { readonly kind: "body"; readonly body: string; readonly contentType?: string }
  /** The connection is cut. */
  | { readonly kind: "reset" }
  /** The connection is cut after half the answer. */
  | { readonly kind: "half-body" }
  /** The answer comes byte by byte. */
  | { readonly kind: "trickle"; readonly msPerByte?: number }
  /** No answer comes. */
  | { readonly kind: "hang" }
  /** The answer comes late. */
  | { readonly kind: "delay"; readonly ms: number };

/** A fault to order. */
export type Fault = FaultKind & {
  /** The operation; every one where it is absent. */
  readonly operation?: OperationName;
  /** The video; every one where it is absent. */
  readonly videoId?: string;
  /** How often. Default 1. */
  readonly times?: number;
  /** How many matching requests pass unharmed before. Default 0. */
  readonly after?: number;
  /** How likely each matching request is hit, 0 to 1. Default 1. */
  readonly probability?: number;
  /** Whether the API does what was asked before the fault strikes. Default false; a delay always does. */
  readonly acts?: boolean;
};

/** The faults on order. */
export class Faults {
  #orders: { readonly fault: Fault; left: number; skip: number }[] = [];
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  order(fault: Fault): void {
    this.#orders.push({ fault, left: fault.times ?? 1, skip: fault.after ?? 0 });
  }

  onOrder(): Fault[] {
    return this.#orders.flatMap(({ fault, left }) => (left > 0 ? [{ ...fault, times: left }] : []));
  }

  /** Cancels the faults on order, or those of one video. */
  clear(videoId?: string): void {
    this.#orders = videoId === undefined ? [] : this.#orders.filter(({ fault }) => fault.videoId !== videoId);
  }

  /** The fault that strikes this request, if one does; it is used up by that. */
  strike(operation: OperationName, videoId: string): Fault | undefined {
    for (const order of this.#orders) {
      const { fault } = order;
      if (order.left <= 0) continue;
      if (fault.operation !== undefined && fault.operation !== operation) continue;
      if (fault.videoId !== undefined && fault.videoId !== videoId) continue;
      if (order.skip > 0) {
        order.skip -= 1;
        continue;
      }
      if (this.#random() >= (fault.probability ?? 1)) continue;
      order.left -= 1;
      return fault;
    }
    return undefined;
  }
}
