/**
 * Sends one request to Cloudflare's API: waits for the rate limiter, applies a time limit, retries where that is safe,
 * and opens the envelope into a result or a typed error. It never follows a redirect, so the credentials never go to
 * another host.
 *
 * Two counters limit the retries, because they protect different things: `retries` limits failures, which end after
 * some seconds, and RATE_LIMIT_RETRIES limits 429s, which may last for minutes and say nothing about the request
 * itself. The pauses grow on their own; what a response asks for only makes them longer.
 */
import http from "node:http";
import https from "node:https";
import type { AxiosInstance, AxiosResponse } from "axios";
import { type Clock, startTimer } from "../core/clock";
import { ApiError } from "./apiError";
import { CredentialChoice } from "./credentialChoice";
import { authorization, type Credentials, secretOf } from "./credentials";
import { MalformedResponse, openEnvelope } from "./envelope";
import { ForeignResponse } from "./foreignResponse";
import type { GivenCredentials } from "./givenCredentials";
import { axiosLibrary, retryLibrary } from "./lazyImports";
import { faultOfCode, NetworkError, ProxyError } from "./networkError";
import type { Proxy } from "./proxy";
import type { RateLimiter } from "../budget/rateLimiter";
import { parseRateLimit, parseRateLimitPolicy, parseRetryAfter } from "../budget/rateLimitHeaders";
import { reportingSender } from "./sentRequests";
import { type Show, showWithout } from "./shownText";
import { TunnelAgent } from "./tunnelAgent";
import type { QueuedRequest } from "../budget/requestQueue";

export interface TransportOptions extends GivenCredentials {
  /** The API's address including `/client/v4`, without a slash at the end. */
  readonly baseUrl: string;
  /** The header User-Agent of every request. */
  readonly userAgent: string;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  /** The proxy through which the API is reached. Default: none. */
  readonly proxy?: Proxy | undefined;
  /** How long one request may take, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** How often a failed request is retried, apart from 429s. Default 4. */
  readonly retries?: number;
  /** The pause before the first retry in milliseconds. It doubles with each further one, up to 20 s. Default 500. */
  readonly retryDelayMs?: number;
  /** How requests are sent; for tests and benches without sockets. Default: Node's HTTP with keep-alive. */
  readonly adapter?: NonNullable<AxiosInstance["defaults"]["adapter"]>;
}

export interface ApiRequest<T> {
  /**
   * Parses the envelope's `result`, which only a GET must have; `show` makes text of it safe to show. Throws {@link
   * MalformedResponse} if it is not usable.
   */
  readonly parse: (result: unknown, show: Show) => T;
  readonly method: "GET" | "POST" | "DELETE";
  /** The path below the base URL, beginning with a slash. */
  readonly path: string;
  /** Its place in the request budget. */
  readonly queued: QueuedRequest;
  /**
   * Whether sending it twice has the same effect as sending it once. If not, it is sent again only when the first try
   * certainly was not processed.
   */
  readonly idempotent: boolean;
  /** The largest response that is read to its end, in bytes. Default 1 MiB. */
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether it is sent once, whatever goes wrong. Default false. */
  readonly isOnlyTry?: boolean | undefined;
  /**
   * Called with false before each try, and with true as soon as the server may have received a part of it. After an
   * abort it tells whether the request may have been processed.
   */
  readonly onSent?: ((isSent: boolean) => void) | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 4;
const DEFAULT_RETRY_DELAY_MS = 500;
const LONGEST_RETRY_DELAY_MS = 20_000;

/** How often a 429 is waited out. Without a Retry-After that takes about seven minutes. */
const RATE_LIMIT_RETRIES = 12;
const LONGEST_RATE_LIMIT_DELAY_MS = 60_000;
/**
 * The longest pause after a server error that asks for one: each request waits for it on its own, up to {@link
 * DEFAULT_RETRIES} times.
 */
const LONGEST_ASKED_PAUSE_MS = 60_000;

/** No response of most operations comes near this size; a larger one is not read to the end. */
const MAX_RESPONSE_BYTES = 1024 * 1024;

/** Sends requests for one connection. */
export class Transport {
  readonly credentials: CredentialChoice;
  readonly #options: TransportOptions;
  readonly #axios: AxiosInstance;
  readonly #host: string;
  readonly #show: Show;
  #consecutive429s = 0;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.credentials = new CredentialChoice(options);
    this.#show = showWithout(this.credentials.all.map(secretOf));
    this.#host = new URL(options.baseUrl).host;
    this.#axios = axiosLibrary().create({
      baseURL: options.baseUrl,
      maxRedirects: 0,
      // Which proxy is used is decided once, for every request; axios would read the environment for each.
      proxy: false,
      responseType: "text",
      transitional: { silentJSONParsing: true, forcedJSONParsing: false },
      transformResponse: (body: unknown) => body,
      validateStatus: () => true,
      ...(options.adapter === undefined ? nodeAgents(options) : { adapter: options.adapter }),
    });
  }

  /**
   * Sends a request and returns the parsed `result` of the envelope.
   *
   * @throws ApiError when Cloudflare responds with an error and retrying did not help or is not safe
   * @throws NetworkError when there was no usable response
   * @throws the signal's reason when it is aborted
   */
  async send<T>(request: ApiRequest<T>): Promise<T> {
    const { default: pRetry } = await retryLibrary();
    let rateLimited = 0;
    return pRetry(() => this.credentials.send((credentials) => this.#attempt(request, credentials), request.signal), {
      retries: this.#options.retries ?? DEFAULT_RETRIES,
      minTimeout: this.#options.retryDelayMs ?? DEFAULT_RETRY_DELAY_MS,
      maxTimeout: LONGEST_RETRY_DELAY_MS,
      randomize: true,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      shouldConsumeRetry: ({ error }) => !isRateLimit(error),
      shouldRetry: ({ error }) => {
        if (request.isOnlyTry === true) return false;
        if (isRateLimit(error) && ++rateLimited > RATE_LIMIT_RETRIES) return false;
        return mayRetry(error, request.idempotent);
      },
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (retriesLeft > 0 && request.isOnlyTry !== true && mayRetry(error, request.idempotent))
          await this.#pauseAsAsked(error, request);
      },
    });
  }

  /** After a 429 the rate limiter makes every request wait. Any other Retry-After concerns this request alone. */
  async #pauseAsAsked(error: Error, { queued, signal }: ApiRequest<unknown>): Promise<void> {
    if (!isResponse(error) || error.status === 429 || error.retryAfterMs === undefined) return;
    await this.#options.limiter.pause(queued, Math.min(error.retryAfterMs, LONGEST_ASKED_PAUSE_MS), signal);
  }

  async #attempt<T>(request: ApiRequest<T>, credentials: Credentials): Promise<T> {
    request.onSent?.(false);
    const release = await this.#options.limiter.acquire(request.queued, request.signal);
    const seen429s = this.#consecutive429s;
    try {
      const result = await this.#exchange(request, credentials);
      this.#consecutive429s = 0;
      return result;
    } catch (error) {
      if (isRateLimit(error)) {
        // Of the requests that were in flight together only one counts.
        if (seen429s === this.#consecutive429s) this.#consecutive429s += 1;
        const ownDelay = Math.min(1000 * 2 ** this.#consecutive429s, LONGEST_RATE_LIMIT_DELAY_MS);
        // Before the release below, which would let the next request run into the same 429.
        this.#options.limiter.block(Math.max(error.retryAfterMs ?? 0, ownDelay));
      }
      throw error;
    } finally {
      release();
    }
  }

  async #exchange<T>(request: ApiRequest<T>, credentials: Credentials): Promise<T> {
    const response = await this.#fetch(request, credentials);
    const header = (name: string): string | undefined => {
      const value: unknown = response.headers[name];
      return typeof value === "string" ? value : undefined;
    };
    const policies = parseRateLimitPolicy(header("ratelimit-policy"));
    this.#options.limiter.observe(parseRateLimit(header("ratelimit")), policies, request.queued);
    const result = openEnvelope({
      method: request.method,
      status: response.status,
      body: String(response.data ?? ""),
      // Axios removes the header of an encoding that it has decoded.
      isEncoded: !/^(identity)?$/i.test(header("content-encoding") ?? ""),
      host: this.#host,
      rayId: header("cf-ray"),
      retryAfterMs: parseRetryAfter(header("retry-after"), header("date"), Date.now()),
      show: this.#show,
    });
    try {
      return request.parse(result, this.#show);
    } catch (error) {
      throw error instanceof MalformedResponse ? new NetworkError("malformed", this.#host, error.message) : error;
    }
  }

  async #fetch(request: ApiRequest<unknown>, credentials: Credentials): Promise<AxiosResponse<unknown>> {
    const timedOut = new AbortController();
    const timeoutMs = this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const maxBytes = request.maxBytes ?? MAX_RESPONSE_BYTES;
    // What another adapter has sent is unknown.
    let isSent = this.#options.adapter !== undefined;
    if (isSent) request.onSent?.(true);
    const transport = reportingSender(() => {
      isSent = true;
      request.onSent?.(true);
    });
    const cancelLimit = startTimer(this.#options.clock, timeoutMs, () => timedOut.abort());
    try {
      return await this.#axios.request<unknown>({
        method: request.method,
        url: request.path,
        headers: { ...authorization(credentials), "User-Agent": this.#options.userAgent },
        transport,
        maxContentLength: maxBytes,
        signal: request.signal === undefined ? timedOut.signal : AbortSignal.any([request.signal, timedOut.signal]),
      });
    } catch (error) {
      request.signal?.throwIfAborted();
      if (timedOut.signal.aborted)
        throw new NetworkError("timeout", this.#host, `after ${Math.round(timeoutMs / 1000)} s`, isSent);
      throw this.#networkError(error, isSent, maxBytes);
    } finally {
      cancelLimit();
    }
  }

  /** Converts an error of axios, which contains the request with its headers and so must not be passed on. */
  #networkError(error: unknown, isSent: boolean, maxBytes: number): NetworkError {
    if (!axiosLibrary().isAxiosError(error))
      return new NetworkError("other", this.#host, this.#show(String(error)), isSent);
    const cause: unknown = error.cause;
    if (cause instanceof ProxyError) return cause;
    if (error.message.startsWith("maxContentLength"))
      return new NetworkError("oversized", this.#host, `more than ${maxBytes / 1024 ** 2} MiB`);
    const causeCode =
      cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
    // Axios reports ERR_BAD_RESPONSE or ERR_NETWORK for a connection that closed early; the cause has the actual code.
    const code =
      error.code?.startsWith("ERR_BAD_RESPONSE") || error.code === "ERR_NETWORK"
        ? (causeCode ?? "ECONNRESET")
        : error.code;
    return new NetworkError(faultOfCode(code), this.#host, code, isSent);
  }
}

function isResponse(error: unknown): error is ApiError | ForeignResponse {
  return error instanceof ApiError || error instanceof ForeignResponse;
}

/** Whether a response, of the API or of a gateway, asks to send less. */
function isRateLimit(error: unknown): error is ApiError | ForeignResponse {
  return isResponse(error) && error.status === 429;
}

function mayRetry(error: unknown, idempotent: boolean): boolean {
  if (!(error instanceof ApiError) && !(error instanceof NetworkError)) return false;
  if (error instanceof ProxyError && error.tookLong) return false;
  return error.isTransient && (idempotent || error.notProcessed);
}

/** The rate limiter bounds the requests in flight, and so, within a factor of two, the number of open sockets. */
function nodeAgents({ proxy, clock }: TransportOptions) {
  const options = { keepAlive: true, timeout: 60_000 };
  const httpsAgent = proxy === undefined ? new https.Agent(options) : new TunnelAgent(proxy, clock, options);
  return { httpAgent: new http.Agent(options), httpsAgent };
}
