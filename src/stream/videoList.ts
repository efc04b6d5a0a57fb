/** An account's videos as one response lists them. */
import { isHexId } from "../core/identity";
import { microsecondsOf } from "../core/timestamp";
import { isRecord, MalformedResponse } from "./envelope";
import { isVideoState, type VideoState } from "./video";

/** One video of a list. What the API does not say is absent. */
export interface ListedVideo {
  /** In lower case. */
  readonly videoId: string;
  /** The name in its `meta`. */
  readonly name?: string;
  /** Absent also where it is one that is not documented. */
  readonly status?: VideoState;
  /** In seconds. */
  readonly duration?: number;
  /** In bytes. */
  readonly size?: number;
  /** As the API writes it, with microseconds. */
  readonly created: string;
  readonly requireSignedURLs: boolean;
  readonly creator?: string;
}

/** Which videos one request lists. */
export interface VideoQuery {
  readonly creator?: string | undefined;
  readonly search?: string | undefined;
  readonly status?: VideoState | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
}

/**
 * Parses a `result` into videos.
 *
 * @throws MalformedResponse for anything but a list of videos that each have an id and a time: what is not understood
 *   must not pass for "no videos", whose files would be deleted
 */
export function parseVideoList(result: unknown): ListedVideo[] {
  if (!Array.isArray(result)) throw new MalformedResponse("no list of videos");
  return result.map(parseVideo);
}

function parseVideo(item: unknown): ListedVideo {
  const { uid, created, meta, status, duration, size, requireSignedURLs, creator } = isRecord(item) ? item : {};
  const videoId = typeof uid === "string" ? uid.toLowerCase() : undefined;
  if (!isHexId(videoId)) throw new MalformedResponse("a video without an id in a list of videos");
  if (typeof created !== "string" || microsecondsOf(created) === undefined)
    throw new MalformedResponse("a video without the time of its creation in a list of videos");
  const name = isRecord(meta) ? meta.name : undefined;
  const state = isRecord(status) ? status.state : undefined;
  return {
    videoId,
    ...(isText(name) ? { name } : {}),
    ...(isVideoState(state) ? { status: state } : {}),
    // -1 while it is not known.
    ...(isAmount(duration) ? { duration } : {}),
    ...(isAmount(size) ? { size } : {}),
    created,
    requireSignedURLs: requireSignedURLs === true,
    ...(isText(creator) ? { creator } : {}),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}
