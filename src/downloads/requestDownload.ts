/**
 * Requests a download, or a failed one again, so that it is created only once. This loop sends every POST: it alone
 * knows how to go on when the outcome is unknown. A failed download that is still listed as such counts as not created.
 * What follows depends on the outcome:
 *
 * | outcome                                      | action                                                           |
 * | -------------------------------------------- | ---------------------------------------------------------------- |
 * | a download in the response                   | return it                                                        |
 * | not processed, not refused (429, no network) | NotCreatedError                                                  |
 * | interrupted before it was sent               | NotCreatedError                                                  |
 * | refused, but the download is listed          | return it                                                        |
 * | refused, and it is listed as failed          | delete it and POST again, once                                   |
 * | refused, and the video is not ready          | wait for the video and POST again; without waitForReady, return  |
 * | refused, and the video is ready              | POST once more: it may just have become so; then NotCreatedError |
 * | unknown (the response was lost, or not the   | look for it until the list must show it and return it; else POST |
 * | API's)                                       | again, up to 3 times in all                                      |
 *
 * After a POST of unknown outcome nothing is a NotCreatedError any more.
 */
import type { Download } from "../stream/download";
import { ApiError } from "../stream/apiError";
import type { DownloadIdentity } from "../core/identity";
import type { Operation } from "./operation";
import { isInterruption, isTransient, reasonOf } from "./failure";
import { deleteDownload, isNotProcessed, observe, post } from "./remoteDownload";
import { videoCheckFailed } from "./unfinished";
import { isVideoReady, VideoUnavailable, waitForVideo } from "./videoReadiness";

/** Maximum POSTs whose outcome is unknown. */
const REQUEST_ATTEMPTS = 3;

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

/** How a download is requested. */
export interface RequestOptions {
  /** Whether to wait until the video can be downloaded. */
  readonly waitForReady: boolean;
  /** Whether it exists and has failed. Default false. */
  readonly hasFailed?: boolean;
  /** Called before a wait for the video. */
  readonly beginsToWait?: () => void;
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
  { waitForReady, hasFailed = false, beginsToWait }: RequestOptions,
): Promise<Download | undefined> {
  const { signal } = operation;
  /** A failed download that is requested again is listed as before until Cloudflare has begun. */
  const isNew = ({ status }: Download): boolean => !(hasFailed && status === "error");
  let [refusals, unknown, isDeleted] = [0, 0, false];
  const notCreated = (reason: unknown) => (unknown > 0 ? reason : new NotCreatedError(reason));
  for (;;) {
    if (signal.aborted) throw notCreated(signal.reason);
    const { created, error, isSent } = await post(operation, identity);
    if (created !== undefined && (isNew(created) || isDeleted)) return created;
    if (isInterruption(error)) throw isSent ? error : notCreated(error);
    const notProcessed = isNotProcessed(error);
    if (notProcessed && !isRefusal(error)) throw notCreated(error);
    if (created === undefined && !notProcessed) unknown += 1;
    // A failed download that is refused may just have been requested again by someone else.
    const maybeByOthers = hasFailed && notProcessed;
    const existing = await observe(operation, identity, { maybeByOthers }).catch((readError: unknown) => {
      const cause = isInterruption(readError) ? readError : (error ?? readError);
      throw notProcessed ? notCreated(cause) : cause;
    });
    if (existing !== undefined && isNew(existing)) return existing;
    if (created === undefined && !notProcessed) {
      if (!isTransient(error) || unknown >= REQUEST_ATTEMPTS) throw error;
    } else if (!isDeleted && (existing ?? created) !== undefined) {
      isDeleted = true;
      if (existing !== undefined) await deleteDownload(operation, identity);
    } else if (notProcessed) {
      // The code for "not ready yet" is not documented, so after every refusal the video's own state is checked.
      if (waitForReady) beginsToWait?.();
      const becomesReady = waitForReady ? waitForVideo(operation, identity) : isVideoReady(operation, identity);
      const wasReady = await becomesReady.catch((videoError: unknown) => {
        if (videoError instanceof VideoUnavailable || isInterruption(videoError)) throw notCreated(videoError);
        throw notCreated(videoCheckFailed(reasonOf(error), reasonOf(videoError)));
      });
      if (!wasReady && !waitForReady) return undefined;
      // A video that is ready at the first check may have become so since the refusal. A second refusal has another
      // cause.
      if (wasReady && refusals > 0) throw notCreated(error);
      refusals += 1;
    }
  }
}

/** Whether a response refuses the request itself, and not the credentials or the request rate. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.notProcessed && error.status !== 429 && !error.refusesCredentials;
}
