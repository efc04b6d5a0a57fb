/** A download as the API reports it, parsed from every response shape that is documented or known. */
import { isRecord, MalformedResponse } from "./envelope";
import { DOWNLOAD_TYPES, type DownloadType } from "../core/identity";

/** `ready`: the file exists. `inprogress`: it is being generated. `error`: generating it failed. */
type DownloadStatus = "ready" | "inprogress" | "error";

/** One download of a video. */
export interface Download {
  readonly status: DownloadStatus;
  /** 0 to 100. */
  readonly percentComplete: number;
  /** The file's URL. It works only once `status` is `ready`. Absent if the API gave none. */
  readonly url?: string;
  /** What the API reports, where that does not say whether the file will be ready; for messages. */
  readonly unclear?: string;
}

/** The downloads of a video, by type; a type without a download is absent. */
export type Downloads = Readonly<Partial<Record<DownloadType, Download>>>;

/**
 * Parses a `result` into downloads.
 *
 * @param result keyed `{default?, audio?}`, flat `{percentComplete, status, url}`, `{}` or null
 * @param flatType the type that a flat result is about
 * @throws MalformedResponse for anything else: an unknown shape must not pass for "no downloads"
 */
export function parseDownloads(result: unknown, flatType: DownloadType = "default"): Downloads {
  if (result === null) return {};
  if (!isRecord(result)) throw new MalformedResponse("no list of downloads");
  if (typeof result.status === "string") return { [flatType]: parseDownload(result) };
  const downloads: Partial<Record<DownloadType, Download>> = {};
  for (const type of DOWNLOAD_TYPES) {
    const item = Object.hasOwn(result, type) ? result[type] : undefined;
    if (isRecord(item)) downloads[type] = parseDownload(item);
    else if (item !== undefined && item !== null) throw new MalformedResponse(`no download under "${type}"`);
  }
  return downloads;
}

function parseDownload(item: Readonly<Record<string, unknown>>): Download {
  const word = typeof item.status === "string" ? item.status.trim().toLowerCase() : "";
  const status = isStatus(word) ? word : "inprogress";
  const url = parseUrl(item.url);
  const unclear = unclearIn(word, url);
  return {
    status,
    percentComplete: status === "ready" ? 100 : parsePercent(item.percentComplete),
    ...(url === undefined ? {} : { url }),
    ...(unclear === undefined ? {} : { unclear }),
  };
}

function isStatus(word: string): word is DownloadStatus {
  return word === "ready" || word === "inprogress" || word === "error";
}

/** A response may contain anything, a token too: no more of it is shown than a word or two. */
const SHOWABLE = /^[a-z][a-z _-]{0,29}$/;

function unclearIn(word: string, url: string | undefined): string | undefined {
  if (word === "ready") return url === undefined ? 'the status "ready" and no url' : undefined;
  if (isStatus(word)) return undefined;
  if (word === "") return "no status";
  return SHOWABLE.test(word)
    ? `the status "${word}", which this version does not know`
    : "a status that this version does not know";
}

/**
 * Parses a number or a string like "43.000000", clamped to 0..100 and rounded to hundredths. Anything else counts as 0.
 */
export function parsePercent(value: unknown): number {
  const percent = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof percent !== "number" || Number.isNaN(percent)) return 0;
  return Math.round(Math.min(100, Math.max(0, percent)) * 100) / 100;
}

function parseUrl(value: unknown): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new MalformedResponse("a download url that is not an http(s) address");
  }
  return url.href;
}
