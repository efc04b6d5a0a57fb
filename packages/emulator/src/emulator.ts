/** Starts the emulator on a port of this machine. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { adminRoutes } from "./admin";
import { ADMIN_PREFIX, API_PREFIX, type Bindings, createApp, type EmulatedApi } from "./app";
import { EmulatorClock } from "./clock";
import { controlOf, type EmulatorControl } from "./control";
import { originOf } from "./hosts";
import type { EmulatorOptions } from "./options";

/** A running emulator. */
export interface Emulator extends EmulatorControl {
  /** The value for `cloudflare:baseUrl` or CLOUDFLARE_BASE_URL; it includes `/client/v4`. */
  readonly baseUrl: string;
  /** The address of the admin API, for other processes. */
  readonly adminUrl: string;
  /** The port it listens on. */
  readonly port: number;
  /** Stops listening and cuts all connections. */
  close(): Promise<void>;
}

/**
 * Starts an emulator.
 *
 * @example
 * const emulator = await startEmulator({ encodingMs: 2000 });
 * process.env.CLOUDFLARE_BASE_URL = emulator.baseUrl;
 * await emulator.close();
 */
export async function startEmulator(given: EmulatorOptions = {}): Promise<Emulator> {
  const options = given.origin === undefined ? given : { ...given, origin: originOf(given.origin) };
  const clock = new EmulatorClock(options);
  const api = createApp(options, clock);
  const control = controlOf(api, { now: () => clock.now(), advance: (ms) => clock.advance(ms) });
  api.app.route(
    ADMIN_PREFIX,
    adminRoutes(control, () => `${api.origin}${API_PREFIX}`),
  );
  const host = options.host ?? "127.0.0.1";
  const { server, port } = await listen(fetchOf(api), host, options.port ?? 0);
  server.on("connection", (socket: Socket) => {
    // A response that waits for others on its connection is not told when that is cut.
    socket.once("close", () => {
      for (const response of api.open) if (response.req.socket === socket) api.open.delete(response);
    });
  });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith(`${API_PREFIX}/`) !== true) return;
    api.open.add(response);
    response.once("close", () => api.open.delete(response));
  });
  const shownHost = host.includes(":") ? `[${host}]` : host === "0.0.0.0" ? "127.0.0.1" : host;
  api.origin = `http://${shownHost}:${port}`;
  const baseUrl = `${api.origin}${API_PREFIX}`;
  return {
    ...control,
    baseUrl,
    adminUrl: `${api.origin}${ADMIN_PREFIX}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

/**
 * Routes a HEAD as a GET: the framework's own handling would not notice that a fault has already handled the response.
 */
function fetchOf({ app }: EmulatedApi) {
  return async (request: Request, env: unknown): Promise<Response> => {
    const bindings = env as Bindings;
    if (request.method !== "HEAD") return app.fetch(request, bindings);
    const asGet = new Request(request.url, { headers: request.headers });
    const response = await app.fetch(asGet, { ...bindings, isHead: true });
    const isSent = [...RESPONSE_ALREADY_SENT.headers.keys()].some((name) => response.headers.has(name));
    return isSent ? RESPONSE_ALREADY_SENT : new Response(null, response);
  };
}

function listen(fetch: Parameters<typeof serve>[0]["fetch"], hostname: string, port: number) {
  return new Promise<{ server: ServerType; port: number }>((resolve, reject) => {
    const server = serve({ fetch, hostname, port }, (address) => resolve({ server, port: address.port }));
    server.on("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE" ? new Error(`port ${port} is taken; choose another, or 0 for a free one`) : error,
      );
    });
  });
}
