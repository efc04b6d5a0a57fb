/** The emulator over https, with a certificate that only a company's own authority vouches for. */
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import type { Emulator } from "../../packages/emulator/src";

const folder = resolve(__dirname, "../fixtures/certificates");

/** The authority's certificate, to be given as NODE_EXTRA_CA_CERTS. */
export const COMPANY_AUTHORITY = join(folder, "ca.pem");

/** An https server; `close` ends it with its connections. */
export interface HttpsServer {
  readonly port: number;
  /** The header User-Agent of each request. */
  readonly userAgents: readonly (string | undefined)[];
  close(): Promise<void>;
}

/** Starts an https server that hands every request on to the emulator. Its certificate is for `localhost` and `api.stream.test`. */
export async function startHttpsServer(emulator: Pick<Emulator, "baseUrl">): Promise<HttpsServer> {
  const { port: to } = new URL(emulator.baseUrl);
  const [key, cert] = ["server-key.pem", "server.pem"].map((name) => readFileSync(join(folder, name)));
  const userAgents: (string | undefined)[] = [];
  const server = https.createServer({ key, cert }, (request, response) => {
    userAgents.push(request.headers["user-agent"]);
    const { method, url: path } = request;
    // The emulator refuses names that are not its own.
    const headers = { ...request.headers, host: `127.0.0.1:${to}` };
    const onward = http.request({ host: "127.0.0.1", port: to, method, path, headers }, (inner) => {
      response.writeHead(inner.statusCode ?? 500, inner.headers);
      inner.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  // A client that breaks off its handshake is what some tests are about.
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    userAgents,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
