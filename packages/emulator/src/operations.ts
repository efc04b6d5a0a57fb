/** The five download operations, video details and the list of videos, as the API documents them. */
import { ERROR_CODES, failure, type Reply, success } from "./envelope";
import type { OperationName } from "./faults";
import { DOWNLOAD_TYPES, type DownloadType, FILE_NAMES, HEX_ID, type Behavior } from "./options";
import { videoDetails } from "./videoDetails";
import { listVideos } from "./videoList";
import type { DownloadView, Video, VideoStore } from "./videoStore";

/** One request, taken apart. */
export interface Call {
  readonly operation: OperationName;
  readonly accountId: string;
  /** Empty where the path has none. */
  readonly videoId: string;
  /** The last part of the path where it has one; it may be any text. */
  readonly type: string;
  readonly query: Readonly<Record<string, string>>;
  /** Whether a list of videos includes the moments of `start` and `end`. */
  readonly listBounds: "exclusive" | "inclusive";
  readonly now: number;
  /** Where the files are served from, without a slash at the end. */
  readonly origin: string;
}

/** A download whose file has just been begun. */
const BEGUN: DownloadView = { status: "inprogress", percent: 0 };

/** Carries an operation out. */
export function perform(call: Call, store: VideoStore, behavior: Behavior): Reply {
  const isList = call.operation === "listVideos";
  if (!HEX_ID.test(call.accountId) || !(isList || HEX_ID.test(call.videoId))) {
    const path = `/accounts/${call.accountId}/stream${isList ? "" : `/${call.videoId}`}`;
    const message = `Could not route to ${path}, perhaps your object identifier is invalid?`;
    return failure({ status: 404, code: ERROR_CODES.NO_ROUTE, message }, behavior);
  }
  if (isList) return listVideos(call, store, behavior);
  const video = store.find(call.accountId, call.videoId, call.now);
  if (video === undefined) return notFound(behavior, "Not Found: Video not found");
  if (call.operation === "videoDetails") return success(videoDetails(video, store, call.now), behavior);
  if (call.operation === "listDownloads") return list(video, call, store, behavior);
  const type = DOWNLOAD_TYPES.find((known) => known === call.type);
  if (type === undefined) {
    return failure(
      { status: 400, code: ERROR_CODES.BAD_REQUEST, message: "Bad Request: unknown download type" },
      behavior,
    );
  }
  return call.operation === "createDownload" || call.operation === "createDefaultDownload"
    ? create(video, type, call, store, behavior)
    : remove(video, type, store, call, behavior);
}

function create(video: Video, type: DownloadType, call: Call, store: VideoStore, behavior: Behavior): Reply {
  const { state } = store.stateOf(video, call.now);
  if (state === "live-inprogress") return failure(behavior.videoIsLive, behavior);
  if (state === "error") return failure(behavior.videoUnusable, behavior);
  if (state !== "ready") return failure(behavior.videoNotReady, behavior);
  const existing = store.view(video, type, call.now);
  const semantics = existing?.status === "error" ? behavior.repostAfterError : behavior.repost;
  if (existing !== undefined && semantics === "refuse") {
    return failure({ status: 409, code: ERROR_CODES.BAD_REQUEST, message: "Conflict: the download exists" }, behavior);
  }
  if (existing === undefined || semantics === "restart") store.start(video, type, call.now);
  const view = (each: DownloadType) => store.view(video, each, call.now);
  const shape = call.operation === "createDownload" ? behavior.typedPostShape : behavior.untypedPostShape;
  if (shape === "flat") return success(render(view(type) ?? BEGUN, type, call, behavior), behavior);
  const types = behavior.postResponse === "one" ? [type] : DOWNLOAD_TYPES;
  return success(keyed(types, view, call, behavior), behavior);
}

function list(video: Video, call: Call, store: VideoStore, behavior: Behavior): Reply {
  const view = (type: DownloadType) => store.listed(video, type, call.now, behavior.listingLagMs);
  const result = keyed(DOWNLOAD_TYPES, view, call, behavior);
  if (Object.keys(result).length === 0 && behavior.listNone === "404")
    return notFound(behavior, "Not Found: no downloads");
  return success(result, behavior);
}

function remove(video: Video, type: DownloadType, store: VideoStore, call: Call, behavior: Behavior): Reply {
  if (store.view(video, type, call.now) === undefined && behavior.deleteNone === "404") {
    return notFound(behavior, "Not Found: no such download");
  }
  store.drop(video, type);
  return success("ok", behavior);
}

function keyed(
  types: readonly DownloadType[],
  viewOf: (type: DownloadType) => DownloadView | undefined,
  call: Call,
  behavior: Behavior,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const type of types) {
    const view = viewOf(type);
    if (view !== undefined) result[type] = render(view, type, call, behavior);
  }
  return result;
}

function render(view: DownloadView, type: DownloadType, call: Call, behavior: Behavior): Record<string, unknown> {
  const percentComplete = behavior.percentFormat === "string" ? view.percent.toFixed(6) : view.percent;
  const withUrl =
    view.status === "ready" || (view.status === "inprogress" && behavior.urlWhileInProgress === "present");
  const url = `${call.origin}/${call.videoId}/downloads/${FILE_NAMES[type]}`;
  return { status: view.status, percentComplete, ...(withUrl ? { url } : {}) };
}

function notFound(behavior: Behavior, message: string): Reply {
  return failure({ status: 404, code: ERROR_CODES.NOT_FOUND, message }, behavior);
}
