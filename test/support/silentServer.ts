/** A server that accepts connections and never says anything, as a proxy behind a broken firewall does. */
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A running server, with what it has seen. */
export interface SilentServer {
  readonly port: number;
  /** How many connections it has accepted. */
  connections(): number;
  close(): Promise<void>;
}

export async function startSilentServer(): Promise<SilentServer> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined).resume();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
