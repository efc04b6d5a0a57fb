/** A TCP relay whose two directions a test can watch and break, byte by byte: what happens to connections on their way. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** One connection through the relay. */
export interface RelayedConnection {
  /** The client's end. */
  readonly client: Socket;
  /** Bytes that came from the client. */
  received: number;
  /** Writes bytes that the server never sent, in the middle of whatever is going on, and closes. */
  garble(): void;
}

/** What a test decides of a connection. */
export interface RelayPlan {
  /** Called when a connection comes in; with false it is closed as soon as the client has said something. */
  onConnection?(connection: RelayedConnection, nth: number): boolean;
  /** Called with each piece the server sends; with false the piece is not passed on. */
  onAnswer?(connection: RelayedConnection, piece: Buffer): boolean;
}

/** Starts a relay to a local port. */
export async function startRelay(to: number, plan: RelayPlan): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((client) => {
    const upstream = connect({ host: "127.0.0.1", port: to });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
      });
    }
    const connection: RelayedConnection = {
      client,
      received: 0,
      garble: () => client.end("this is no TLS record, and no HTTP either\r\n".repeat(4)),
    };
    connections += 1;
    const isServed = plan.onConnection?.(connection, connections) ?? true;
    client.on("data", (piece) => {
      connection.received += piece.length;
      if (isServed) upstream.write(piece);
      else client.resetAndDestroy();
    });
    upstream.on("data", (piece) => {
      if (plan.onAnswer?.(connection, piece) ?? true) client.write(piece);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
