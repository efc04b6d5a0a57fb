/** The outputs that a preview shows for a resource to be created or updated; what is not known yet is unknown. */
import { createLibraryId } from "../host/bulkLifecycle";
import { isDownloadType, isHexId, formatId } from "../core/identity";
import { UNKNOWN } from "../core/inputs/unknown";
import type { RawInputs } from "../core/inputs/inputFields";
import { changeOf, declaredItems, onlyDeclared, setState, stateOutputs } from "../core/bulk/downloadSet";
import { put } from "../core/bulk/downloadTable";
import { DOWNLOAD_TOKEN } from "./constants";

/** The outputs of a StreamDownload that only Cloudflare knows. */
const UNKNOWN_PROGRESS = { status: UNKNOWN, percentComplete: UNKNOWN, url: UNKNOWN };
/** Those of a StreamDownloads. */
const UNKNOWN_TABLES = { urls: UNKNOWN, statuses: UNKNOWN, failures: UNKNOWN };

/** A resource as a preview shows it. Its id is empty where that is not known. */
interface Previewed {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

/** One that is to be created. */
export function previewCreate(token: string, inputs: RawInputs): Previewed {
  const { accountId, videoId, type } = inputs;
  const given = { ...inputs, accountId: accountId ?? UNKNOWN };
  if (token === DOWNLOAD_TOKEN) {
    const isKnown = isHexId(accountId) && isHexId(videoId) && isDownloadType(type);
    const id = isKnown ? formatId({ accountId, videoId, type }) : "";
    return { id, outputs: { ...given, ...UNKNOWN_PROGRESS } };
  }
  const id = isHexId(accountId) ? createLibraryId(accountId, String(inputs.__urn)) : "";
  return { id, outputs: { ...libraryInputs(given), ...UNKNOWN_TABLES } };
}

/** One that is to be updated. */
export function previewUpdate(token: string, olds: RawInputs, news: RawInputs): Record<string, unknown> {
  if (token === DOWNLOAD_TOKEN) {
    if (olds.status === "ready") return { ...olds, ...news };
    return { ...olds, ...news, ...UNKNOWN_PROGRESS };
  }
  const declared = declaredItems(news);
  const outputs = libraryInputs(news);
  if (declared === undefined) return { ...outputs, ...UNKNOWN_TABLES };
  const state = onlyDeclared(setState(olds), declared);
  const { added, unfinished } = changeOf(state, declared);
  if (added.length + unfinished.length === 0) return { ...outputs, ...stateOutputs(state) };
  for (const item of [...added, ...unfinished]) put(state.urls, item, UNKNOWN);
  return { ...outputs, ...UNKNOWN_TABLES, urls: { ...state.urls } };
}

/** The inputs that a library has as outputs too. */
function libraryInputs({ accountId, waitForReady }: RawInputs): Record<string, unknown> {
  return { accountId, waitForReady };
}
