/** No usable answer came: the connection failed, broke off, or took too long. */

/** What went wrong on the way. */
export type NetworkFault = "refused" | "dns" | "tls" | "reset" | "timeout" | "oversized" | "malformed" | "other";

const EXPLANATION: Record<NetworkFault, string> = {
  refused: "the connection was refused",
  dns: "the host name could not be resolved",
  tls: "no trusted TLS connection could be made",
  reset: "the connection broke off before the answer was complete",
  timeout: "no complete answer came in time",
  oversized: "the answer was larger than any answer of this API can be",
  malformed: "the answer was not one that this API gives",
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
  ETIMEDOUT: "timeout",
  ECONNABORTED: "timeout",
  EPROTO: "tls",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls",
  SELF_SIGNED_CERT_IN_CHAIN: "tls",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls",
  CERT_HAS_EXPIRED: "tls",
};

/** The fault that an error code of Node's or OpenSSL's stands for. */
export function faultOfCode(code: string | undefined): NetworkFault {
  if (code === undefined) return "other";
  return FAULT_OF_CODE[code] ?? (/^ERR_(TLS|SSL)/.test(code) ? "tls" : "other");
}

/** Faults of making a connection; of one that was made already they are ways of breaking off. */
const CONNECTING: readonly NetworkFault[] = ["refused", "dns", "tls"];

/** A request that got no usable answer. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  readonly fault: NetworkFault;
  /** Whether the request surely never reached the API, so that repeating it cannot do a thing twice. */
  readonly notProcessed: boolean;

  /**
   * @param fault what went wrong
   * @param host the host that was asked, for the message
   * @param detail the error code or a few words more, for example `ECONNREFUSED`
   * @param isSent whether anything of the request may have been received. Default true
   */
  constructor(fault: NetworkFault, host: string, detail?: string, isSent = true) {
    const actual = isSent && CONNECTING.includes(fault) ? "reset" : fault;
    super(`${EXPLANATION[actual]} (${detail === undefined ? host : `${host}, ${detail}`})`);
    this.fault = actual;
    this.notProcessed = !isSent;
  }

  /** Whether trying again may help: a bad certificate or a monstrous answer will be the same next time. */
  get isTransient(): boolean {
    return this.fault !== "tls" && this.fault !== "oversized";
  }
}
