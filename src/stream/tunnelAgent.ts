/**
 * Connections through a proxy: a tunnel (CONNECT), and in it TLS with the API itself, so that the proxy sees neither
 * requests nor credentials.
 */
import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import { type Clock, startTimer } from "../core/clock";
import { faultOfCode, ProxyError } from "./networkError";
import type { Proxy } from "./proxy";

/** How long a proxy may take to open a tunnel, the TLS handshake in it included. */
const TUNNEL_LIMIT_MS = 10_000;

/** What OpenSSL calls a response that is not TLS, such as a page. */
const NOT_TLS = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL)$/;

const ENCODING = "with %40 for @, %3A for : and %5C for \\ in the user and the password";

/**
 * An agent of `node:https` whose connections go through a proxy. What goes wrong before the API is reached is a {@link
 * ProxyError}.
 */
export class TunnelAgent extends https.Agent {
  readonly #proxy: Proxy;
  readonly #clock: Clock;

  constructor(proxy: Proxy, clock: Clock, options: https.AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#clock = clock;
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, connection: Duplex) => void,
  ): undefined {
    const done = callback as (error: Error | null, connection?: Duplex) => void;
    this.#open(options).then(
      (connection) => done(null, connection),
      (error: unknown) => done(error as Error),
    );
  }

  async #open(options: https.RequestOptions): Promise<Duplex> {
    const proxy = this.#proxy;
    const host = String(options.host);
    const target = `${host.includes(":") ? `[${host}]` : host}:${options.port ?? 443}`;
    const problems = new ProxyProblems(proxy, target);
    /** Ends what is under way: at first the request to the proxy, then the handshake in the tunnel. */
    let timeOut = () => {};
    const cancelLimit = startTimer(this.#clock, TUNNEL_LIMIT_MS, () => timeOut());
    try {
      const tunnel = await new Promise<Duplex>((resolve, reject) => {
        const request = (proxy.isSecure ? https : http).request({
          method: "CONNECT",
          host: proxy.host,
          port: proxy.port,
          path: target,
          headers: {
            host: target,
            ...(proxy.authorization === undefined ? {} : { "proxy-authorization": proxy.authorization }),
          },
          agent: false,
        });
        timeOut = () => request.destroy(problems.timeout());
        request.once("error", (error) => reject(problems.ofConnection(error)));
        request.once("connect", ({ statusCode = 0 }, socket, head) => {
          if (head.length > 0) socket.unshift(head);
          if (statusCode >= 200 && statusCode <= 299) return resolve(socket);
          socket.destroy();
          reject(problems.refusal(statusCode));
        });
        request.end();
      });
      return await new Promise<Duplex>((resolve, reject) => {
        const secured = super.createConnection({ ...options, socket: tunnel } as https.RequestOptions) as Duplex;
        timeOut = () => secured.destroy(problems.silence());
        secured.once("error", (error) => reject(problems.ofTunnel(error)));
        secured.once("secureConnect", () => resolve(secured));
      });
    } finally {
      cancelLimit();
    }
  }
}

/** What a proxy does wrong, in words that name it without its credentials. */
class ProxyProblems {
  readonly #proxy: Proxy;
  readonly #target: string;
  readonly #name: string;
  readonly #check: string;

  constructor(proxy: Proxy, target: string) {
    const { host, port, variable } = proxy;
    this.#proxy = proxy;
    this.#target = target;
    this.#name = `the proxy ${host.includes(":") ? `[${host}]` : host}:${port}, which ${variable} names,`;
    this.#check = `Check ${variable}, and that the proxy runs; a host that is reached without it belongs in NO_PROXY.`;
  }

  timeout(): ProxyError {
    const limit = `${TUNNEL_LIMIT_MS / 1000} s`;
    return this.#problemError(`opened no tunnel to ${this.#target} within ${limit}`, this.#check, { tookLong: true });
  }

  /** After the proxy has opened the tunnel. */
  silence(): ProxyError {
    const problem = `opened a tunnel to ${this.#target} in which nothing responded within ${TUNNEL_LIMIT_MS / 1000} s`;
    return this.#problemError(problem, this.#check, { tookLong: true });
  }

  /** Before the proxy has responded. */
  ofConnection(error: Error): ProxyError {
    if (error instanceof ProxyError) return error;
    const code = codeOf(error);
    const fault = faultOfCode(code);
    if (fault === "refused") return this.#problemError(`refused the connection (${code})`);
    if (fault === "dns") return this.#problemError(`has a host name that could not be resolved (${code})`);
    if (fault === "timeout") return this.timeout();
    if (fault === "tls") {
      const authority =
        "Check its certificate, whose authority NODE_EXTRA_CA_CERTS may name, or write http:// for a proxy without TLS.";
      return this.#problemError(`made no trusted TLS connection possible (${code})`, authority, PERMANENT);
    }
    // The codes of Node's parser of HTTP.
    if (code.startsWith("HPE_")) {
      const { variable } = this.#proxy;
      const advice = `Check the port in ${variable}, and that an HTTP proxy listens there; one with TLS needs https:// in ${variable}.`;
      return this.#problemError(`did not respond as an HTTP proxy does (${code})`, advice, PERMANENT);
    }
    return this.#problemError(`closed the connection instead of opening a tunnel (${code})`);
  }

  /** After the proxy has opened the tunnel. What concerns the API's certificate stays as it is. */
  ofTunnel(error: Error): Error {
    if (error instanceof ProxyError) return error;
    const code = codeOf(error);
    if (NOT_TLS.test(code)) {
      const problem = `opened a tunnel to ${this.#target} in which something responded without TLS (${code})`;
      return this.#problemError(problem, this.#check, PERMANENT);
    }
    if (faultOfCode(code) !== "reset") return error;
    return this.#problemError(`closed the tunnel to ${this.#target} before it was secured (${code})`);
  }

  /** A response that opens no tunnel. */
  refusal(status: number): ProxyError {
    const { variable, authorization } = this.#proxy;
    if (status === 407 && authorization !== undefined) {
      const advice = `Correct the user and the password in ${variable}, ${ENCODING}.`;
      return this.#problemError("does not accept the credentials (407)", advice, PERMANENT);
    }
    if (status === 407) {
      const advice = `Give them as in ${variable}=http://user:password@host:port, ${ENCODING}.`;
      return this.#problemError("requires credentials (407)", advice, PERMANENT);
    }
    const isTransient = status >= 500 || status === 408 || status === 429;
    const advice = isTransient ? this.#check : "The proxy's rules must allow it, or NO_PROXY name the host.";
    const problem = `responded with ${status} instead of opening a tunnel to ${this.#target}`;
    return this.#problemError(problem, advice, { isTransient });
  }

  /** @param problem what the proxy does, without its name */
  #problemError(
    problem: string,
    advice = this.#check,
    options?: ConstructorParameters<typeof ProxyError>[2],
  ): ProxyError {
    return new ProxyError(`${this.#name} ${problem}`, advice, options);
  }
}

const PERMANENT = { isTransient: false };

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "no code";
}
