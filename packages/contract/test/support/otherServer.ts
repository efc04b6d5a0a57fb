/**
 * A server of the downloads API that has nothing in common with the emulator but the documentation: paths, shapes, codes and times of its
 * own. It is what shows that the contract finds its way elsewhere.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface File {
  readonly born: number;
  /** Whether the file is in the list yet. */
  readonly listedFrom: number;
}

const GENERATION_MS = 90_000;
const LAG_MS = 3000;
const KEY = "a-key-of-another-server";
const EMAIL = "someone@example.com";

export class OtherServer {
  readonly credentials = { "x-auth-key": KEY, "x-auth-email": EMAIL };
  readonly files = new Map<string, File>();
  requests = 0;
  /** Whether a DELETE of none is refused, in a way of its own. */
  refusesDeletes = false;
  /** Whether every POST ends in an error of the server. */
  failsPosts = false;
  baseUrl = "";
  #now = 1_000_000;
  readonly #server: Server = createServer((request, response) => this.#handle(request, response));

  constructor(
    readonly account: string,
    readonly videoId: string,
  ) {}

  /** The run's clock: this server's time passes as it waits, and by a little with each request. */
  readonly clock = {
    now: () => this.#now,
    sleep: async (ms: number) => {
      this.#now += ms;
    },
  };

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.baseUrl = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/gateway/v9/`;
    return this;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    this.requests += 1;
    this.#now += 7;
    const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
    if (pathname.startsWith("/cdn/")) return this.#serve(request, response, pathname, searchParams.get("filename"));
    const send = (status: number, body: object, headers = {}) => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body, null, 1));
    };
    const refuse = (status: number, code: number, message: string) =>
      send(status, { result: null, errors: [{ message, code, documentation_url: "about:blank" }], success: false });
    const respond = (result: unknown, status = 200) => send(status, { took: 3, result, errors: [], success: true });
    if (this.requests % 17 === 0) return send(429, { error: "slow down" }, { "retry-after": "20" });
    const { authorization } = request.headers;
    if (authorization !== undefined && !/^Bearer \w+$/.test(authorization)) return refuse(401, 2001, "bad header");
    if (authorization !== undefined) return refuse(403, 9109, "Unauthorized to access requested resource");
    if (request.headers["x-auth-key"] !== KEY) return refuse(401, 2002, "who are you?");
    const [, account, id, downloads, type = "default"] =
      /^\/gateway\/v9\/accounts\/([^/]+)\/stream\/([^/]+)(?:\/(downloads)(?:\/([^/]+))?)?$/.exec(pathname) ?? [];
    if (account !== this.account || id !== this.videoId) return refuse(410, 4711, `nothing at ${pathname}`);
    if (downloads === undefined) {
      return respond({
        status: { state: "ready", step: "encoding", pctComplete: "100.0" },
        uid: id,
        size: 9,
        readyToStream: true,
      });
    }
    if (type !== "default" && type !== "audio") return refuse(422, 4712, "no such type");
    const isTyped = pathname.split("/").length === 9;
    if (request.method === "GET") {
      const listed = [...this.files].filter(([, { listedFrom }]) => listedFrom <= this.#now);
      if (listed.length === 0) return refuse(404, 4713, "none");
      return respond(Object.fromEntries(listed.reverse().map(([name]) => [name, this.#view(name)])));
    }
    if (request.method === "DELETE") {
      const isThere = this.files.delete(type);
      return isThere || !this.refusesDeletes ? respond("gone") : refuse(410, 4715, "gone already");
    }
    if (this.failsPosts) return refuse(500, 4716, "broken");
    if (this.files.has(type)) return refuse(412, 4714, "it exists");
    this.files.set(type, { born: this.#now, listedFrom: this.#now + LAG_MS });
    if (!isTyped) return respond(this.#view(type), 201);
    return respond(Object.fromEntries([...this.files.keys()].map((name) => [name, this.#view(name)])), 201);
  }

  #view(type: string): object {
    const share = (this.#now - (this.files.get(type)?.born ?? 0)) / GENERATION_MS;
    const isReady = share >= 1;
    // In four steps, as some encoders report.
    const percent = isReady ? 100 : Math.floor(share * 4) * 25;
    const url = `${this.baseUrl.replace("/gateway/v9/", "")}/cdn/${this.videoId}/${type}.bin`;
    return {
      ...(isReady ? { url } : {}),
      bitrate: 5,
      percentComplete: percent.toFixed(1),
      status: isReady ? "ready" : "inprogress",
    };
  }

  /** Has no HEAD. */
  #serve(request: IncomingMessage, response: ServerResponse, path: string, name: string | null): void {
    if (request.method !== "GET" || request.headers["x-auth-key"] !== undefined) response.writeHead(405).end();
    else {
      response.writeHead(206, {
        "content-disposition": `attachment; filename=${name}${path.slice(-4)}`,
        "content-range": "bytes 0-0/9",
      });
      response.end("x");
    }
  }
}
