/**
 * Sends the contract's requests and keeps each response unchanged: a client of the API would already have interpreted
 * it.
 */
import type { Clock } from "./clock";
import { formatDuration } from "./duration";

/** A response, complete. */
export interface Observed {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON; undefined where it is not JSON. */
  readonly body: unknown;
  readonly text: string;
  /** When it was complete, by the run's clock. */
  readonly at: number;
}

/** What all requests of a run share, and what ends them. */
interface ClientOptions {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Ends waits and reads; a write that was sent is waited for, so that what it created is known. */
  readonly signal: AbortSignal;
  /** Until when the run may wait for anything, by the clock. */
  readonly deadline: number;
  /** Called with what is being waited for. */
  readonly progress: (line: string) => void;
}

/** No response came: the connection was refused, cut, or stayed silent. */
export class NoResponse extends Error {}

/** A response that is not complete after this many milliseconds counts as none. */
const RESPONSE_LIMIT_MS = 60_000;

/** Nothing in this API is larger. */
const BODY_LIMIT = 1_048_576;

/**
 * The pauses before a read is repeated after a server error or no response. Writes are not repeated: the outcome of the
 * first is unknown.
 */
const READ_RETRY_MS = [1000, 4000];

/** How long to wait after a 429 that does not say. */
const UNSPECIFIED_PAUSE_MS = 60_000;

export class Client {
  readonly #options: ClientOptions;
  /** All responses of the API so far, oldest first. */
  readonly responses: { readonly authorized: boolean; readonly observed: Observed }[] = [];
  /** How many requests were sent, to the API and to where the files are. */
  requests = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  get(path: string, credentials?: Readonly<Record<string, string>>): Promise<Observed> {
    return this.#send("GET", path, credentials);
  }

  post(path: string): Promise<Observed> {
    return this.#send("POST", path);
  }

  delete(path: string): Promise<Observed> {
    return this.#send("DELETE", path);
  }

  /** The head of a file, wherever it is: without credentials. */
  async head(url: string): Promise<Observed> {
    const head = await this.#once("HEAD", url, {});
    if (![400, 403, 405, 501].includes(head.status)) return head;
    return this.#once("GET", url, { range: "bytes=0-0" });
  }

  /** @throws NoResponse */
  async #send(
    method: "GET" | "POST" | "DELETE",
    path: string,
    credentials = this.#options.credentials,
  ): Promise<Observed> {
    const { baseUrl, clock, signal, deadline, progress } = this.#options;
    for (let attempt = 0, refused = 0; ;) {
      signal.throwIfAborted();
      const pause = method === "GET" ? READ_RETRY_MS[attempt] : undefined;
      const outcome = await this.#once(method, `${baseUrl}${path}`, credentials).catch((error: unknown) => {
        if (!(error instanceof NoResponse)) throw error;
        return error;
      });
      if (!(outcome instanceof NoResponse)) {
        this.responses.push({ authorized: credentials === this.#options.credentials, observed: outcome });
        if (outcome.status === 429) {
          const ms = Math.max(pauseAfter(outcome.headers), 1000 * 2 ** refused);
          if (clock.now() + ms > deadline) return outcome;
          progress(`the API responds with 429; waiting ${formatDuration(ms)}`);
          await clock.sleep(ms, signal);
          refused += 1;
          continue;
        }
        if (outcome.status < 500 || pause === undefined) return outcome;
      } else if (pause === undefined) {
        throw outcome;
      }
      if (clock.now() + pause > deadline) {
        if (outcome instanceof NoResponse) throw outcome;
        return outcome;
      }
      await clock.sleep(pause, signal);
      attempt += 1;
    }
  }

  async #once(method: string, url: string, headers: Readonly<Record<string, string>>): Promise<Observed> {
    const { clock, signal } = this.#options;
    this.requests += 1;
    const limit = AbortSignal.timeout(RESPONSE_LIMIT_MS);
    const isRead = method === "GET" || method === "HEAD";
    try {
      const response = await this.#options.fetch(url, {
        method,
        headers,
        // A global key would be sent along to wherever a redirect leads.
        redirect: Object.keys(headers).some((name) => /auth/i.test(name)) ? "manual" : "follow",
        signal: isRead ? AbortSignal.any([limit, signal]) : limit,
      });
      const text = await textOf(response);
      return { status: response.status, headers: response.headers, body: parsed(text), text, at: clock.now() };
    } catch (error) {
      if (isRead) signal.throwIfAborted();
      throw new NoResponse(`${method}: no response: ${reasonOf(error)}`);
    }
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > BODY_LIMIT) break;
  }
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return (cause as NodeJS.ErrnoException).code?.toString() ?? cause.message;
}

/**
 * How long a 429 asks to wait: `Retry-After` in seconds or as a date, else the time to the next window in `Ratelimit`.
 */
function pauseAfter(headers: Headers): number {
  const given = headers.get("retry-after") ?? /\bt=(\d+)/.exec(headers.get("ratelimit") ?? "")?.[1];
  if (given === undefined) return UNSPECIFIED_PAUSE_MS;
  const seconds = /^\d+$/.test(given.trim()) ? Number(given) : (Date.parse(given) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(1, seconds) * 1000 : UNSPECIFIED_PAUSE_MS;
}
