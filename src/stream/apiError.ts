/**
 * An error response of the API, which is always an envelope: its status, messages and codes, and the ray id that
 * Cloudflare's support asks for.
 */

import { ERROR_CODES, LEAST_ERROR_CODE } from "./constants";

/** One item of the envelope's `errors`. */
export interface ApiErrorItem {
  /** Cloudflare's error code, for example 10003. Undefined if the response had none. */
  readonly code?: number;
  readonly message: string;
}

/** The content of an {@link ApiError}. */
interface ApiErrorDetails {
  /** The HTTP status; 200 for an envelope that says `success: false`. */
  readonly status: number;
  readonly items: readonly ApiErrorItem[];
  /** The `Cf-Ray` header, which identifies the request to Cloudflare's support. */
  readonly rayId?: string;
  /** How long the response asked to wait, in milliseconds (`Retry-After`). */
  readonly retryAfterMs?: number;
}

/** Cloudflare responded with an error. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly items: readonly ApiErrorItem[];
  readonly rayId: string | undefined;
  readonly retryAfterMs: number | undefined;
  /**
   * Whether the credentials that were refused may be those of the last update, and not the ones that are configured
   * now: see `SettingsSource`.
   */
  isOfLastUpdate = false;

  constructor(details: ApiErrorDetails) {
    const words = details.items.map((item) =>
      item.code === undefined ? item.message : `${item.message} [code: ${item.code}]`,
    );
    super(`Cloudflare responded with ${details.status}: ${words.join("; ") || "no reason given"}`);
    this.status = details.status;
    this.items = details.items;
    this.rayId = details.rayId;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** Whether one of the response's errors has one of these codes. */
  hasCode(...codes: readonly number[]): boolean {
    return this.items.some((item) => item.code !== undefined && codes.includes(item.code));
  }

  /**
   * Whether it has a code of the API's. One without may be anybody's: nothing about a file or a token follows from its
   * status.
   */
  get hasOwnCode(): boolean {
    return this.items.some(({ code = 0 }) => code >= LEAST_ERROR_CODE);
  }

  /** Whether the same request may succeed later: too many requests, a server timeout, or a failure at Cloudflare. */
  get isTransient(): boolean {
    return this.status === 408 || this.status === 429 || this.status >= 500;
  }

  /** Whether the credentials are not valid at all. */
  get hasInvalidCredentials(): boolean {
    const { INVALID_TOKEN, INVALID_HEADERS, MISSING_CREDENTIALS, UNKNOWN_KEY } = ERROR_CODES;
    if (this.hasCode(INVALID_TOKEN, INVALID_HEADERS, MISSING_CREDENTIALS, UNKNOWN_KEY)) return true;
    return this.hasCode(ERROR_CODES.ACCESS_REFUSED)
      ? this.items.some(
          ({ code, message }) => code === ERROR_CODES.ACCESS_REFUSED && /invalid access token/i.test(message),
        )
      : this.status === 401 && this.hasOwnCode;
  }

  /** Whether the credentials are refused: they are not valid, or lack a permission. */
  get refusesCredentials(): boolean {
    return this.status === 403 || this.hasCode(ERROR_CODES.ACCESS_REFUSED) || this.hasInvalidCredentials;
  }

  /** Whether the response proves that the API did not process the request. */
  get notProcessed(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 408;
  }
}
