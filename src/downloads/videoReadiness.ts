/** Waits until a video can be downloaded, and fails if it never can be. */
import type { VideoDetails } from "../stream/video";
import type { VideoIdentity } from "../core/identity";
import type { Sample } from "../waiting/cadence";
import { type Operation, TimeLimitExceeded, VideoNotReadyInTime } from "./operation";
import { ReasonedError } from "./failure";
import { percentText, polledProgress } from "./progressText";
import { retryReporter } from "./waitReports";

/** What follows for a download from its video's `requireSignedURLs`. */
export const NEEDS_TOKEN = "its URL needs a token, because the video requires signed URLs";

/** The video is in a state in which no download can be generated. */
export class VideoUnavailable extends ReasonedError {
  override readonly name = "VideoUnavailable";
  constructor(text: string, cause: string = text) {
    super({ text, cause });
  }
}

/**
 * Whether the video is ready to stream.
 *
 * @throws VideoUnavailable when it never will be
 */
export async function isVideoReady(operation: Operation, video: VideoIdentity): Promise<boolean> {
  return isReady(video, await operation.videos.read(video, operation));
}

/**
 * Waits until the video is ready to stream.
 *
 * @returns whether it was ready at the first check
 * @throws VideoUnavailable when the video is missing, failed to encode, or is live
 */
export async function waitForVideo(operation: Operation, video: VideoIdentity): Promise<boolean> {
  const { clock, report, job, signal } = operation;
  const first = await operation.videos.read(video, operation);
  if (first?.requireSignedURLs === true) report.note(NEEDS_TOKEN);
  if (isReady(video, first)) return true;
  const since: Sample = { at: clock.now(), percent: first?.percentComplete ?? 0 };
  report.note(`waiting for the video itself: ${describeState(first)}`);
  let state = describeState(first);
  report.progress(polledProgress(state, [since], clock));
  const wait = operation.videos.waitUntil(video, {
    job,
    signal,
    since,
    progressOf: (details) => {
      if (isReady(video, details)) return "done";
      state = describeState(details);
      return details?.percentComplete ?? 0;
    },
    onProgress: (samples) => report.progress(polledProgress(state, samples, clock)),
    onRetry: retryReporter(report),
  });
  await wait.catch((error: unknown) => {
    throw error instanceof TimeLimitExceeded ? new VideoNotReadyInTime(error.limitMs, error.pauseMs) : error;
  });
  return false;
}

function isReady(video: VideoIdentity, details: VideoDetails | undefined): boolean {
  if (details === undefined) {
    throw new VideoUnavailable(
      `there is no video ${video.videoId} in account ${video.accountId}. Check both ids.`,
      `there is no such video in account ${video.accountId}. Check both ids.`,
    );
  }
  if (details.state === "error") {
    const reason = details.errorReason === undefined ? "" : `: ${details.errorReason}`;
    throw new VideoUnavailable(`the video could not be encoded${reason}. Upload it again and use the new video's id.`);
  }
  if (details.state === "live-inprogress") {
    throw new VideoUnavailable(
      "the video is a live stream in progress. Downloads can be made once its recording has ended.",
    );
  }
  return details.readyToStream;
}

/** The state of a video that is not ready: `video encoding 37%`. */
export function describeState(details: VideoDetails | undefined): string {
  switch (details?.state) {
    case "pendingupload":
      return "video not uploaded yet";
    case "downloading":
      return "video uploading";
    case "queued":
      return "video queued for encoding";
    default:
      return `video encoding ${percentText(details?.percentComplete ?? 0)}`;
  }
}
