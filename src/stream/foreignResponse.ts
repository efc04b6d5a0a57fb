/**
 * A response that is not the API's: a gateway's page, a login page, a proxy's refusal. Nothing about a download follows
 * from its status.
 */
import { NetworkError } from "./networkError";

interface ForeignResponseDetails {
  readonly status: number;
  /** The page's title or first words, or what is wrong with it. */
  readonly words: string;
  /** How long the response asked to wait, in milliseconds (`Retry-After`). */
  readonly retryAfterMs?: number | undefined;
}

/**
 * Something between here and Cloudflare has responded, or the endpoint is not Cloudflare's. Whether the API got the
 * request is unknown.
 */
export class ForeignResponse extends NetworkError {
  readonly status: number;
  readonly retryAfterMs: number | undefined;

  /** @param host the host that the request was for */
  constructor(host: string, { status, words, retryAfterMs }: ForeignResponseDetails) {
    super("malformed", host, `${status}: ${words}`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether a retry may help. A redirect would be the same next time. */
  override get isTransient(): boolean {
    return this.status < 300 || this.status > 399;
  }
}
