/** An answer of the API that says no: its status, its own words and codes, and the ray id that support asks for. */

/** One item of the envelope's `errors`. */
export interface ApiErrorItem {
  /** Cloudflare's error code, for example 10003; undefined where the answer had none. */
  readonly code?: number;
  readonly message: string;
}

/** What an {@link ApiError} is made of. */
export interface ApiErrorDetails {
  /** The HTTP status; 200 for an envelope that says `success: false`. */
  readonly status: number;
  readonly items: readonly ApiErrorItem[];
  /** The `Cf-Ray` header, which identifies the request to Cloudflare's support. */
  readonly rayId?: string;
  /** Milliseconds the answer asked to wait for (`Retry-After`). */
  readonly retryAfterMs?: number;
}

/** Cloudflare answered, and the answer is an error. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly items: readonly ApiErrorItem[];
  readonly rayId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(details: ApiErrorDetails) {
    const words = details.items.map((item) =>
      item.code === undefined ? item.message : `${item.message} [code: ${item.code}]`,
    );
    super(`Cloudflare answered ${details.status}: ${words.join("; ") || "no reason given"}`);
    this.status = details.status;
    this.items = details.items;
    this.rayId = details.rayId;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** Whether one of the answer's errors has this code. */
  hasCode(...codes: readonly number[]): boolean {
    return this.items.some((item) => item.code !== undefined && codes.includes(item.code));
  }

  /** Too many requests, a server's time-out, or a failure on Cloudflare's side: the same request may succeed later. */
  get isTransient(): boolean {
    return this.status === 408 || this.status === 429 || this.status >= 500;
  }

  /** Whether the answer makes it sure that the API did not act on the request. */
  get notProcessed(): boolean {
    return this.status === 429 || (this.status >= 300 && this.status < 500 && this.status !== 408);
  }
}
