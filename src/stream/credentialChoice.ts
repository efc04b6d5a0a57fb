/**
 * Decides which credentials a session uses: the configured ones or, where those are not valid, the environment's.
 * Decided once, by the first response that shows which of them Cloudflare knows. What one request is refused says
 * nothing about the others: a permission that is missing never leads to other credentials.
 */
import { ApiError } from "./apiError";
import type { Credentials } from "./credentials";
import type { GivenCredentials } from "./givenCredentials";

export class CredentialChoice {
  readonly #configured: Credentials;
  readonly #fallback: Credentials | undefined;
  readonly #isOfLastUpdate: () => boolean;
  #decided: Credentials | undefined;
  /** A request with the fallback whose response decides. */
  #trial: Promise<void> | undefined;

  constructor({ credentials, fallbackCredentials, isOfLastUpdate = () => false }: GivenCredentials) {
    this.#configured = credentials;
    this.#isOfLastUpdate = isOfLastUpdate;
    this.#fallback = fallbackCredentials;
    if (fallbackCredentials === undefined) this.#decided = credentials;
  }

  /** All that are given. */
  get all(): readonly Credentials[] {
    return this.#fallback === undefined ? [this.#configured] : [this.#configured, this.#fallback];
  }

  /** Whether the environment's credentials are used, because the configured ones are not valid. */
  get isFallback(): boolean {
    return this.#fallback !== undefined && this.#decided === this.#fallback;
  }

  /**
   * Sends a request with the credentials of choice; once more with the others if that can decide which to use.
   *
   * @param exchange sends it with these credentials
   * @param signal ends the wait for a decision
   * @throws whatever `exchange` throws; if both are refused, the error of the configured ones; the signal's reason
   */
  async send<T>(exchange: (credentials: Credentials) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const sent = this.#decided ?? this.#configured;
    try {
      const result = await exchange(sent);
      this.#decided ??= sent;
      return result;
    } catch (error) {
      if (isAuthenticated(error)) this.#decided ??= sent;
      const isInvalid = error instanceof ApiError && error.hasInvalidCredentials;
      if (isInvalid && sent === this.#configured) error.isOfLastUpdate = this.#isOfLastUpdate();
      if (!isInvalid || sent !== this.#configured || this.#fallback === undefined) throw error;
      // Of many requests in flight one tries the fallback for all.
      while (this.#decided === undefined) {
        if (this.#trial === undefined) return this.#try(this.#fallback, exchange, error);
        await orAborted(this.#trial, signal);
      }
      if (this.#decided === this.#configured) throw error;
      return exchange(this.#decided);
    }
  }

  async #try<T>(
    fallback: Credentials,
    exchange: (credentials: Credentials) => Promise<T>,
    refusal: ApiError,
  ): Promise<T> {
    let end = () => {};
    this.#trial = new Promise((resolve) => {
      end = resolve;
    });
    try {
      const result = await exchange(fallback);
      this.#decided ??= fallback;
      return result;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.hasInvalidCredentials) this.#decided ??= this.#configured;
      if (error.refusesCredentials) throw refusal;
      if (isAuthenticated(error)) this.#decided ??= fallback;
      throw error;
    } finally {
      this.#trial = undefined;
      end();
    }
  }
}

/**
 * Whether an error of the API shows that it knows the credentials: it looked at what was requested, or at the
 * permissions.
 */
function isAuthenticated(error: unknown): boolean {
  return error instanceof ApiError && error.hasOwnCode && !error.hasInvalidCredentials && !error.isTransient;
}

async function orAborted(ended: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return ended;
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    ended.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
