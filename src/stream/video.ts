/** The details of a video that decide whether it can be downloaded. */
import { isRecord, MalformedResponse } from "./envelope";
import type { Show } from "./shownText";
import { parsePercent } from "./download";

/** The states of a video that this API documents. */
export const VIDEO_STATES = [
  "pendingupload",
  "downloading",
  "queued",
  "inprogress",
  "ready",
  "error",
  "live-inprogress",
] as const;
export type VideoState = (typeof VIDEO_STATES)[number];

export function isVideoState(value: unknown): value is VideoState {
  return VIDEO_STATES.some((state) => state === value);
}

export interface VideoDetails {
  /** Whether the video can be played, which is when downloads of it can be generated. */
  readonly readyToStream: boolean;
  /** Undefined if the API gave none, or one that is not documented. */
  readonly state?: VideoState;
  /** How much of the video is encoded, 0 to 100. */
  readonly percentComplete: number;
  /** Whether playing and downloading it needs a signed token. */
  readonly requireSignedURLs: boolean;
  /** Why the video is in state `error`, in the API's words. */
  readonly errorReason?: string;
}

/**
 * Parses video details from a `result`. Missing fields count as not ready.
 *
 * @param show makes the API's words safe to show
 * @throws MalformedResponse when the result is not an object
 */
export function parseVideoDetails(result: unknown, show: Show): VideoDetails {
  if (!isRecord(result)) throw new MalformedResponse("no details of a video");
  const status = isRecord(result.status) ? result.status : {};
  const { state } = status;
  const reasons = [status.errorReasonText, status.errReasonText, status.errorReasonCode, status.errReasonCode];
  const reason = reasons.find((text) => typeof text === "string" && text !== "");
  return {
    readyToStream: result.readyToStream === true,
    percentComplete: parsePercent(status.pctComplete),
    requireSignedURLs: result.requireSignedURLs === true,
    ...(isVideoState(state) ? { state } : {}),
    ...(typeof reason === "string" ? { errorReason: show(reason) } : {}),
  };
}
