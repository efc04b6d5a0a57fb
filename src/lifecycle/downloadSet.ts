/** The downloads that a StreamDownloads declares, and what is known of each: by video, then by type. */
import {
  DOWNLOAD_TYPES,
  type DownloadIdentity,
  type DownloadType,
  isDownloadType,
  isHexId,
} from "../identity/downloadIdentity";
import type { RawInputs } from "../validation/inputFields";
import type { DownloadState } from "./downloadLifecycle";

/** Something about each download: `table[videoId].default`. */
export type DownloadTable<T> = Record<string, Partial<Record<DownloadType, T>>>;

/** The part of the state that says what exists. */
export interface DownloadSetState {
  /** `ready`, `inprogress` or `error`; a download that is not here does not exist, as far as is known. */
  readonly statuses: DownloadTable<DownloadState["status"]>;
  /** Of those that are ready. */
  readonly urls: DownloadTable<string>;
  /** Of those that have not been requested yet: what they are waiting for. */
  readonly awaiting: DownloadTable<"video">;
}

/** One declared download, with the path of the input that declares it. */
export interface DeclaredItem {
  readonly videoId: string;
  readonly type: DownloadType;
  readonly path: string;
}

/** A table that a video's id cannot reach anything else through than what was put there. */
export function emptyTable<T>(): DownloadTable<T> {
  return Object.create(null) as DownloadTable<T>;
}

export function put<T>(
  table: DownloadTable<T>,
  { videoId, type }: Pick<DownloadIdentity, "videoId" | "type">,
  value: T,
): void {
  const row = table[videoId] ?? {};
  row[type] = value;
  table[videoId] = row;
}

/** The downloads that checked inputs declare, in their order. Undefined when some of them are not known yet. */
export function declaredItems(inputs: RawInputs): DeclaredItem[] | undefined {
  if (inputs.downloads !== undefined) {
    if (!Array.isArray(inputs.downloads)) return undefined;
    const items = inputs.downloads.map((item: unknown, i) => ({ ...asRecord(item), path: `downloads[${i}]` }));
    return items.every(isItem) ? items : undefined;
  }
  const { videoIds, types } = inputs;
  if (!Array.isArray(videoIds) || !Array.isArray(types)) return undefined;
  const items = videoIds.flatMap((videoId: unknown, i) =>
    types.map((type: unknown) => ({ videoId, type, path: `videoIds[${i}]` })),
  );
  return items.every(isItem) ? items : undefined;
}

function isItem(item: object): item is DeclaredItem {
  return "videoId" in item && "type" in item && isHexId(item.videoId) && isDownloadType(item.type);
}

function asRecord(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

/**
 * What the outputs of the last deployment say exists. Whatever in them is not a table is passed over. The outputs have a status only
 * of what is not ready: of the rest the url tells, and a library's state is that much smaller.
 */
export function setState(outputs: RawInputs): DownloadSetState {
  const urls = tableOf<string>(outputs.urls);
  const statuses = tableOf<DownloadState["status"]>(outputs.statuses);
  for (const item of itemsOf(urls, "")) put(statuses, item, "ready");
  return { statuses, urls, awaiting: tableOf<"video">(outputs.__awaiting) };
}

/** The tables as the outputs have them; the opposite of {@link setState}. */
export function stateOutputs(state: DownloadSetState): { statuses: object; urls: object; __awaiting?: object } {
  const statuses = emptyTable<DownloadState["status"]>();
  for (const item of itemsOf(state.statuses, "")) {
    const status = state.statuses[item.videoId]?.[item.type];
    if (status !== undefined && state.urls[item.videoId]?.[item.type] === undefined) put(statuses, item, status);
  }
  const awaiting = Object.keys(state.awaiting).length > 0 ? { __awaiting: { ...state.awaiting } } : {};
  return { statuses: { ...statuses }, urls: { ...state.urls }, ...awaiting };
}

function tableOf<T>(value: unknown): DownloadTable<T> {
  const table = emptyTable<T>();
  for (const [videoId, row] of Object.entries(asRecord(value))) {
    if (!isHexId(videoId)) continue;
    for (const type of DOWNLOAD_TYPES) {
      const cell: unknown = Object.getOwnPropertyDescriptor(asRecord(row), type)?.value;
      if (typeof cell === "string") put(table, { videoId, type }, cell as T);
    }
  }
  return table;
}

/** The downloads in a table. */
export function itemsOf(table: DownloadTable<unknown>, accountId: string): DownloadIdentity[] {
  return Object.entries(table).flatMap(([videoId, row]) =>
    DOWNLOAD_TYPES.filter((type) => row[type] !== undefined).map((type) => ({ accountId, videoId, type })),
  );
}

/** What has to happen to get from a state to what is declared. */
export interface SetChange {
  /** Declared, but not known to exist. */
  readonly added: readonly DeclaredItem[];
  /** Known to exist, and declared no more. */
  readonly removed: readonly Pick<DownloadIdentity, "videoId" | "type">[];
  /** Declared and existing, but not ready. */
  readonly unfinished: readonly DeclaredItem[];
}

export function changeOf(state: DownloadSetState, declared: readonly DeclaredItem[]): SetChange {
  const wanted = new Set(declared.map(({ videoId, type }) => `${videoId}/${type}`));
  const statusOf = ({ videoId, type }: DeclaredItem) => state.statuses[videoId]?.[type];
  return {
    added: declared.filter((item) => statusOf(item) === undefined),
    removed: itemsOf(state.statuses, "").filter(({ videoId, type }) => !wanted.has(`${videoId}/${type}`)),
    unfinished: declared.filter((item) => ![undefined, "ready"].includes(statusOf(item))),
  };
}
