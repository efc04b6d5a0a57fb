/** A video as the API shows it, in its details and in the list of an account's videos. */
import { timestampOf } from "./timestamps";
import { createdOf, type Video, type VideoStore } from "./videoStore";

/**
 * What is said of a video that was declared without these: the length of the emulator's files, and the size of the
 * documentation's example.
 */
const DURATION_S = 12.5;
const SIZE_BYTES = 4_190_963;

/** A field without a value is left out: in the documentation none of them is null. */
export function videoDetails(video: Video, store: VideoStore, now: number): Record<string, unknown> {
  const { state, percent, readyAt } = store.stateOf(video, now);
  const created = timestampOf(createdOf(video));
  const isUploaded = state !== "pendingupload" && state !== "downloading";
  const optional = { creator: video.creator, liveInput: video.liveInput, scheduledDeletion: video.scheduledDeletion };
  return {
    uid: video.videoId,
    created,
    modified: video.changedAt === undefined ? created : timestampOf(video.changedAt * 1000),
    uploaded: created,
    duration: video.duration ?? (state === "ready" ? DURATION_S : -1),
    size: video.size ?? (isUploaded ? SIZE_BYTES : 0),
    meta: { name: nameOf(video) },
    requireSignedURLs: video.requireSignedURLs ?? false,
    readyToStream: state === "ready",
    ...(state === "ready" ? { readyToStreamAt: readyAt === undefined ? created : timestampOf(readyAt * 1000) } : {}),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    status: {
      state,
      ...(percent > 0 ? { pctComplete: percent.toFixed(6) } : {}),
      errorReasonCode: state === "error" ? "ERR_UNKNOWN" : "",
      errorReasonText: state === "error" ? (video.errorReason ?? "The video could not be processed") : "",
    },
  };
}

/** The name in a video's `meta`, as {@link videoDetails} has it. */
export function nameOf(video: Video): string {
  return video.name ?? `video ${video.videoId.slice(0, 8)}`;
}
