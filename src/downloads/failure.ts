/** Turns an error into one message that a person can act on. */
import { ERROR_CODES } from "../stream/constants";
import { ApiError } from "../stream/apiError";
import { ForeignResponse } from "../stream/foreignResponse";
import { NetworkError, ProxyError } from "../stream/networkError";
import { formatDuration } from "../core/duration";
import { Cancelled, CredentialsRefused, TimeLimitExceeded, VideoNotReadyInTime } from "./operation";

/** What to do about a time limit that nothing else explains. */
const TIME_LIMIT_STEP = ". Run the command again, or raise customTimeouts.";

/** What to do about credentials that are not valid, and perhaps not the ones that are configured now. */
const OF_LAST_UPDATE =
  "The credentials are not valid. Without `--run-program` they are those of the last update: run `pulumi up` once without `--refresh`, or add " +
  "`--run-program`, or set CLOUDFLARE_API_TOKEN.";

/** Whether the same request may succeed later. */
export function isTransient(error: unknown): boolean {
  return (error instanceof ApiError || error instanceof NetworkError) && error.isTransient;
}

/** Whether the operation was ended from outside, not by a failure of its own. */
export function isInterruption(error: unknown): error is Cancelled | TimeLimitExceeded | CredentialsRefused {
  return error instanceof Cancelled || error instanceof TimeLimitExceeded || error instanceof CredentialsRefused;
}

/** Why something failed, as text. */
export interface Reason {
  /** The whole message. */
  readonly text: string;
  /** The same without the parts that differ between downloads, so that failures can be grouped by it. */
  readonly cause: string;
  /** Whether Cloudflare refused the credentials, for everything or for this download only. */
  readonly isRefusal?: boolean;
  /**
   * Whether it is only that the time limit was exceeded: while a file was generated, or before anything could be
   * requested.
   */
  readonly isNotYet?: boolean;
  /** Whether it is only that the operation was ended from outside: nothing has failed. */
  readonly isInterruption?: boolean;
}

/** A failure whose message contains parts that differ between downloads. */
export class ReasonedError extends Error {
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(reason.text);
    this.reason = reason;
  }
}

/** The {@link Reason} of an error. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof ReasonedError) return error.reason;
  if (error instanceof ApiError) {
    return { text: explain(error), cause: `${error.message}. ${nextStep(error)}`, isRefusal: error.refusesCredentials };
  }
  const text = explain(error) + (error instanceof TimeLimitExceeded ? TIME_LIMIT_STEP : "");
  return {
    text,
    cause: text,
    isNotYet: error instanceof VideoNotReadyInTime,
    isInterruption: error instanceof Cancelled || error instanceof TimeLimitExceeded,
  };
}

/** Explains an error in one or two sentences: what the API said, and what to do next. */
export function explain(error: unknown): string {
  if (error instanceof ApiError) {
    const ray = error.rayId === undefined ? "" : ` (ray ${error.rayId})`;
    return `${error.message}${ray}. ${nextStep(error)}`;
  }
  if (error instanceof NetworkError) return `${error.message}. ${networkStep(error)}`;
  if (error instanceof TimeLimitExceeded) {
    const { limitMs, pauseMs } = error;
    const isOfVideo = error instanceof VideoNotReadyInTime;
    const why =
      pauseMs > 0
        ? ` while the account's request budget allows no request for ${formatDuration(pauseMs)}`
        : isOfVideo
          ? " while the video itself was not ready"
          : "";
    return `the time limit of ${formatDuration(limitMs)} was exceeded${why}`;
  }
  return error instanceof Error ? error.message : String(error);
}

function nextStep(error: ApiError): string {
  const { status } = error;
  if (error.isOfLastUpdate) return OF_LAST_UPDATE;
  if (error.hasInvalidCredentials) {
    return "The credentials are not valid: check the configured apiToken or CLOUDFLARE_API_TOKEN, and whether the token has expired.";
  }
  if (error.hasCode(ERROR_CODES.ACCESS_REFUSED)) {
    return "Check the account id, and that the token has Stream Write (Stream Edit in the dashboard) on this account.";
  }
  if (status === 403)
    return "The token lacks a permission: it needs Stream Write (Stream Edit in the dashboard) on this account.";
  if (error.hasCode(ERROR_CODES.UNKNOWN_ROUTE, ERROR_CODES.NO_ROUTE)) {
    return "Check the account id and the video id, and that the base URL (the configured baseUrl or CLOUDFLARE_BASE_URL, if set) ends in /client/v4.";
  }
  if (status === 404) return "Check that the video exists in this account.";
  if (status === 429)
    return "The account's request budget is spent: wait five minutes, then run the same command again.";
  if (status >= 500 || status === 408) return "Cloudflare returned a server error: run the same command again later.";
  return "Correct what Cloudflare objects to, then run `pulumi up` again.";
}

function networkStep(error: NetworkError): string {
  if (error instanceof ProxyError) return error.advice;
  const status = error instanceof ForeignResponse ? error.status : 0;
  if (error.fault === "tls") {
    return "Check the endpoint's certificate. If your company has its own certificate authority, set NODE_EXTRA_CA_CERTS to the file with its certificate.";
  }
  if (error.fault === "dns" || error.fault === "refused") {
    return "Check the network, and the configured baseUrl or CLOUDFLARE_BASE_URL if one is set.";
  }
  if (error.fault === "malformed" || error.fault === "oversized") {
    const step =
      "Something else responds instead of Cloudflare: check the network for a login page or a gateway, and the configured baseUrl or CLOUDFLARE_BASE_URL if one is set.";
    return status >= 500 || status === 429
      ? `${step} If it is Cloudflare's own error page, run the same command again later.`
      : step;
  }
  return "Run the same command again; nothing is lost.";
}
