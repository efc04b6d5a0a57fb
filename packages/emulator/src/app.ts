/** The emulated API as a web application: routes, faults, the request log, and the files themselves. */
import type { ServerResponse } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { applyFault } from "./applyFault";
import type { EmulatorClock } from "./clock";
import { ERROR_CODES, failure, type Reply } from "./envelope";
import { type Fault, Faults, type OperationName } from "./faults";
import { serveFile } from "./files";
import { Gateway, type Visit } from "./gateway";
import { hostCheck } from "./hosts";
import { perform } from "./operations";
import { type Behavior, DEFAULT_BEHAVIOR, type EmulatorOptions } from "./options";
import { RequestLog } from "./requestLog";
import { VERSION } from "./version";
import { VideoStore } from "./videoStore";

/** The server's part of a request. */
export interface Bindings extends Partial<HttpBindings> {
  /** Set if the request was a HEAD; it is routed as a GET. */
  readonly isHead?: boolean;
}

/** The application, and what a test inspects and changes. */
export interface EmulatedApi {
  readonly app: Hono<{ Bindings: Bindings }>;
  readonly store: VideoStore;
  readonly faults: Faults;
  readonly gateway: Gateway;
  readonly requests: RequestLog;
  /** The responses that are not sent yet. */
  readonly open: Set<ServerResponse>;
  /** A new object whenever a test changes it. */
  behavior: Behavior;
  /** Where the emulator is, for clients that do not say how they reached it; set once the address is known. */
  origin: string;
}

type AppContext = Context<{ Bindings: Bindings }>;

/** The path of the API. */
export const API_PREFIX = "/client/v4";

/** The path of the admin API, which Cloudflare's API does not use. */
export const ADMIN_PREFIX = "/emulator";

/** How many requests the log keeps by default. */
const KEPT_REQUESTS = 10_000;

/** Builds the application. It opens no port. */
export function createApp(options: EmulatorOptions, clock: EmulatorClock): EmulatedApi {
  const { encodingMs = 5000, listBounds = "exclusive" } = options;
  const app = new Hono<{ Bindings: Bindings }>();
  const api: EmulatedApi = {
    app,
    store: new VideoStore({
      strict: options.strict ?? false,
      curve: () => api.behavior.progressCurve,
      durationMs: typeof encodingMs === "function" ? encodingMs : () => encodingMs,
      fails: options.encodingFails ?? (() => false),
    }),
    faults: new Faults(),
    gateway: new Gateway(options),
    requests: new RequestLog(options.keepRequests ?? KEPT_REQUESTS),
    open: new Set(),
    behavior: { ...DEFAULT_BEHAVIOR, ...options.behavior },
    origin: "",
  };
  const originFor = (context: AppContext) => {
    const host = context.req.header("host");
    return options.origin ?? (host === undefined ? api.origin : `http://${host}`);
  };

  const refusalOf = hostCheck(options);
  app.use(async (context, next) => {
    const isFile = FILE_PATH.test(context.req.path);
    const error = refusalOf(context.req.header("host"), isFile ? undefined : context.req.header("origin"));
    if (error !== undefined) return context.json({ error }, 403);
    return next();
  });

  const route = (operation: OperationName) => async (context: AppContext) => {
    const { accountId = "", videoId = "", type = "default" } = context.req.param() as Record<string, string>;
    const visit = visitOf(context, clock.now());
    const { behavior } = api;
    const call = {
      ...{ operation, accountId, videoId, type, query: context.req.query(), listBounds },
      ...{ now: visit.now, origin: originFor(context) },
    };
    const fault = api.faults.take(operation, videoId);
    const process = (): Reply => {
      const { headers, refusal } = api.gateway.admit(visit, behavior);
      return withHeaders(refusal ?? perform(call, api.store, behavior), headers);
    };
    const reply = isProcessed(fault)
      ? process()
      : withHeaders(failure(NOT_PROCESSED, behavior), api.gateway.headers(visit, behavior));
    const sent = fault === undefined ? reply : await applyFault(fault, reply, clock, bindingsOf(context)?.outgoing);
    const logged = api.requests.add({
      at: visit.now,
      operation,
      method: methodOf(context),
      path: context.req.path,
      videoId,
      type,
      status: sent === undefined ? 0 : sent.status,
    });
    options.onRequest?.(logged);
    if (sent === undefined) return RESPONSE_ALREADY_SENT;
    return sent instanceof Response ? sent : responseOf(sent);
  };

  const listPath = `${API_PREFIX}/accounts/:accountId/stream`;
  const videoPath = `${listPath}/:videoId`;
  app.get(listPath, route("listVideos"));
  app.get(videoPath, route("videoDetails"));
  app.get(`${videoPath}/downloads`, route("listDownloads"));
  app.post(`${videoPath}/downloads`, route("createDefaultDownload"));
  app.delete(`${videoPath}/downloads`, route("deleteDefaultDownload"));
  app.post(`${videoPath}/downloads/:type`, route("createDownload"));
  app.delete(`${videoPath}/downloads/:type`, route("deleteDownload"));
  app.get("/:videoId{[0-9a-f]{32}}/downloads/:file", (context) => {
    const { req } = context;
    const range = methodOf(context) === "HEAD" ? undefined : req.header("range");
    const named = { videoId: req.param("videoId"), file: req.param("file"), filename: req.query("filename") };
    return serveFile({ ...named, range, ifRange: req.header("if-range") }, api.store, clock.now());
  });
  // Where somebody looks who has only the address, or the base URL.
  for (const path of ["/", API_PREFIX, `${API_PREFIX}/`])
    app.get(path, (context) => context.json(hint(originFor(context))));
  app.notFound((context) => {
    const error = {
      status: 404,
      code: ERROR_CODES.UNKNOWN_ROUTE,
      message: `No route for that URI: ${context.req.path}`,
    };
    const { headers } = api.gateway.admit(visitOf(context, clock.now()), api.behavior);
    return responseOf(withHeaders(failure(error, api.behavior), headers));
  });
  return api;
}

/** What is served where. */
function hint(origin: string) {
  return {
    emulator: `cloudflare-stream-emulator ${VERSION}`,
    CLOUDFLARE_BASE_URL: `${origin}${API_PREFIX}`,
    downloads: `${origin}${API_PREFIX}/accounts/{account_id}/stream/{video_id}/downloads`,
    adminApi: `${origin}${ADMIN_PREFIX}`,
  };
}

const FILE_PATH = /^\/[0-9a-f]{32}\//;

/** The response that a fault before the processing is applied to, if it has none of its own. */
const NOT_PROCESSED = { status: 500, code: 10001, message: "not carried out" };

function isProcessed(fault: Fault | undefined): boolean {
  return fault === undefined || fault.kind === "delay" || fault.kind === "trickle" || fault.afterProcessing === true;
}

function withHeaders(reply: Reply, headers: Readonly<Record<string, string>>): Reply {
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

function responseOf({ status, headers, body }: Reply): Response {
  return new Response(HAVE_NO_BODY.has(status) ? null : body, { status, headers });
}

/** Statuses that have no body: `Response` refuses one. */
const HAVE_NO_BODY = new Set([204, 205, 304]);

/** Where no server has taken the request, as in a test, there are none. */
function bindingsOf(context: AppContext): Bindings | undefined {
  const env: Bindings | undefined = context.env;
  return env;
}

function methodOf(context: AppContext): string {
  return bindingsOf(context)?.isHead === true ? "HEAD" : context.req.method;
}

function visitOf(context: AppContext, now: number): Visit {
  const header = (name: string) => context.req.header(name);
  return {
    credentials: {
      authorization: header("authorization"),
      email: header("x-auth-email"),
      key: header("x-auth-key"),
      serviceKey: header("x-auth-user-service-key"),
    },
    writes: context.req.method !== "GET",
    address: bindingsOf(context)?.incoming?.socket.remoteAddress ?? "unknown",
    now,
  };
}
