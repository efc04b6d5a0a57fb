/** A StreamDownloads: many downloads, whose outputs are tables by video and type. */
import { createHash } from "node:crypto";
import { DOWNLOAD_TYPES, type DownloadIdentity, downloadName, type DownloadType, isHexId } from "../core/identity";
import { explain } from "./failure";
import type { DownloadState } from "./ensureDownload";
import { UNKNOWN, type Values } from "../core/values";
import { NO_ACCOUNT } from "../stream/settings";
import { BatchProgress, formatCount, someOf } from "./batchProgress";
import { declarationOf } from "./declaration";
import type { Face } from "./face";
import { faceFields, LIBRARY_FIELDS, unknownProgress } from "./fields";
import { failureReport, withoutId } from "./failureReport";
import { checkChoice } from "./inputFields";
import { changeOf, identitiesIn, Library } from "./library";
import { checkItems, itemsIn } from "./libraryArguments";
import { libraryLines } from "./previewFindings";
import { wasNotRequested } from "./unfinished";

const NAMES = faceFields(LIBRARY_FIELDS);
const UNKNOWN_PROGRESS = unknownProgress(LIBRARY_FIELDS);

/** A value for each download, by video, then by type. */
type Table = Record<string, Partial<Record<DownloadType, string>>>;

/** How many ids a diff's message names… */
const NAMED = 5;
/** …and how many of those whose files may be deleted. */
const NAMED_REMOVED = 100;

/** How long an operation may take by default: 1 hour… */
const TIME_LIMIT_MS = 3_600_000;
/**
 * …and this much more for each download: it takes about four requests, and the budget allows four requests a second.
 */
const TIME_LIMIT_EACH_MS = 1000;

export const libraryFace: Face = {
  ...NAMES,
  idOutputs: [...NAMES.idOutputs, "__awaiting"],
  needsDownload: false,

  check(news, failures, isSecret) {
    const items = checkItems(news, failures, isSecret);
    const { default: otherwise } = LIBRARY_FIELDS.onFailure;
    return { ...items, onFailure: checkChoice("onFailure", news, ["fail", "warn"], otherwise, failures, isSecret) };
  },

  itemsIn,

  /**
   * To keep a library's state small, the outputs store a status only for downloads that are not ready; a url implies
   * `ready`.
   */
  libraryOf(_id, { accountId, urls, statuses, failures, __awaiting: awaiting, __requestedAt: requestedAt }) {
    const library = new Library();
    const identify = (key: Omit<DownloadIdentity, "accountId">): DownloadIdentity => {
      if (typeof accountId !== "string") throw new Error(NO_ACCOUNT);
      return { accountId, ...key };
    };
    const requested = typeof requestedAt === "string" ? { requestedAt } : {};
    for (const { value, ...key } of cellsOf(statuses)) {
      const status = value as DownloadState["status"];
      const isAwaiting = cellsOf(awaiting, key.videoId).some(({ type }) => type === key.type);
      library.record(identify(key), {
        status,
        percentComplete: 0,
        ...(isAwaiting ? { awaiting: "video" as const } : requested),
      });
    }
    for (const { value, ...key } of cellsOf(urls))
      library.record(identify(key), { status: "ready", percentComplete: 100, url: value, ...requested });
    for (const { value, ...key } of cellsOf(failures)) library.recordFailure(identify(key), value);
    return library;
  },

  /** They do not repeat the declared ids, which are in the inputs and in the tables, to keep the state small. */
  outputsOf(library, inputs) {
    const tables = { statuses: emptyTable(), urls: emptyTable(), failures: emptyTable() };
    const awaited = emptyTable();
    for (const { identity, state } of library.known) {
      if (state.url === undefined) put(tables.statuses, identity, state.status);
      else put(tables.urls, identity, state.url);
      if (state.awaiting !== undefined) put(awaited, identity, state.awaiting);
    }
    for (const { identity, reason } of library.failed) put(tables.failures, identity, reason);
    const { requestedAt } = library;
    return {
      accountId: inputs.accountId,
      ...comparedIn(inputs),
      statuses: { ...tables.statuses },
      urls: { ...tables.urls },
      failures: { ...tables.failures },
      ...(Object.keys(awaited).length > 0 ? { __awaiting: { ...awaited } } : {}),
      ...(requestedAt === undefined ? {} : { __requestedAt: requestedAt }),
    };
  },

  previewOf(from, before) {
    const { accountId = UNKNOWN } = from;
    const unknown = { accountId, ...comparedIn(from), ...UNKNOWN_PROGRESS };
    const declaration = declarationOf(libraryFace, from);
    if (before === undefined || declaration.items === undefined) return unknown;
    const declared = identitiesIn(declaration);
    const kept = before.only(declared);
    const { added, unfinished } = changeOf(kept, declared);
    if (added.length + unfinished.length === 0) return libraryFace.outputsOf(kept, { ...from, accountId });
    for (const identity of [...added, ...unfinished])
      kept.record(identity, { status: "ready", percentComplete: 100, url: UNKNOWN });
    return { ...unknown, urls: libraryFace.outputsOf(kept, from).urls };
  },

  idOf: ({ accountId }, urn) =>
    accountId && `${accountId}/${createHash("sha256").update(urn).digest("hex").slice(0, 16)}`,

  lookedUp(_id, { urls }) {
    if (urls === undefined) throw new Error("StreamDownloads cannot be looked up by an id; use StreamDownload.get");
    return undefined;
  },

  replaces(olds, news, removed) {
    if (news.accountId !== undefined && news.accountId !== olds.accountId) return ["accountId"];
    if (removed.length === 0) return [];
    if (news.downloads !== undefined) return ["downloads"];
    const videos = new Set((itemsIn(news) ?? []).map(({ videoId }) => videoId));
    return removed.every(({ videoId }) => videos.has(videoId)) ? ["types"] : ["videoIds"];
  },

  because({ added, removed, unfinished }, before, { isRefresh, areIdsSecret }) {
    const hasFailure = (identity: DownloadIdentity) => before.failureOf(identity) !== undefined;
    const isNotRequested = (identity: DownloadIdentity) => wasNotRequested(before.failureOf(identity) ?? "");
    const isInError = (identity: DownloadIdentity) => before.stateOf(identity)?.status === "error";
    const isNot = (predicate: typeof hasFailure) => (identity: DownloadIdentity) => !predicate(identity);
    const part = (what: string, identities: readonly DownloadIdentity[], named = NAMED) =>
      identities.length === 0
        ? []
        : [`${formatCount(identities.length)} ${what}${areIdsSecret ? "" : ` (${someOf(identities, named)})`}`];
    const toAdd = isRefresh ? "missing at Cloudflare, to be generated again" : "to add";
    const parts = [
      ...part(toAdd, added.filter(isNot(hasFailure))),
      ...part("not requested yet", added.filter(isNotRequested)),
      ...part("to try again", added.filter(hasFailure).filter(isNot(isNotRequested))),
      ...part("not ready yet", unfinished.filter(isNot(isInError))),
      ...part("failed at Cloudflare, to be requested again", unfinished.filter(isInError)),
      ...part("to remove", removed, NAMED_REMOVED).map(
        (text) =>
          `${text} at the end of the update, so that their URLs stop working, unless another resource or retainOnDelete keeps ` +
          `them${before.size > removed.length ? "; the others stay" : ""}`,
      ),
    ];
    return parts.length === 0 ? undefined : parts.join("; ");
  },

  newText({ items = [] }) {
    if (items.length === 0) return undefined;
    const videos = new Set(items.map(({ videoId }) => videoId)).size;
    const types = DOWNLOAD_TYPES.filter((type) => items.some((item) => item.type === type)).join(" and ");
    return `${counted(items.length, "download")} of ${counted(videos, "video")}, ${types}`;
  },

  previewLines: libraryLines,

  action: (verb) => `${verb} downloads`,

  timeLimitMs: (downloads) => TIME_LIMIT_MS + TIME_LIMIT_EACH_MS * downloads,

  reportTo: (operation, reported) => new BatchProgress(operation, reported),

  failureText: failureReport,

  readFailureText: ({ identity, error }, areIdsSecret) =>
    areIdsSecret ? withoutId(explain(error), identity.videoId) : `${downloadName(identity)}: ${explain(error)}`,

  keptText(kept, urn) {
    const others = kept.filter(({ keptFor }) => keptFor !== urn).length;
    return others === 0
      ? undefined
      : `files kept, because other resources declare the same downloads: ${formatCount(others)}`;
  },
};

/** The arguments that the outputs repeat for the next diff. */
function comparedIn(inputs: Values): Values {
  return Object.fromEntries(NAMES.compared.map((name) => [name, inputs[name]]));
}

function counted(n: number, what: string): string {
  return `${formatCount(n)} ${what}${n === 1 ? "" : "s"}`;
}

/** A table without a prototype, so an id such as `__proto__` is only data. */
function emptyTable(): Table {
  return Object.create(null) as Table;
}

function put(table: Table, { videoId, type }: DownloadIdentity, value: string): void {
  table[videoId] = { ...table[videoId], [type]: value };
}

/** The texts in a table of the outputs, perhaps of one video alone; anything else in it is ignored. */
function cellsOf(table: unknown, ofVideo?: string) {
  const rows = ofVideo === undefined ? Object.keys(asRecord(table)) : [ofVideo];
  return rows.filter(isHexId).flatMap((videoId) => {
    const row = asRecord(ownValue(asRecord(table), videoId));
    return DOWNLOAD_TYPES.flatMap((type) => {
      const value = ownValue(row, type);
      return typeof value === "string" ? [{ videoId, type, value }] : [];
    });
  });
}

function ownValue(record: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(record, key)?.value;
}

function asRecord(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
