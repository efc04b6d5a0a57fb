/**
 * The lifecycle of one download: observe, ensure, wait, delete. Every step may be interrupted at any moment. Whatever
 * may exist at Cloudflare is then returned, so that it gets into the state and the next update continues from there.
 */
import type { Download } from "../stream/download";
import type { DownloadIdentity } from "../core/identity";
import { formatDuration } from "../core/duration";
import type { Sample } from "../waiting/cadence";
import type { Operation } from "./operation";
import { isInterruption, ReasonedError, type Reason } from "./failure";
import { percentText, polledProgress } from "./progressText";
import { observe, REQUESTED, waitUntilSettled } from "./remoteDownload";
import { NotCreatedError, requestDownload } from "./requestDownload";
import { noteUnclear, unclearWatch } from "./unclearStatus";
import { notRequestedReason, unfinishedReason } from "./unfinished";

/** The part of the state that describes a download's progress. Its `url` is there only once `status` is `ready`. */
export interface DownloadState extends Download {
  /** What must be ready before the download can be requested. Absent once it has been requested. */
  readonly awaiting?: "video";
  /** When it was requested, as an ISO date; only while it was not listed yet, and a list may not show it. */
  readonly requestedAt?: string;
}

/** The result of an operation. */
interface Outcome {
  readonly state: DownloadState;
  /** Why the download is not ready although it should be. Absent on success. */
  readonly unfinished?: Reason;
}

/** The state while the video is not ready and therefore nothing has been requested. */
export const AWAITING_VIDEO: DownloadState = { status: "inprogress", percentComplete: 0, awaiting: "video" };

/** How a download is ensured. */
interface EnsureOptions {
  readonly waitForReady: boolean;
  /** What the resource's state says of it. Undefined where it does not have it: what exists then is adopted. */
  readonly known?: DownloadState | undefined;
  /**
   * Called with what exists, once Cloudflare has told it.
   *
   * @throws Error where it must not be adopted
   */
  readonly onListed?: (existing: Download | undefined) => void;
  /** Called before each wait. */
  readonly beginsToWait?: () => void;
}

/**
 * Makes sure that the download exists and, if wanted, is ready. An existing one is adopted: requesting it again might
 * make Cloudflare encode it again. Without `waitForReady` it waits for nothing: if the video itself is not ready, no
 * download is requested yet.
 *
 * @throws if Cloudflare certainly created nothing, so nothing belongs in the state
 */
export async function ensureDownload(
  operation: Operation,
  identity: DownloadIdentity,
  options: EnsureOptions,
): Promise<Outcome> {
  const outcome = await ensure(operation, identity, options);
  const requestedAt = operation.requestTimes.recentDate(identity);
  return requestedAt === undefined ? outcome : { ...outcome, state: { ...outcome.state, requestedAt } };
}

async function ensure(operation: Operation, identity: DownloadIdentity, options: EnsureOptions): Promise<Outcome> {
  const { report, clock } = operation;
  const { known } = options;
  const startedAt = clock.now();
  const before = await observe(operation, identity, { requestedAt: known?.requestedAt }).catch((error: unknown) => {
    if (!isInterruption(error)) throw error;
    throw new ReasonedError(isGenerating(known) ? unfinishedReason(error, known, 0) : notRequestedReason(error));
  });
  options.onListed?.(before);
  let last = before ?? REQUESTED;
  const seen = (download: Download): void => {
    last = download;
  };
  try {
    if (before?.status === "ready" && before.url !== undefined) {
      if (known !== undefined) report.status("ready: generated in the meantime");
      return { state: stateOf(before) };
    }
    let regenerated = false;
    /** Whether a list that lags may still show the failed one. */
    let hasFailed = false;
    let current: Download | undefined = before;
    if (before?.status === "inprogress" && known !== undefined)
      report.note(`resumed: generating ${percentText(before.percentComplete)}`);
    for (;;) {
      if (current === undefined) current = await requestDownload(operation, identity, options);
      else if (current.status === "error") {
        if (regenerated)
          return failed(stateOf(current), 'Cloudflare reported the status "error" again after one retry');
        regenerated = true;
        report.warn("Cloudflare failed to generate the file; requesting it once more");
        current = await requestDownload(operation, identity, { ...options, hasFailed: true });
        hasFailed = true;
      }
      if (current === undefined) {
        report.note("the video itself is not ready: a later update requests its download");
        return { state: AWAITING_VIDEO };
      }
      last = current;
      if (current.status === "ready" && current.url !== undefined) break;
      if (current.status === "error") continue;
      if (!options.waitForReady) {
        noteUnclear(report, current);
        return { state: stateOf(current) };
      }
      options.beginsToWait?.();
      const next: Download | undefined = await wait(operation, identity, last, { hasFailed, seen });
      if (next === undefined) {
        if (regenerated)
          return failed(stateOf(last), "the download was deleted by someone else while it was being generated");
        regenerated = true;
        report.warn("the download was deleted by someone else while it was being generated; requesting it once more");
        last = REQUESTED;
      }
      current = next;
    }
    report.status(`ready after ${formatDuration(clock.now() - startedAt)}`);
    return { state: stateOf(current) };
  } catch (error) {
    if (!(error instanceof NotCreatedError))
      return { state: stateOf(last), unfinished: unfinishedReason(error, last, clock.now() - startedAt) };
    const unfinished = notRequestedReason(error.reason);
    if (before === undefined) throw new ReasonedError(unfinished);
    return { state: stateOf(last), unfinished };
  }
}

/** Whether a download that exists is adopted as it is, not requested again. */
export function isOfUse(existing: Download | undefined): existing is Download {
  return existing?.status === "ready" || existing?.status === "inprogress";
}

/** Whether a download is known to have been requested and is not ready. */
export function isGenerating(known: DownloadState | undefined): known is DownloadState {
  return known?.status === "inprogress" && known.awaiting === undefined;
}

/** Converts a download to its state, which has a url only once that works. */
export function stateOf(download: Download): DownloadState {
  const { status, percentComplete, url } = download;
  if (status !== "ready") return { status, percentComplete };
  // `ready` without a url is of no use to anyone, so it counts as not finished.
  return url === undefined ? { status: "inprogress", percentComplete } : { status, percentComplete, url };
}

/** Waits, and reports progress, beginning with that of the download as last seen. */
async function wait(
  operation: Operation,
  identity: DownloadIdentity,
  last: Download,
  { hasFailed, seen }: { readonly hasFailed: boolean; readonly seen: (download: Download) => void },
): Promise<Download | undefined> {
  const { clock, report } = operation;
  const watch = unclearWatch(clock, report);
  let percent = last.percentComplete;
  const show = (samples: readonly Sample[]) =>
    report.progress({ ...polledProgress(`${percentText(percent)} generated`, samples, clock), percent });
  show([]);
  return waitUntilSettled(operation, identity, {
    percent,
    hasFailed,
    onListed: (download) => {
      percent = download.percentComplete;
      seen(download);
      watch(download);
    },
    onProgress: show,
  });
}

function failed(state: DownloadState, why: string): Outcome {
  const text = `${why}. Check that the video plays, then run \`pulumi up\` to try again.`;
  return { state, unfinished: { text, cause: text } };
}
