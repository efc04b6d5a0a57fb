/** A StreamDownload: one download, with its progress as outputs. */
import { adoptedText } from "./adoption";
import { nameOf } from "./claims";
import { describe, formatId, isDownloadType, isHexId, parseId } from "../core/identity";
import { checkHexId, checkType } from "./inputFields";
import { explain } from "./failure";
import { percentText } from "./progressText";
import type { DownloadState } from "./ensureDownload";
import { isGiven, UNKNOWN, type Values } from "../core/values";
import type { Face } from "./face";
import { DOWNLOAD_FIELDS, faceFields, namesOf, unknownProgress } from "./fields";
import { Library } from "./library";
import { singleLines } from "./previewFindings";

const IDENTITY = namesOf(DOWNLOAD_FIELDS, ({ replaces }) => replaces);
const UNKNOWN_PROGRESS = unknownProgress(DOWNLOAD_FIELDS);

/** How long an operation may take by default: 1 hour. */
const TIME_LIMIT_MS = 3_600_000;

export const singleFace: Face = {
  ...faceFields(DOWNLOAD_FIELDS),
  needsDownload: true,

  check(news, failures, isSecret) {
    return {
      videoId: checkHexId(news.videoId, "videoId", "a video's id", failures, { isSecret: isSecret("videoId") }),
      type: checkType(news.type ?? DOWNLOAD_FIELDS.type.default, "type", failures, { isSecret: isSecret("type") }),
    };
  },

  itemsIn: ({ videoId, type }) =>
    isHexId(videoId) && isDownloadType(type) ? [{ videoId, type, path: "videoId" }] : undefined,

  libraryOf(id, outputs) {
    const library = new Library();
    library.record(parseId(id), stateIn(outputs));
    return library;
  },

  outputsOf(library, { waitForReady }) {
    const [download] = library.known;
    if (download === undefined) return {};
    const { awaiting, requestedAt, ...state } = download.state;
    return {
      ...download.identity,
      waitForReady: waitForReady ?? true,
      ...state,
      ...(awaiting === undefined ? {} : { __awaiting: awaiting }),
      ...(requestedAt === undefined ? {} : { __requestedAt: requestedAt }),
    };
  },

  previewOf({ accountId = UNKNOWN, videoId, type, waitForReady }, before) {
    const given = { videoId, type, accountId, waitForReady };
    const [known] = before?.known ?? [];
    return known?.state.status === "ready" ? { ...given, ...known.state } : { ...given, ...UNKNOWN_PROGRESS };
  },

  idOf({ accountId, items }) {
    const [item] = items ?? [];
    return accountId === undefined || item === undefined ? undefined : formatId({ accountId, ...item });
  },

  lookedUp: (id, { status }) => (isGiven(status) ? undefined : parseId(id)),

  replaces: (olds, news) => IDENTITY.filter((key) => news[key] !== undefined && news[key] !== olds[key]),

  newText: () => undefined,

  because({ added, removed, unfinished }, before, { isRefresh, waitForReady }) {
    // Without the ids, which may be secret.
    if (removed.length > 0)
      return (
        "replaced: the file that it has now is deleted and its URL stops working, unless another resource declares it or " +
        "retainOnDelete was set by an earlier update"
      );
    const [identity] = unfinished;
    if (identity === undefined || added.length > 0) return undefined;
    const update = isRefresh ? "the next update" : "this update";
    const { status, awaiting, percentComplete = 0 } = before.stateOf(identity) ?? {};
    if (status === "error")
      return `Cloudflare failed to generate the file when last checked; ${update} requests it again`;
    if (awaiting === "video") {
      const then = waitForReady ? "waits for it and requests its download" : "requests its download if it is now";
      return `the video itself was not ready when last checked; ${update} ${then}`;
    }
    const then = waitForReady ? "waits for it" : "checks progress";
    return `still encoding when last checked, ${percentText(percentComplete)}; ${update} ${then}`;
  },

  previewLines: singleLines,

  action: (verb, [identity]) => `${verb} download ${identity === undefined ? "" : describe(identity)}`,

  timeLimitMs: () => TIME_LIMIT_MS,

  // What happens to the one download goes to the resource's row as it is.
  reportTo: ({ report }) => ({
    of: () => ({
      ...report,
      adopted: (existing, isExplained) => {
        const text = adoptedText(existing, isExplained);
        if (isExplained) report.note(text);
        else report.warn(text);
      },
      requested: () => undefined,
      alreadyGone: () => undefined,
      done: () => undefined,
      failed: () => undefined,
    }),
    finish: () => undefined,
  }),

  failureText: ({ failed }) => failed.map(({ reason }) => reason.text).join("; "),

  readFailureText: ({ error }) => explain(error),

  keptText: ([kept]) => kept && `the file is kept: the resource "${nameOf(kept.keptFor)}" declares the same download`,
};

/** Reads a download's state from outputs. States of earlier versions lack some of them. */
function stateIn({
  status,
  percentComplete,
  url,
  __awaiting: awaiting,
  __requestedAt: requestedAt,
}: Values): DownloadState {
  return {
    status: status === "ready" || status === "error" ? status : "inprogress",
    percentComplete: typeof percentComplete === "number" ? percentComplete : 0,
    ...(typeof url === "string" ? { url } : {}),
    ...(awaiting === "video" ? { awaiting } : {}),
    ...(typeof requestedAt === "string" ? { requestedAt } : {}),
  };
}
