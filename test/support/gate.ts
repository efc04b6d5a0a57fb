/** Lets a test decide when a Pulumi program goes on: requests to `url` are held until the gate is open. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Gate {
  /** A GET of it gets its response once the gate is open. */
  readonly url: string;
  /** How many requests are held. */
  waiting(): number;
  open(): void;
  close(): void;
}

export async function startGate(): Promise<Gate> {
  const waiting: ServerResponse[] = [];
  let isOpen = false;
  const server = createServer((_request, response) => {
    if (isOpen) response.end();
    else waiting.push(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    waiting: () => waiting.length,
    open() {
      isOpen = true;
      for (const response of waiting.splice(0)) response.end();
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
