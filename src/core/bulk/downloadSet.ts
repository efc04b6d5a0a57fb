/** The downloads that a StreamDownloads declares, and what is known about each. */
import { type DownloadType, isDownloadType, isHexId } from "../identity";
import type { RawInputs } from "../inputs/inputFields";
import type { DownloadState } from "../single/reconcile";
import {
  copy,
  type DownloadKey,
  type DownloadTable,
  emptyTable,
  get,
  keysOf,
  keyText,
  put,
  remove,
  tableOf,
} from "./downloadTable";

/** The part of the state that says what exists and what failed. */
export interface DownloadSetState {
  /** `ready`, `inprogress` or `error`. A download that is absent here does not exist, as far as is known. */
  readonly statuses: DownloadTable<DownloadState["status"]>;
  /** The URLs of those that are ready. */
  readonly urls: DownloadTable<string>;
  /** For those that have not been requested yet: what they are waiting for. */
  readonly awaiting: DownloadTable<"video">;
  /** For those that failed when last tried: the reason as text. */
  readonly failures: DownloadTable<string>;
  /** When one of them was last requested, as an ISO date; only if a list may not have shown it yet. */
  requestedAt?: string;
}

const TABLES = ["statuses", "urls", "awaiting", "failures"] as const;

/** One declared download, with the path of the input that declares it. */
export interface DeclaredItem {
  readonly videoId: string;
  readonly type: DownloadType;
  readonly path: string;
}

/** The downloads that checked inputs declare, in order. Undefined while some of them are unknown. */
export function declaredItems(inputs: RawInputs): DeclaredItem[] | undefined {
  if (inputs.downloads !== undefined) {
    if (!Array.isArray(inputs.downloads)) return undefined;
    const items = inputs.downloads.map((item: unknown, i) => ({
      ...(typeof item === "object" ? item : {}),
      path: `downloads[${i}]`,
    }));
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

export function emptySet(): DownloadSetState {
  return { statuses: emptyTable(), urls: emptyTable(), awaiting: emptyTable(), failures: emptyTable() };
}

export function copySet(set: DownloadSetState): DownloadSetState {
  const { statuses, urls, awaiting, failures } = set;
  return { ...set, statuses: copy(statuses), urls: copy(urls), awaiting: copy(awaiting), failures: copy(failures) };
}

/** Records a download's status. An earlier failure is cleared. */
export function record(
  set: DownloadSetState,
  key: DownloadKey,
  { status, url, awaiting, requestedAt = "" }: DownloadState,
): void {
  forget(set, key);
  if (requestedAt > (set.requestedAt ?? "")) set.requestedAt = requestedAt;
  put(set.statuses, key, status);
  if (url !== undefined) put(set.urls, key, url);
  if (awaiting !== undefined) put(set.awaiting, key, awaiting);
}

export function forget(set: DownloadSetState, key: DownloadKey): void {
  for (const name of TABLES) remove(set[name], key);
}

/** The entries of a set that are declared. */
export function onlyDeclared(set: DownloadSetState, declared: readonly DownloadKey[]): DownloadSetState {
  const kept = { ...set, ...emptySet() };
  for (const key of declared) {
    for (const name of TABLES) {
      const value = get<string>(set[name], key);
      if (value !== undefined) put(kept[name] as DownloadTable<string>, key, value);
    }
  }
  return kept;
}

/**
 * Reads what exists from the outputs of the last deployment; anything in them that is not a table is ignored. To keep a library's state small,
 * the outputs store a status only for downloads that are not ready; a url implies `ready`.
 */
export function setState(outputs: RawInputs): DownloadSetState {
  const urls = tableOf<string>(outputs.urls);
  const statuses = tableOf<DownloadState["status"]>(outputs.statuses);
  for (const key of keysOf(urls)) put(statuses, key, "ready");
  return {
    statuses,
    urls,
    awaiting: tableOf<"video">(outputs.__awaiting),
    failures: tableOf<string>(outputs.failures),
    ...(typeof outputs.__requestedAt === "string" ? { requestedAt: outputs.__requestedAt } : {}),
  };
}

/** The tables in the form of the outputs; the inverse of {@link setState}. */
export function stateOutputs(
  state: DownloadSetState,
): Record<"statuses" | "urls" | "failures", object> & { __awaiting?: object; __requestedAt?: string } {
  const statuses = emptyTable<DownloadState["status"]>();
  for (const key of keysOf(state.statuses)) {
    const status = get(state.statuses, key);
    if (status !== undefined && get(state.urls, key) === undefined) put(statuses, key, status);
  }
  const awaiting = Object.keys(state.awaiting).length > 0 ? { __awaiting: { ...state.awaiting } } : {};
  const requestedAt = state.requestedAt === undefined ? {} : { __requestedAt: state.requestedAt };
  return {
    statuses: { ...statuses },
    urls: { ...state.urls },
    failures: { ...state.failures },
    ...awaiting,
    ...requestedAt,
  };
}

/** The difference between a state and what is declared. */
interface SetChange {
  /** Declared, but not known to exist. */
  readonly added: readonly DeclaredItem[];
  /** Known to exist, and no longer declared. */
  readonly removed: readonly DownloadKey[];
  /** Declared and existing, but not ready. */
  readonly unfinished: readonly DeclaredItem[];
}

export function changeOf(state: DownloadSetState, declared: readonly DeclaredItem[]): SetChange {
  const wanted = new Set(declared.map(keyText));
  const statusOf = (item: DeclaredItem) => get(state.statuses, item);
  return {
    added: declared.filter((item) => statusOf(item) === undefined),
    removed: keysOf(state.statuses).filter((key) => !wanted.has(keyText(key))),
    unfinished: declared.filter((item) => ![undefined, "ready"].includes(statusOf(item))),
  };
}
