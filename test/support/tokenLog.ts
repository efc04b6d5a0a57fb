/** An endpoint in front of an emulator that notes which token each request carried, and for which account. */
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import type { Emulator } from "../../packages/emulator/src";

/** What has come so far: `<token> <account>`, each once, sorted. */
export interface TokenLog {
  readonly baseUrl: string;
  seen(): string[];
  close(): void;
}

/** Starts such an endpoint. Whoever starts it closes it. */
export async function startTokenLog(emulator: Emulator): Promise<TokenLog> {
  const seen = new Set<string>();
  const target = new URL(emulator.baseUrl);
  const server = createServer((incoming, outgoing) => {
    const { method, url = "", headers } = incoming;
    const token = headers.authorization?.replace(/^Bearer /, "") ?? headers["x-auth-key"];
    seen.add(`${String(token)} ${/\/accounts\/(\w+)/.exec(url)?.[1] ?? ""}`);
    const onward = send({ host: target.hostname, port: target.port, method, path: url, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${target.pathname}`,
    seen: () => [...seen].sort(),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
