/**
 * The one door to a download at Cloudflare: look, request, delete and wait. Nothing else sends these requests, so that
 * whatever they change is known here: which responses are out of date, and since when a list may not show what was
 * requested, or may still show what was deleted.
 */
import type { Download } from "../stream/download";
import { ApiError } from "../stream/apiError";
import { NetworkError } from "../stream/networkError";
import type { DownloadIdentity } from "../core/identity";
import type { Operation } from "./operation";
import type { Sample } from "../waiting/cadence";
import { isInterruption, isTransient } from "./failure";
import { LISTING_LAG_MS } from "./requestTimes";
import { retryReporter } from "./waitReports";

/** A download that has just been requested. */
export const REQUESTED: Download = { status: "inprogress", percentComplete: 0 };

/** The pause before the second look; each further one is twice as long. */
const LOOK_AGAIN_MS = 1000;

/** How a download is looked for. */
interface LookOptions {
  /** When an earlier command requested it, as the state says. */
  readonly requestedAt?: unknown;
  /** Whether someone else may just have requested it. Default false. */
  readonly maybeByOthers?: boolean;
}

/**
 * Reads the download's present status. One that was requested a moment ago is looked for until the list must show it,
 * and one that was deleted until the list must not.
 *
 * @returns undefined when it does not exist
 */
export async function observe(
  operation: Operation,
  identity: DownloadIdentity,
  { requestedAt, maybeByOthers = false }: LookOptions = {},
): Promise<Download | undefined> {
  const { clock, downloads, requestTimes, signal } = operation;
  const until = clock.now() + (maybeByOthers ? LISTING_LAG_MS : requestTimes.lagLeft(identity, requestedAt));
  const goneBy = clock.now() + requestTimes.deletionLagLeft(identity);
  for (let pause = LOOK_AGAIN_MS; ; pause *= 2) {
    // Before the request: its response may take longer than the lag, and is as old as that.
    const [mayLag, mayBeGone] = [clock.now() < until, clock.now() < goneBy];
    const listed = (await downloads.read(identity, operation))[identity.type];
    const isListed = listed !== undefined && listed.status !== "error";
    const isDeleted = listed !== undefined && mayBeGone;
    if (isListed && !isDeleted) requestTimes.forget(identity);
    if (!isDeleted && (isListed || !mayLag)) return listed;
    const left = (isDeleted ? goneBy : until) - clock.now();
    if (left > 0) await clock.sleep(Math.min(pause, left), signal);
    downloads.invalidate(identity);
  }
}

/** Whether a download certainly does not exist. */
export async function isGone(
  operation: Operation,
  identity: DownloadIdentity,
  options?: LookOptions,
): Promise<boolean> {
  return observe(operation, identity, options).then(
    (download) => download === undefined,
    () => false,
  );
}

/** What one POST came to: a download, or an error, and whether it may have been received. */
interface Posted {
  readonly created?: Download;
  readonly error?: unknown;
  readonly isSent: boolean;
}

/**
 * Sends one POST, and notes when, unless it certainly started nothing. Only `requestDownload` knows how to go on when
 * its outcome is unknown.
 */
export async function post(operation: Operation, identity: DownloadIdentity): Promise<Posted> {
  const { api, downloads, requestTimes, job, signal } = operation;
  let isSent = false;
  const onSent = (isNow: boolean) => {
    isSent = isNow;
  };
  try {
    const response = await api.createDownload(identity, { job, signal, onSent });
    const created = response[identity.type] ?? REQUESTED;
    if (created.status !== "error") requestTimes.note(identity);
    return { created, isSent };
  } catch (error) {
    const isUnsent = isInterruption(error) && !isSent;
    if (!isNotProcessed(error) && !isUnsent) requestTimes.note(identity);
    return { error, isSent };
  } finally {
    downloads.invalidate(identity);
  }
}

/** Whether the API certainly did not process a request. */
export function isNotProcessed(error: unknown): boolean {
  return (error instanceof ApiError || error instanceof NetworkError) && error.notProcessed;
}

/**
 * Deletes the download; one that is gone already counts as deleted. One that was requested a moment ago is looked for
 * before it counts as gone, and so is one whose deletion failed although it may have been processed.
 *
 * @param requestedAt when an earlier command requested it, as the state says
 * @returns whether there was anything to delete
 */
export async function deleteDownload(
  operation: Operation,
  identity: DownloadIdentity,
  requestedAt?: unknown,
): Promise<boolean> {
  const { api, downloads, requestTimes, report, job, signal } = operation;
  const remove = async () => {
    try {
      return await api.deleteDownload(identity, { job, signal }).finally(() => downloads.invalidate(identity));
    } catch (error) {
      const isUnclear = isTransient(error) && !isNotProcessed(error);
      if (isUnclear && (await isGone(operation, identity, { requestedAt }))) return "deleted";
      throw error;
    }
  };
  let outcome = await remove();
  if (outcome === "absent" && requestTimes.lagLeft(identity, requestedAt) > 0) {
    const listed = await observe(operation, identity, { requestedAt });
    if (listed !== undefined) outcome = await remove();
  }
  if (outcome === "absent") {
    requestTimes.forget(identity);
    report.note("already gone");
    return false;
  }
  requestTimes.noteDeletion(identity);
  // A gateway may have responded so: the list has to agree.
  if (outcome === "without a word" && (await observe(operation, identity)) !== undefined)
    throw new Error(
      "the response to the deletion was empty, and the file is still listed. Something else may respond instead of Cloudflare: " +
        "check the network for a gateway, then run the command again.",
    );
  return true;
}

/** How a download is waited for. */
interface WaitOptions {
  /** How far it was when the wait began, in percent. */
  readonly percent: number;
  /** Whether it was requested again after it had failed, so that a list that lags may still show that. */
  readonly hasFailed: boolean;
  /** Called with each status that a poll finds. */
  readonly onListed: (download: Download) => void;
  readonly onProgress: (samples: readonly Sample[]) => void;
}

/** Waits until a download is ready, failed, or gone (undefined). */
export async function waitUntilSettled(
  operation: Operation,
  identity: DownloadIdentity,
  { percent, hasFailed, onListed, onProgress }: WaitOptions,
): Promise<Download | undefined> {
  const { clock, report, job, signal, requestTimes } = operation;
  const began = clock.now();
  let reached = percent;
  const downloads = await operation.downloads.waitUntil(identity, {
    job,
    signal,
    since: { at: began, percent },
    progressOf: (listed) => {
      const download = listed[identity.type];
      if (download === undefined) return clock.now() - began < LISTING_LAG_MS ? reached : "done";
      if (hasFailed && download.status === "error" && requestTimes.lagLeft(identity) > 0) return reached;
      requestTimes.forget(identity);
      reached = download.percentComplete;
      onListed(download);
      // `ready` without a url is of no use to anyone.
      const isReady = download.status === "ready" && download.url !== undefined;
      return download.status === "error" || isReady ? "done" : reached;
    },
    onProgress,
    onRetry: retryReporter(report),
  });
  const settled = downloads[identity.type];
  if (settled !== undefined && !(hasFailed && settled.status === "error")) return settled;
  // The poll may have been sent, and responded to late, while the list was not right yet.
  operation.downloads.invalidate(identity);
  return observe(operation, identity);
}
