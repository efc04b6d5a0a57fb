/**
 * The life of one download: observe, ensure, wait, delete. Every step may be cut off at any moment; whatever may exist at
 * Cloudflare is then returned with its id, so that it gets into the state and the next update goes on from there.
 */
import type { Download, DownloadStatus } from "../api/download";
import { ApiError } from "../http/apiError";
import { NetworkError } from "../http/networkError";
import { type DownloadIdentity, describe } from "../identity/downloadIdentity";
import { formatDuration } from "../time/duration";
import { estimateRemaining } from "../waiting/cadence";
import type { Operation } from "./context";
import { explain, isInterruption, isTransient } from "./failure";
import { percentText, progressText } from "./progressText";
import { VideoUnavailable, waitForVideo } from "./videoReadiness";
import { pauseReporter, troubleReporter } from "./waitReports";

/** Where a download stands, as it is kept in the state. */
export interface DownloadState {
  readonly status: DownloadStatus;
  /** 0 to 100. */
  readonly percentComplete: number;
  /** Only once `status` is `ready`. */
  readonly url?: string;
}

/** What an operation came to. */
export interface Outcome {
  readonly state: DownloadState;
  /** Why the download is not ready although it was to be: a message for the user. Absent when all went well. */
  readonly unfinished?: string;
}

/** A POST whose fate is unknown is followed by a look; so often at most. */
const ASK_ATTEMPTS = 3;
/** A download that was just asked for may not be listed at once; missing for longer, it is gone. */
const LISTING_LAG_MS = 15_000;
/** The pause before asking again after a POST whose fate was unknown. */
const ASK_AGAIN_MS = 2000;

const ASKED: DownloadState = { status: "inprogress", percentComplete: 0 };

/**
 * Makes sure that the download exists and, if wanted, is ready. An existing one is adopted: asking for it anew might make
 * Cloudflare encode it again.
 *
 * @throws when nothing was asked for: nothing can exist then that did not exist before
 */
export async function ensureDownload(
  operation: Operation,
  identity: DownloadIdentity,
  options: { readonly waitForReady: boolean },
): Promise<Outcome> {
  const { report, clock } = operation;
  const startedAt = clock.now();
  const before = await observe(operation, identity);
  let progress = new Progress(before ?? ASKED);
  try {
    if (before?.status === "ready" && before.url !== undefined) {
      report.note("adopted: the file already exists");
      return { state: stateOf(before) };
    }
    let regenerated = false;
    let current: Download | undefined = before;
    if (before?.status === "inprogress")
      report.note(`adopted: already being made, ${percentText(before.percentComplete)}`);
    for (;;) {
      if (current === undefined) current = await ask(operation, identity);
      else if (current.status === "error") {
        if (regenerated)
          return failed(progress.seen(current), 'Cloudflare reported the status "error" again after it was asked anew');
        regenerated = true;
        report.warn("Cloudflare could not make the file; asking for it once more");
        current = await regenerate(operation, identity);
      }
      progress.seen(current);
      if (current.status === "ready" && current.url !== undefined) break;
      if (current.status === "error") continue;
      if (!options.waitForReady) return { state: stateOf(current) };
      const next: Download | undefined = await waitUntilSettled(operation, identity, progress);
      if (next === undefined) {
        if (regenerated)
          return failed(progress.state, "the download was deleted by someone else while it was being made");
        regenerated = true;
        report.warn("the download was deleted by someone else while it was being made; asking for it once more");
        progress = new Progress(ASKED);
      }
      current = next;
    }
    report.note(`ready after ${formatDuration(clock.now() - startedAt)}`);
    return { state: stateOf(current) };
  } catch (error) {
    if (error instanceof NothingAsked && before === undefined) throw error.reason;
    const reason = error instanceof NothingAsked ? error.reason : error;
    return { state: progress.state, unfinished: unfinishedText(reason, progress, clock.now() - startedAt) };
  }
}

/**
 * Looks at the download.
 *
 * @returns undefined when it does not exist
 */
export async function observe(operation: Operation, identity: DownloadIdentity): Promise<Download | undefined> {
  const downloads = await operation.downloads.read(identity, operation.signal, pauseReporter(operation.report));
  return downloads[identity.type];
}

/** Deletes the download; one that is gone already counts as deleted. */
export async function deleteDownload(operation: Operation, identity: DownloadIdentity): Promise<void> {
  const { api, downloads, report, signal } = operation;
  try {
    const existed = await api.deleteDownload(identity, { signal, onPause: pauseReporter(report) });
    if (!existed) report.note("already gone");
  } finally {
    downloads.changed(identity);
  }
}

/** A download as it is kept: a url only once it works. */
export function stateOf(download: Download): DownloadState {
  const { status, percentComplete, url } = download;
  if (status !== "ready") return { status, percentComplete };
  // Ready without an address is of no use to anyone: it is still being finished.
  return url === undefined ? { status: "inprogress", percentComplete } : { status, percentComplete, url };
}

/** How far it was when last seen. */
class Progress {
  state: DownloadState;
  constructor(first: DownloadState) {
    this.state = stateOf(first);
  }
  seen(download: Download): DownloadState {
    this.state = stateOf(download);
    return this.state;
  }
}

/** Whatever went wrong, it is sure that the API did not act. */
class NothingAsked extends Error {
  readonly reason: unknown;
  constructor(reason: unknown) {
    super("nothing was asked for");
    this.reason = reason;
  }
}

/** POSTs until the download exists. A POST whose fate is unknown is never just repeated: first a look says whether it acted. */
async function ask(operation: Operation, identity: DownloadIdentity): Promise<Download> {
  const { api, downloads, report, signal, clock } = operation;
  let refusals = 0;
  for (let attempt = 1; ; attempt += 1) {
    if (signal.aborted) throw new NothingAsked(signal.reason);
    try {
      const answer = await api.createDownload(identity, { signal, onPause: pauseReporter(report) });
      return answer[identity.type] ?? ASKED;
    } catch (error) {
      downloads.changed(identity);
      if (isInterruption(error)) throw error;
      const surelyNot = (error instanceof ApiError || error instanceof NetworkError) && error.didNotAct;
      if (surelyNot && !isRefusal(error)) throw new NothingAsked(error);
      const existing = await observe(operation, identity).catch((lookError: unknown) => {
        throw surelyNot ? new NothingAsked(error) : isInterruption(lookError) ? lookError : error;
      });
      if (existing !== undefined) return existing;
      if (surelyNot) {
        // The code for "not ready yet" is not documented, so every refusal is held against the video's own state.
        const wasReady = await waitForVideo(operation, identity).catch((videoError: unknown) => {
          if (videoError instanceof VideoUnavailable || isInterruption(videoError)) throw new NothingAsked(videoError);
          throw new NothingAsked(new Error(`${explain(error)} Looking at the video failed: ${explain(videoError)}`));
        });
        // Ready at the first look may mean: since the refusal. A second refusal is about something else.
        if (wasReady && refusals > 0) throw new NothingAsked(error);
        refusals += 1;
        continue;
      }
      if (!isTransient(error) || attempt >= ASK_ATTEMPTS) throw error;
      await clock.sleep(ASK_AGAIN_MS * attempt, signal);
    } finally {
      downloads.changed(identity);
    }
  }
}

/** An answer about the request itself, not about who asks or how often. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && ![401, 403, 429].includes(error.status);
}

/** Asks anew for a download that failed; where the API will not have it, deletes it first. */
async function regenerate(operation: Operation, identity: DownloadIdentity): Promise<Download> {
  const { api, downloads, report, signal } = operation;
  const options = { signal, onPause: pauseReporter(report) };
  try {
    const answer = (await api.createDownload(identity, options))[identity.type] ?? ASKED;
    if (answer.status !== "error") return answer;
  } catch (error) {
    if (!isRefusal(error)) throw error;
  } finally {
    downloads.changed(identity);
  }
  await api.deleteDownload(identity, options);
  return ask(operation, identity);
}

/** Waits until the download is ready, failed, or gone (undefined). */
async function waitUntilSettled(
  operation: Operation,
  identity: DownloadIdentity,
  progress: Progress,
): Promise<Download | undefined> {
  const { clock, report, signal } = operation;
  const began = clock.now();
  report.progress(progressText(`download ${percentText(progress.state.percentComplete)}`, undefined));
  const downloads = await operation.downloads.waitUntil(identity, {
    signal,
    since: { at: began, percent: progress.state.percentComplete },
    judge: (listed) => {
      const download = listed[identity.type];
      if (download === undefined) {
        return clock.now() - began < LISTING_LAG_MS ? progress.state.percentComplete : "done";
      }
      progress.seen(download);
      return download.status === "error" || progress.state.status === "ready" ? "done" : download.percentComplete;
    },
    onLook: (samples) => {
      const text = `download ${percentText(progress.state.percentComplete)}`;
      report.progress(progressText(text, estimateRemaining(samples, clock.now())));
    },
    onPause: pauseReporter(report),
    onTrouble: troubleReporter(report),
  });
  return downloads[identity.type];
}

function failed(state: DownloadState, why: string): Outcome {
  return { state, unfinished: `${why}. Check that the video plays, then run \`pulumi up\` to try again.` };
}

function unfinishedText(error: unknown, progress: Progress, tookMs: number): string {
  if (!isInterruption(error)) return explain(error);
  const reached = `it had reached ${percentText(progress.state.percentComplete)} after ${formatDuration(tookMs)}`;
  const what = error.name === "Cancelled" ? "cancelled while waiting" : explain(error);
  const more = error.name === "Cancelled" ? "" : " Raise customTimeouts to wait longer.";
  return `${what}: ${reached}. The encoding goes on at Cloudflare; the next \`pulumi up\` resumes.${more}`;
}

/** The beginning of every error message: what was being done to what. */
export function doing(verb: string, identity: DownloadIdentity): string {
  return `${verb} download ${describe(identity)}`;
}
