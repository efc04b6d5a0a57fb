/**
 * Requests a download so that it is created only once. What follows a POST depends on its outcome:
 *
 * | outcome                                         | action                                                              |
 * | ----------------------------------------------- | ------------------------------------------------------------------- |
 * | a download in the response                      | return it                                                           |
 * | not processed but not refused (429, no network) | NotCreatedError                                                     |
 * | refused, but the download is listed             | return it                                                           |
 * | refused, and the video is not ready             | wait for the video and POST again; without waitForReady, return     |
 * | refused, and the video is ready                 | POST once more: it may just have become so; then NotCreatedError    |
 * | unknown (the response was lost)                 | return a listed download; else POST again, up to 3 times in all     |
 */
import type { Download } from "../cloudflare/download";
import { ApiError } from "../cloudflare/apiError";
import { NetworkError } from "../cloudflare/networkError";
import type { DownloadIdentity } from "../identity";
import type { Operation } from "../operation";
import { isInterruption, isTransient, reasonOf } from "../failure";
import { videoCheckFailed } from "./unfinished";
import { isVideoReady, VideoUnavailable, waitForVideo } from "./videoReadiness";
import { throttleReporter } from "./waitReports";

/** Maximum POSTs while their outcome is unknown; each is followed by a GET. */
const REQUEST_ATTEMPTS = 3;
/** The pause before the next POST after one whose outcome is unknown; it grows with each. */
const REQUEST_AGAIN_MS = 2000;

/** A download that has just been requested. */
export const REQUESTED: Download = { status: "inprogress", percentComplete: 0 };

/** Whatever went wrong, Cloudflare certainly created nothing. */
export class NotCreatedError extends Error {
  override readonly name = "NotCreatedError";
  /** What went wrong. */
  readonly reason: unknown;
  constructor(reason: unknown) {
    super("no download was created");
    this.reason = reason;
  }
}

/** Whether the request is to wait until the video can be downloaded. */
export interface RequestOptions {
  readonly waitForReady: boolean;
  /** Called before a wait for the video. */
  readonly beginsToWait?: () => void;
}

/**
 * Reads the download's present status.
 *
 * @returns undefined when it does not exist
 */
export async function observe(operation: Operation, identity: DownloadIdentity): Promise<Download | undefined> {
  const downloads = await operation.downloads.read(identity, operation.signal, throttleReporter(operation.report));
  return downloads[identity.type];
}

/** Whether a download certainly does not exist. */
export async function isGone(operation: Operation, identity: DownloadIdentity): Promise<boolean> {
  return observe(operation, identity).then(
    (download) => download === undefined,
    () => false,
  );
}

/**
 * Requests the download; see the table above.
 *
 * @returns undefined when the video is not ready and is not to be waited for
 * @throws NotCreatedError when Cloudflare certainly created nothing
 */
export async function requestDownload(
  operation: Operation,
  identity: DownloadIdentity,
  { waitForReady, beginsToWait }: RequestOptions,
): Promise<Download | undefined> {
  const { api, downloads, report, signal, clock } = operation;
  let refusals = 0;
  for (let attempt = 1; ; attempt += 1) {
    if (signal.aborted) throw new NotCreatedError(signal.reason);
    try {
      const created = await api.createDownload(identity, { signal, onThrottle: throttleReporter(report) });
      return created[identity.type] ?? REQUESTED;
    } catch (error) {
      downloads.invalidate(identity);
      if (isInterruption(error)) throw error;
      const notProcessed = (error instanceof ApiError || error instanceof NetworkError) && error.notProcessed;
      if (notProcessed && !isRefusal(error)) throw new NotCreatedError(error);
      const existing = await observe(operation, identity).catch((readError: unknown) => {
        const cause = isInterruption(readError) ? readError : error;
        throw notProcessed ? new NotCreatedError(cause) : cause;
      });
      if (existing !== undefined) return existing;
      if (notProcessed) {
        // The code for "not ready yet" is not documented, so after every refusal the video's own state is checked.
        if (waitForReady) beginsToWait?.();
        const becomesReady = waitForReady ? waitForVideo(operation, identity) : isVideoReady(operation, identity);
        const wasReady = await becomesReady.catch((videoError: unknown) => {
          if (videoError instanceof VideoUnavailable || isInterruption(videoError))
            throw new NotCreatedError(videoError);
          throw new NotCreatedError(videoCheckFailed(reasonOf(error), reasonOf(videoError)));
        });
        if (!wasReady && !waitForReady) return undefined;
        // A video that is ready at the first check may have become so since the refusal. A second refusal has another cause.
        if (wasReady && refusals > 0) throw new NotCreatedError(error);
        refusals += 1;
        continue;
      }
      if (!isTransient(error) || attempt >= REQUEST_ATTEMPTS) throw error;
      await clock.sleep(REQUEST_AGAIN_MS * attempt, signal);
    } finally {
      downloads.invalidate(identity);
    }
  }
}

/** Requests a failed download again. If the API refuses, deletes it first. */
export async function regenerateDownload(
  operation: Operation,
  identity: DownloadIdentity,
  requestOptions: RequestOptions,
): Promise<Download | undefined> {
  const { api, downloads, report, signal } = operation;
  const options = { signal, onThrottle: throttleReporter(report) };
  try {
    const created = (await api.createDownload(identity, options))[identity.type] ?? REQUESTED;
    if (created.status !== "error") return created;
  } catch (error) {
    if (!isRefusal(error)) throw error;
  } finally {
    downloads.invalidate(identity);
  }
  await api.deleteDownload(identity, options);
  return requestDownload(operation, identity, requestOptions);
}

/** Whether a response refuses the request itself, and not the credentials or the request rate. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status !== 429 && !error.refusesCredentials;
}
