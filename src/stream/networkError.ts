/** The error of a request without a usable response: the connection failed, closed early, or took too long. */

/** What went wrong between this process and the API. */
type NetworkFault = "refused" | "dns" | "tls" | "reset" | "timeout" | "oversized" | "malformed" | "other";

const EXPLANATION: Record<NetworkFault, string> = {
  refused: "the connection was refused",
  dns: "the host name could not be resolved",
  tls: "no trusted TLS connection could be established",
  reset: "the connection closed before the response was complete",
  timeout: "the request timed out",
  oversized: "the response was too large",
  malformed: "the response was not in the format of this API",
  other: "the request failed",
};

const FAULT_OF_CODE: Record<string, NetworkFault> = {
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "refused",
  ENETUNREACH: "refused",
  EACCES: "refused",
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  EAI_FAIL: "dns",
  ECONNRESET: "reset",
  EPIPE: "reset",
  ERR_STREAM_PREMATURE_CLOSE: "reset",
  HPE_INVALID_EOF_STATE: "reset",
  Z_BUF_ERROR: "reset",
  ETIMEDOUT: "timeout",
  ECONNABORTED: "timeout",
  EPROTO: "tls",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls",
  SELF_SIGNED_CERT_IN_CHAIN: "tls",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls",
  CERT_HAS_EXPIRED: "tls",
};

/** The codes of the parser of HTTP, and of the decompression with zlib and Brotli. */
const UNREADABLE = /^(HPE_|Z_|ERR__ERROR_)/;

/** The fault behind an error code of Node.js or OpenSSL. */
export function faultOfCode(code: string | undefined): NetworkFault {
  if (code === undefined) return "other";
  const known = FAULT_OF_CODE[code];
  if (known !== undefined) return known;
  if (UNREADABLE.test(code)) return "malformed";
  return /^ERR_(TLS|SSL)/.test(code) ? "tls" : "other";
}

/** Faults of connecting. After the connection was open, the same codes mean that it closed. */
const CONNECTING: readonly NetworkFault[] = ["refused", "dns", "tls"];

/** A request that got no usable response. */
export class NetworkError extends Error {
  override readonly name: string = "NetworkError";
  readonly fault: NetworkFault;
  /** Whether the request certainly never reached the API, so that a retry cannot act twice. */
  readonly notProcessed: boolean;

  /**
   * @param fault what went wrong
   * @param host the host that the request was for
   * @param detail the error code or a few more words, for example `ECONNREFUSED`
   * @param isSent whether the API may have received any part of the request. Default true
   */
  constructor(fault: NetworkFault, host: string, detail?: string, isSent = true) {
    const actual = isSent && CONNECTING.includes(fault) ? "reset" : fault;
    super(`${EXPLANATION[actual]} (${detail === undefined ? host : `${host}, ${detail}`})`);
    this.fault = actual;
    this.notProcessed = !isSent;
  }

  /** Whether a retry may help. A bad certificate or an oversized response would be the same next time. */
  get isTransient(): boolean {
    return this.fault !== "tls" && this.fault !== "oversized";
  }
}

/** The proxy of the environment opened no tunnel, so that nothing has reached the API. */
export class ProxyError extends NetworkError {
  /** What to do next. */
  readonly advice: string;
  /** Whether it showed only at a time limit, so that another try would take as long again. */
  readonly tookLong: boolean;
  readonly #isTransient: boolean;

  /** @param problem names the proxy and the variable that names it, without credentials */
  constructor(problem: string, advice: string, { isTransient = true, tookLong = false } = {}) {
    super("other", "", undefined, false);
    this.message = problem;
    this.advice = advice;
    this.tookLong = tookLong;
    this.#isTransient = isTransient;
  }

  override get isTransient(): boolean {
    return this.#isTransient;
  }
}
