/**
 * The operations of Cloudflare Stream on downloads, video details, and the list of videos: one method each. The two
 * older ones without a type are only a fallback.
 */
import { ApiError } from "./apiError";
import type { ApiRequest, Transport } from "./transport";
import { Job } from "../budget/job";
import { QueuedRequest } from "../budget/requestQueue";
import { type DownloadIdentity, isHexId, type VideoIdentity } from "../core/identity";
import { type Downloads, parseDownloads } from "./download";
import { ERROR_CODES } from "./constants";
import { NO_BODY } from "./envelope";
import { parseVideoDetails, type VideoDetails } from "./video";
import { type ListedVideo, parseVideoList, type VideoQuery } from "./videoList";

/** The options of a call. */
interface CallOptions {
  /** Aborts the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The operation that makes it. Default: one of its own. */
  readonly job?: Job;
  /** Its place in the request budget. Default: a write or a read of the job. */
  readonly request?: QueuedRequest;
  /** See {@link ApiRequest.isOnlyTry}. */
  readonly isOnlyTry?: boolean;
  /** See {@link ApiRequest.onSent}. */
  readonly onSent?: (isSent: boolean) => void;
}

/** A list of 1,000 videos, each with its `meta`, which is the user's own. Other responses have a few hundred bytes. */
const MAX_LIST_BYTES = 32 * 1024 * 1024;

/** What a deletion came to. */
export type Deletion = "deleted" | "absent" | "without a word";

/**
 * The operations on the downloads and details of videos. Each throws `ApiError` for an error response, `NetworkError`
 * when there was no usable response, and the signal's reason when it is aborted.
 *
 * @example
 * const api = new StreamApi(new Transport({ baseUrl, credentials, userAgent, limiter, clock: systemClock }));
 * const downloads = await api.createDownload({ accountId, videoId, type: "audio" });
 */
export class StreamApi {
  readonly #transport: Pick<Transport, "send">;

  constructor(transport: Pick<Transport, "send">) {
    this.#transport = transport;
  }

  /**
   * Requests a download of one type: `POST …/downloads/{download_type}`. An endpoint that does not know this path, such
   * as a gateway that was built before the API had types, gets a request for `default` on the older path, `POST
   * …/downloads`. Retried only if the API certainly did not process it: whether a second POST generates a second file
   * is not documented.
   *
   * @returns the downloads in the response: this type's, perhaps also the other's
   */
  async createDownload(identity: DownloadIdentity, options: CallOptions = {}): Promise<Downloads> {
    return withOlderPath(identity, (path) =>
      this.#send("POST", path, false, options, (result) => parseDownloads(result ?? null, identity.type)),
    );
  }

  /**
   * Lists a video's downloads: `GET …/downloads`. A video without downloads gives `{}`, whether the API responds with
   * `{}` or with 404; so does a video that does not exist.
   */
  async listDownloads(video: VideoIdentity, options: CallOptions = {}): Promise<Downloads> {
    return this.#send("GET", downloadsPath(video), true, options, (result) => parseDownloads(result)).catch(
      ifAbsent({}),
    );
  }

  /**
   * Deletes a download: `DELETE …/downloads/{download_type}`, or the older `DELETE …/downloads` as in {@link
   * createDownload}. One that does not exist counts as deleted.
   *
   * @returns `deleted`; `absent` where it did not exist; `without a word` where the response is empty, as that of a
   *   gateway may be
   */
  async deleteDownload(identity: DownloadIdentity, options: CallOptions = {}): Promise<Deletion> {
    const outcomeOf = (result: unknown): Deletion => (result === NO_BODY ? "without a word" : "deleted");
    return withOlderPath(identity, (path) => this.#send("DELETE", path, true, options, outcomeOf)).catch(
      ifAbsent("absent"),
    );
  }

  /** A video's details: `GET /accounts/{account_id}/stream/{identifier}`. Undefined when there is no such video. */
  async videoDetails(video: VideoIdentity, options: CallOptions = {}): Promise<VideoDetails | undefined> {
    return this.#send("GET", videoPath(video), true, options, parseVideoDetails).catch(ifAbsent(undefined));
  }

  /** Lists up to 1,000 of an account's videos, the newest first: `GET /accounts/{account_id}/stream`. */
  async listVideos(accountId: string, query: VideoQuery, options: CallOptions = {}): Promise<ListedVideo[]> {
    const given = Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === "string");
    const parameters = new URLSearchParams(given).toString();
    const path = `${accountPath(accountId)}${parameters === "" ? "" : `?${parameters}`}`;
    return this.#send("GET", path, true, options, parseVideoList, MAX_LIST_BYTES);
  }

  #send<T>(
    method: ApiRequest<T>["method"],
    path: string,
    idempotent: boolean,
    { job = new Job(), request, ...options }: CallOptions,
    parse: ApiRequest<T>["parse"],
    maxBytes?: number,
  ): Promise<T> {
    const queued = request ?? new QueuedRequest(job, method === "GET" ? "read" : "write");
    return this.#transport.send({ ...options, method, path, idempotent, parse, maxBytes, queued });
  }
}

/**
 * Sends a request on the path with the type; where that is unknown, and the type is the one that needs none, on the
 * path without it.
 */
async function withOlderPath<T>(identity: DownloadIdentity, send: (path: string) => Promise<T>): Promise<T> {
  const path = downloadsPath(identity);
  try {
    return await send(`${path}/${identity.type}`);
  } catch (error) {
    const isUnknown = error instanceof ApiError && error.status === 404 && error.hasCode(ERROR_CODES.UNKNOWN_ROUTE);
    if (identity.type !== "default" || !isUnknown) throw error;
    return send(path);
  }
}

/**
 * What stands for an object that does not exist: so says a 404 of the API's, unless its code says that the path itself
 * is unknown.
 */
function ifAbsent<T>(value: T): (error: unknown) => T {
  return (error) => {
    const isAbsent =
      error instanceof ApiError &&
      error.status === 404 &&
      error.hasOwnCode &&
      !error.hasCode(ERROR_CODES.UNKNOWN_ROUTE, ERROR_CODES.NO_ROUTE);
    if (isAbsent) return value;
    throw error;
  };
}

function downloadsPath(video: VideoIdentity): string {
  return `${videoPath(video)}/downloads`;
}

function videoPath({ accountId, videoId }: VideoIdentity): string {
  return `${accountPath(accountId)}/${hexId(videoId)}`;
}

function accountPath(accountId: string): string {
  return `/accounts/${hexId(accountId)}/stream`;
}

/** An id that is not hexadecimal must never get into a path. */
function hexId(id: string): string {
  if (!isHexId(id)) throw new Error("an account or video id must be 32 hexadecimal characters");
  return id;
}
