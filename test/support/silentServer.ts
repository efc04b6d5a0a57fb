/** A server that accepts connections and never says anything, as a proxy behind a broken firewall does. */
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A running server, with what it has seen. */
export interface SilentServer {
  readonly port: number;
  /** How many connections it has accepted. */
  connections(): number;
  /** On how many of them something was sent. */
  heard(): number;
  close(): Promise<void>;
}

export async function startSilentServer(): Promise<SilentServer> {
  const sockets: Socket[] = [];
  let heard = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket
      .on("error", () => undefined)
      .once("data", () => (heard += 1))
      .resume();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.length,
    heard: () => heard,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
