/**
 * The lifecycle of one download: observe, ensure, wait, delete. Every step may be interrupted at any moment. Whatever
 * may exist at Cloudflare is then returned, so that it gets into the state and the next update continues from there.
 */
import type { Download } from "../stream/download";
import type { DownloadIdentity } from "../core/identity";
import { formatDuration } from "../core/duration";
import { estimateRemaining } from "../waiting/cadence";
import type { Operation } from "./operation";
import type { Reason } from "./failure";
import { percentText, progressText } from "./progressText";
import { observe, REQUESTED, waitUntilSettled } from "./remoteDownload";
import { NotCreatedError, requestDownload } from "./requestDownload";
import { noteUnclear, UnclearStatus } from "./unclearStatus";
import { unfinishedReason } from "./unfinished";

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

/**
 * Another package's resource that is removed in the same update deletes the file, and nothing tells this provider of
 * it.
 */
export const BEFORE_OTHERS_LEAVE =
  "if @pulumi/cloudflare has it too, set retainOnDelete there before you remove it there";

/**
 * Does not say "adopted": after `--replace` the file may be the resource's own, because a replacement does not know the
 * state of what it replaces.
 */
const EXISTS_ALREADY = "the file already exists: it is not generated again, and belongs to this resource";

/** How a download is ensured. */
interface EnsureOptions {
  readonly waitForReady: boolean;
  /**
   * Whether the download is in the resource's state already, and so belongs to it and is not adopted. Default false.
   */
  readonly isInState?: boolean;
  /** Called with what exists, once Cloudflare has told it. */
  readonly onListed?: (existing: Download | undefined) => void;
  /** When an earlier command requested it, as the state says. */
  readonly requestedAt?: unknown;
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
  const startedAt = clock.now();
  const before = await observe(operation, identity, options);
  options.onListed?.(before);
  let progress = new Progress(before ?? REQUESTED);
  try {
    const isAdopted = !options.isInState && isOfUse(before);
    if (before?.status === "ready" && before.url !== undefined) {
      report.note(isAdopted ? `${EXISTS_ALREADY} (${BEFORE_OTHERS_LEAVE})` : "ready: generated in the meantime");
      return { state: stateOf(before) };
    }
    let regenerated = false;
    /** Whether a list that lags may still show the failed one. */
    let hasFailed = false;
    let current: Download | undefined = before;
    if (before?.status === "inprogress")
      report.note(
        `${isAdopted ? "already requested" : "resumed"}: being generated, ${percentText(before.percentComplete)}` +
          (isAdopted ? ` (${BEFORE_OTHERS_LEAVE})` : ""),
      );
    for (;;) {
      if (current === undefined) current = await requestDownload(operation, identity, options);
      else if (current.status === "error") {
        if (regenerated)
          return failed(progress.seen(current), 'Cloudflare reported the status "error" again after one retry');
        regenerated = true;
        report.warn("Cloudflare failed to generate the file; requesting it once more");
        current = await requestDownload(operation, identity, { ...options, hasFailed: true });
        hasFailed = true;
      }
      if (current === undefined) {
        report.note("the video itself is not ready: a later update requests its download");
        return { state: AWAITING_VIDEO };
      }
      progress.seen(current);
      if (current.status === "ready" && current.url !== undefined) break;
      if (current.status === "error") continue;
      if (!options.waitForReady) {
        noteUnclear(report, current);
        return { state: stateOf(current) };
      }
      options.beginsToWait?.();
      const next: Download | undefined = await wait(operation, identity, progress, hasFailed);
      if (next === undefined) {
        if (regenerated)
          return failed(progress.state, "the download was deleted by someone else while it was being generated");
        regenerated = true;
        report.warn("the download was deleted by someone else while it was being generated; requesting it once more");
        progress = new Progress(REQUESTED);
      }
      current = next;
    }
    report.note(`ready after ${formatDuration(clock.now() - startedAt)}`);
    return { state: stateOf(current) };
  } catch (error) {
    if (error instanceof NotCreatedError && before === undefined) throw error.reason;
    const reason = error instanceof NotCreatedError ? error.reason : error;
    return {
      state: progress.state,
      unfinished: unfinishedReason(reason, progress.last, clock.now() - startedAt),
    };
  }
}

/** Whether a download that exists is adopted as it is, not requested again. */
export function isOfUse(existing: Download | undefined): boolean {
  return existing?.status === "ready" || existing?.status === "inprogress";
}

/** Converts a download to its state, which has a url only once that works. */
export function stateOf(download: Download): DownloadState {
  const { status, percentComplete, url } = download;
  if (status !== "ready") return { status, percentComplete };
  // `ready` without a url is of no use to anyone, so it counts as not finished.
  return url === undefined ? { status: "inprogress", percentComplete } : { status, percentComplete, url };
}

/** The download as last seen. */
class Progress {
  last: Download;

  constructor(first: Download) {
    this.last = first;
  }
  get state(): DownloadState {
    return stateOf(this.last);
  }
  seen(download: Download): DownloadState {
    this.last = download;
    return this.state;
  }
}

/** Waits, and reports progress. */
async function wait(
  operation: Operation,
  identity: DownloadIdentity,
  progress: Progress,
  hasFailed: boolean,
): Promise<Download | undefined> {
  const { clock, report } = operation;
  const unclear = new UnclearStatus(clock, report);
  const textOf = () => `download ${percentText(progress.state.percentComplete)}`;
  report.progress(progressText(textOf(), undefined));
  return waitUntilSettled(operation, identity, {
    percent: progress.state.percentComplete,
    hasFailed,
    onListed: (download) => {
      progress.seen(download);
      unclear.seen(download);
    },
    onProgress: (samples) => report.progress(progressText(textOf(), estimateRemaining(samples, clock.now()))),
  });
}

function failed(state: DownloadState, why: string): Outcome {
  const text = `${why}. Check that the video plays, then run \`pulumi up\` to try again.`;
  return { state, unfinished: { text, cause: text } };
}
