/**
 * The admin API: control of the emulator over HTTP, for tests in any language and for curl. The README describes it.
 */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { GenericSchema, InferOutput } from "valibot";
import {
  budgetSchema,
  clockSchema,
  downloadSchema,
  faultSchema,
  manyVideosSchema,
  pageSchema,
  readBody,
  videoSchema,
} from "./adminSchemas";
import type { EmulatorControl } from "./control";
import type { Fault } from "./faults";
import { DOWNLOAD_TYPES, type DownloadType, HEX_ID, type Behavior } from "./options";
import { behaviorSchema } from "./behavior";
import type { VideosDeclaration } from "./manyVideos";
import { type VideoChanges, withoutNulls } from "./videoStore";

/** Only the body that a fault is to send comes near this length. */
const LONGEST_BODY = 2 ** 20;

/** A request of the admin API that cannot be carried out. */
class AdminError extends Error {
  constructor(
    readonly status: 400 | 404 | 409 | 413 | 415,
    message: string,
  ) {
    super(message);
  }
}

/** The admin API's routes. It needs no credentials, is not in the request log and spends no budget. */
export function adminRoutes(control: EmulatorControl, baseUrl: () => string): Hono {
  const admin = new Hono();
  const done = (context: Context) => context.body(null, 204);

  // A web page cannot send JSON to another origin without a CORS preflight, so no page controls a developer's emulator.
  admin.use(async (context, next) => {
    const isRead = context.req.method === "GET";
    if (!isRead && !/^application\/json\s*(;|$)/i.test(context.req.header("content-type") ?? "")) {
      throw new AdminError(415, "send JSON, or no body, with the header content-type: application/json");
    }
    return next();
  });
  const tooLong = () => {
    throw new AdminError(413, `a body has at most ${LONGEST_BODY} bytes`);
  };
  admin.use(bodyLimit({ maxSize: LONGEST_BODY, onError: tooLong }));

  admin.get("/", (context) =>
    context.json({
      baseUrl: baseUrl(),
      now: control.clock.now(),
      files: control.files(),
      requests: control.requestCount(),
      openRequests: control.openRequests(),
    }),
  );

  admin.get("/videos", (context) => {
    const { limit, after = "" } = page(context);
    const sorted = control.videos().sort((one, other) => (one.videoId < other.videoId ? -1 : 1));
    return context.json(sorted.filter(({ videoId }) => videoId > after).slice(0, limit));
  });
  admin.post("/videos", async (context) => {
    const videos = withoutNulls(await body(context, manyVideosSchema)) as unknown as VideosDeclaration;
    return context.json({ videoIds: carryOut(400, () => control.addVideos(videos)) });
  });
  admin.put("/videos/:videoId", async (context) => {
    const video = withoutNulls(await body(context, videoSchema));
    control.addVideo({ ...video, videoId: videoIdOf(context) });
    return done(context);
  });
  admin.patch("/videos/:videoId", async (context) => {
    const videoId = videoIdOf(context);
    const changes = (await body(context, videoSchema)) as VideoChanges;
    carryOut(404, () => control.changeVideo(videoId, changes));
    return done(context);
  });
  admin.delete("/videos/:videoId", (context) => {
    control.removeVideo(videoIdOf(context));
    return done(context);
  });

  const download = "/videos/:videoId/downloads/:type";
  admin.post(download, (context) => {
    onDownload(context, control.startDownload);
    return done(context);
  });
  admin.put(download, async (context) => {
    const { status, percent = status === "ready" ? 100 : 0 } = await body(context, downloadSchema);
    onDownload(context, (videoId, type) => control.setDownload(videoId, type, { status, percent }));
    return done(context);
  });
  admin.delete(download, (context) => {
    onDownload(context, (videoId, type) => control.setDownload(videoId, type, undefined));
    return done(context);
  });

  admin.get("/faults", (context) => context.json(control.faults()));
  admin.post("/faults", async (context) => {
    control.injectFault((await body(context, faultSchema)) as Fault);
    return done(context);
  });
  admin.delete("/faults", (context) => {
    control.clearFaults(context.req.query("videoId"));
    return done(context);
  });

  admin.get("/behavior", (context) => context.json(control.behavior()));
  admin.patch("/behavior", async (context) => {
    control.setBehavior((await body(context, behaviorSchema)) as Partial<Behavior>);
    return context.json(control.behavior());
  });

  admin.get("/clock", (context) => context.json({ now: control.clock.now() }));
  admin.post("/clock", async (context) => {
    const { advanceMs } = await body(context, clockSchema);
    carryOut(400, () => control.clock.advance(advanceMs));
    return context.json({ now: control.clock.now() });
  });

  admin.post("/budget", async (context) => {
    const { token, spend, blockMs } = await body(context, budgetSchema);
    carryOut(409, () => {
      if (spend !== undefined) control.spend(token, spend);
      if (blockMs !== undefined) control.block(token, blockMs);
    });
    return done(context);
  });

  admin.get("/requests", (context) => {
    const { limit, after = "0" } = page(context);
    const from = control.requests.findIndex(({ number }) => number > Number(after));
    return context.json(from < 0 ? [] : control.requests.slice(from, from + limit));
  });
  admin.delete("/requests", (context) => {
    control.clearRequests();
    return done(context);
  });

  admin.all("*", (context) => {
    throw new AdminError(404, `no such route: ${context.req.method} ${context.req.path}`);
  });
  admin.onError((error, context) => {
    if (error instanceof AdminError) return context.json({ error: error.message }, error.status);
    throw error;
  });
  return admin;
}

async function body<T extends GenericSchema>(context: Context, schema: T): Promise<InferOutput<T>> {
  const text = await context.req.text();
  return carryOut(400, () => readBody(schema, JSON.parse(text)));
}

/** Which part of a list is requested. */
function page(context: Context): { readonly limit: number; readonly after?: string | undefined } {
  return carryOut(400, () => readBody(pageSchema, context.req.query()));
}

/** Runs an action; an error of the emulator becomes a response with the status. */
function carryOut<T>(status: AdminError["status"], act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new AdminError(status, error instanceof Error ? error.message : String(error));
  }
}

function videoIdOf(context: Context): string {
  const videoId = context.req.param("videoId") ?? "";
  if (!HEX_ID.test(videoId)) {
    throw new AdminError(400, `a video's id is 32 lower-case hexadecimal characters; got ${videoId}`);
  }
  return videoId;
}

function typeOf(context: Context): DownloadType {
  const given = context.req.param("type");
  const type = DOWNLOAD_TYPES.find((known) => known === given);
  if (type === undefined) throw new AdminError(400, `a download's type is default or audio; got ${given}`);
  return type;
}

/** Acts on the download in the path; 404 where there is no such video. */
function onDownload(context: Context, act: (videoId: string, type: DownloadType) => void): void {
  const videoId = videoIdOf(context);
  const type = typeOf(context);
  carryOut(404, () => act(videoId, type));
}
