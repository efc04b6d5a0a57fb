/** The five download operations and video details, as the API documents them. */
import { failure, type Reply, success } from "./envelope";
import type { OperationName } from "./faults";
import { DOWNLOAD_TYPES, type DownloadType, HEX_ID, type Unknowns } from "./options";
import { ERROR_CODES, FILE_NAMES } from "./shared/constants";
import type { Stream } from "./stream";

type Video = NonNullable<ReturnType<Stream["find"]>>;

/** One request, taken apart. */
export interface Call {
  readonly operation: OperationName;
  readonly accountId: string;
  readonly videoId: string;
  /** The last part of the path where it has one; it may be any text. */
  readonly type: string;
  readonly now: number;
  /** Where the files are served from, without a slash at the end. */
  readonly origin: string;
}

/** Carries an operation out. */
export function perform(call: Call, stream: Stream, unknowns: Unknowns): Reply {
  if (!HEX_ID.test(call.accountId) || !HEX_ID.test(call.videoId)) {
    const path = `/accounts/${call.accountId}/stream/${call.videoId}`;
    const message = `Could not route to ${path}, perhaps your object identifier is invalid?`;
    return failure({ status: 404, code: ERROR_CODES.NO_ROUTE, message }, unknowns);
  }
  const video = stream.find(call.accountId, call.videoId, call.now);
  if (video === undefined) return notFound(unknowns, "Not Found: Video not found");
  if (call.operation === "videoDetails") return success(details(video, call, stream), unknowns);
  if (call.operation === "listDownloads") return list(video, call, stream, unknowns);
  const type = DOWNLOAD_TYPES.find((known) => known === call.type);
  if (type === undefined) {
    return failure(
      { status: 400, code: ERROR_CODES.BAD_REQUEST, message: "Bad Request: unknown download type" },
      unknowns,
    );
  }
  return call.operation === "createDownload" || call.operation === "createDefaultDownload"
    ? create(video, type, call, stream, unknowns)
    : remove(video, type, stream, call, unknowns);
}

function create(video: Video, type: DownloadType, call: Call, stream: Stream, unknowns: Unknowns): Reply {
  const { state } = stream.stateOf(video, call.now);
  if (state === "live-inprogress") return failure(unknowns.videoIsLive, unknowns);
  if (state === "error") return failure(unknowns.videoUnusable, unknowns);
  if (state !== "ready") return failure(unknowns.videoNotReady, unknowns);
  const existing = stream.view(video, type, call.now);
  const semantics = existing?.status === "error" ? unknowns.repostAfterError : unknowns.repost;
  if (existing !== undefined && semantics === "refuse") {
    return failure({ status: 409, code: ERROR_CODES.BAD_REQUEST, message: "Conflict: the download exists" }, unknowns);
  }
  if (existing === undefined || semantics === "restart") stream.start(video, type, call.now);
  const shape = call.operation === "createDownload" ? unknowns.typedPostShape : unknowns.untypedPostShape;
  if (shape === "flat") return success(render(video, type, call, stream, unknowns), unknowns);
  const types = unknowns.postAnswer === "one" ? [type] : DOWNLOAD_TYPES;
  return success(keyed(video, types, call, stream, unknowns), unknowns);
}

function list(video: Video, call: Call, stream: Stream, unknowns: Unknowns): Reply {
  const listed = DOWNLOAD_TYPES.filter((type) => call.now - stream.startedAt(video, type) >= unknowns.listingLagMs);
  const result = keyed(video, listed, call, stream, unknowns);
  if (Object.keys(result).length === 0 && unknowns.listNone === "404")
    return notFound(unknowns, "Not Found: no downloads");
  return success(result, unknowns);
}

function remove(video: Video, type: DownloadType, stream: Stream, call: Call, unknowns: Unknowns): Reply {
  if (stream.view(video, type, call.now) === undefined && unknowns.deleteNone === "404") {
    return notFound(unknowns, "Not Found: no such download");
  }
  video.downloads.delete(type);
  return success("ok", unknowns);
}

function keyed(
  video: Video,
  types: readonly DownloadType[],
  call: Call,
  stream: Stream,
  unknowns: Unknowns,
): Record<string, unknown> {
  const present = types.filter((type) => stream.view(video, type, call.now) !== undefined);
  return Object.fromEntries(present.map((type) => [type, render(video, type, call, stream, unknowns)]));
}

function render(
  video: Video,
  type: DownloadType,
  call: Call,
  stream: Stream,
  unknowns: Unknowns,
): Record<string, unknown> {
  const view = stream.view(video, type, call.now) ?? { status: "inprogress", percent: 0 };
  const percentComplete = unknowns.percentFormat === "string" ? view.percent.toFixed(6) : view.percent;
  const withUrl =
    view.status === "ready" || (view.status === "inprogress" && unknowns.urlWhileInProgress === "present");
  const url = `${call.origin}/${video.videoId}/downloads/${FILE_NAMES[type]}`;
  return { status: view.status, percentComplete, ...(withUrl ? { url } : {}) };
}

function details(video: Video, call: Call, stream: Stream): Record<string, unknown> {
  const { state, percent } = stream.stateOf(video, call.now);
  return {
    uid: video.videoId,
    created: new Date(video.declaredAt).toISOString(),
    modified: new Date(video.declaredAt).toISOString(),
    duration: state === "ready" ? 12.5 : -1,
    meta: { name: `video ${video.videoId.slice(0, 8)}` },
    requireSignedURLs: false,
    readyToStream: state === "ready",
    status: {
      state,
      ...(percent > 0 ? { pctComplete: percent.toFixed(6) } : {}),
      errorReasonCode: state === "error" ? "ERR_UNKNOWN" : "",
      errorReasonText: state === "error" ? (video.errorReason ?? "The video could not be processed") : "",
    },
  };
}

function notFound(unknowns: Unknowns, message: string): Reply {
  return failure({ status: 404, code: ERROR_CODES.NOT_FOUND, message }, unknowns);
}
