/** The emulated API as a web application: routes, credentials, budget, faults, the request log, and the files themselves. */
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { applyFault } from "./applyFault";
import { authenticate } from "./authentication";
import type { EmulatorClock } from "./clock";
import { failure, type Reply } from "./envelope";
import { Faults, type OperationName } from "./faults";
import { CONTENT_TYPES, mediaFile } from "./media";
import { perform } from "./operations";
import {
  DEFAULT_BEHAVIOR,
  type DownloadType,
  type EmulatorOptions,
  type LoggedRequest,
  type Behavior,
} from "./options";
import { RateLimit } from "./rateLimit";
import { FILE_NAMES } from "./shared/constants";
import { VideoStore } from "./videoStore";

/** The application with what a test looks at and changes. */
export interface EmulatedApi {
  readonly app: Hono<{ Bindings: HttpBindings }>;
  readonly store: VideoStore;
  readonly faults: Faults;
  readonly rateLimit: RateLimit | undefined;
  readonly requests: LoggedRequest[];
  /** The responses that are not sent yet. */
  readonly open: Set<object>;
  /** A new object whenever a test changes it. */
  behavior: Behavior;
  /** Where the files are served from; set once the address is known. */
  origin: string;
}

type AppContext = Context<{ Bindings: HttpBindings }>;

/** The path under which the API stands. */
export const API_PREFIX = "/client/v4";

/** Builds the application. It opens no port. */
export function createApp(options: EmulatorOptions, clock: EmulatorClock): EmulatedApi {
  const { encodingMs = 5000 } = options;
  const app = new Hono<{ Bindings: HttpBindings }>();
  const api: EmulatedApi = {
    app,
    store: new VideoStore({
      strict: options.strict ?? false,
      course: () => api.behavior.progressCurve,
      durationMs: typeof encodingMs === "function" ? encodingMs : () => encodingMs,
      fails: options.encodingFails ?? (() => false),
    }),
    faults: new Faults(),
    rateLimit: options.rateLimit === false ? undefined : new RateLimit(options.rateLimit ?? {}),
    requests: [],
    open: new Set(),
    behavior: { ...DEFAULT_BEHAVIOR, ...options.behavior },
    origin: "",
  };
  let rays = 0;

  const route = (operation: OperationName) => async (context: AppContext) => {
    const { accountId = "", videoId = "", type = "default" } = context.req.param() as Record<string, string>;
    const at = clock.now();
    const { behavior } = api;
    const call = { operation, accountId, videoId, type, now: at, origin: api.origin };
    const rateLimitHeaders: Record<string, string> = {};
    const answer = (): Reply => {
      const authentication = authenticate(credentialsOf(context), context.req.method !== "GET", options, behavior);
      if ("refusal" in authentication) return authentication.refusal;
      const budget = api.rateLimit?.request(authentication.user, at);
      Object.assign(rateLimitHeaders, budget?.headers);
      if (budget?.limited)
        return failure(
          { status: 429, code: 971, message: "Please wait and consider throttling your request speed" },
          behavior,
        );
      return perform(call, api.store, behavior);
    };
    const fault = api.faults.strike(operation, videoId);
    const isProcessed =
      fault === undefined || fault.kind === "delay" || fault.kind === "trickle" || fault.afterProcessing === true;
    const reply = isProcessed ? answer() : failure({ status: 500, code: 10001, message: "not carried out" }, behavior);
    rays += 1;
    const headers = { ...rateLimitHeaders, "cf-ray": `${rays.toString(16).padStart(16, "0")}-EMU` };
    const sent =
      fault === undefined
        ? { ...reply, headers: { ...reply.headers, ...headers } }
        : await applyFault(
            fault,
            { ...reply, headers: { ...reply.headers, ...headers } },
            clock,
            context.env?.outgoing,
          );
    const logged = {
      at,
      operation,
      method: context.req.method,
      path: context.req.path,
      videoId,
      type,
      status: sent === undefined ? 0 : sent.status,
    };
    api.requests.push(logged);
    options.onRequest?.(logged);
    if (sent === undefined) return RESPONSE_ALREADY_SENT;
    return sent instanceof Response ? sent : new Response(sent.body, { status: sent.status, headers: sent.headers });
  };

  const videoPath = `${API_PREFIX}/accounts/:accountId/stream/:videoId`;
  app.get(videoPath, route("videoDetails"));
  app.get(`${videoPath}/downloads`, route("listDownloads"));
  app.post(`${videoPath}/downloads`, route("createDefaultDownload"));
  app.delete(`${videoPath}/downloads`, route("deleteDefaultDownload"));
  app.post(`${videoPath}/downloads/:type`, route("createDownload"));
  app.delete(`${videoPath}/downloads/:type`, route("deleteDownload"));
  app.get("/:videoId{[0-9a-f]{32}}/downloads/:file", (context) => serveFile(context, api.store, clock.now()));
  app.notFound((context) => {
    const reply = failure(
      { status: 404, code: 7000, message: `No route for that URI: ${context.req.path}` },
      api.behavior,
    );
    return new Response(reply.body, { status: reply.status, headers: reply.headers });
  });
  return api;
}

function credentialsOf(context: AppContext) {
  return {
    authorization: context.req.header("authorization"),
    email: context.req.header("x-auth-email"),
    key: context.req.header("x-auth-key"),
  };
}

function serveFile(context: AppContext, store: VideoStore, now: number): Response {
  const { videoId = "", file = "" } = context.req.param() as Record<string, string>;
  const type = (Object.keys(FILE_NAMES) as DownloadType[]).find((known) => FILE_NAMES[known] === file);
  const video = store.videos().find((known) => known.videoId === videoId);
  if (type === undefined || video === undefined || store.view(video, type, now)?.status !== "ready") {
    return new Response("Not Found\n", { status: 404 });
  }
  const name = context.req.query("filename");
  const disposition = name !== undefined && /^[A-Za-z0-9_-]{1,120}$/.test(name) ? name : videoId;
  return new Response(mediaFile(videoId, type), {
    headers: {
      "content-type": CONTENT_TYPES[type],
      "content-disposition": `attachment; filename="${disposition}.${file.split(".")[1]}"`,
    },
  });
}
