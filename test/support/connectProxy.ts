/** A company's HTTP proxy: tunnels for https (CONNECT), and a note of each request in the clear. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A running proxy, with what it has seen. */
export interface ConnectProxy {
  /** What HTTPS_PROXY or HTTP_PROXY is to be. */
  readonly url: string;
  /** The targets of the tunnels, `host:port`. */
  readonly tunnels: string[];
  /** Requests that were not for a tunnel: the proxy reads all of such a one. */
  readonly inTheClear: { readonly url: string; readonly headers: IncomingHttpHeaders }[];
  close(): Promise<void>;
}

/**
 * Starts a proxy.
 *
 * @param route the local ports behind the targets it knows, by `host:port`; it refuses others
 * @param credentials `user:password` that it demands, if any
 * @param refusal the status for targets that it does not know
 */
export async function startConnectProxy(
  route: Readonly<Record<string, number>>,
  credentials?: string,
  refusal = 502,
): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const inTheClear: ConnectProxy["inTheClear"] = [];
  const sockets = new Set<Socket>();
  const server = createServer(({ url = "", headers }, response) => {
    inTheClear.push({ url, headers });
    response.writeHead(502).end();
  });
  server.on("connect", ({ url = "", headers }, client: Socket) => {
    client.on("error", () => undefined);
    tunnels.push(url);
    const demanded = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
    if (headers["proxy-authorization"] !== demanded) {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const port = route[url];
    if (port === undefined) {
      client.end(`HTTP/1.1 ${refusal} Refused\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const target = connect({ host: "127.0.0.1", port }, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(target).pipe(client);
    });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        target.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    inTheClear,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
}
