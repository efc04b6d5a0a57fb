/** The videos that the mocks' getStreamVideos lists. */
import { videoFilter } from "../downloads/videoFilter";
import { inOrder, type VideoFilter } from "../stream/videoPages";
import type { Values } from "../core/values";
import type { GetStreamVideosResult, StreamVideoInfo } from "../program/getStreamVideos";

/**
 * A video of the account: its id, and what the program under test reads of it. Unless it says otherwise it is `ready`,
 * needs no signed token, has a name of its own, and was created a minute after the one before.
 */
export type MockedVideo = Pick<StreamVideoInfo, "videoId"> & Partial<StreamVideoInfo>;

const FIRST_CREATED = Date.UTC(2026, 0, 1);

/**
 * Lists videos as Cloudflare would.
 *
 * @throws Error for arguments that the provider would refuse
 */
export function listVideos(videos: readonly MockedVideo[], accountId: string, args: Values): GetStreamVideosResult {
  const { creator, search = "", status, ...bounds } = filterOf(args);
  const matching = videos
    .map((video, index) => ({
      name: `video ${video.videoId.slice(0, 8)}`,
      status: "ready" as const,
      created: new Date(FIRST_CREATED + index * 60_000).toISOString(),
      requireSignedURLs: false,
      ...video,
    }))
    .filter(
      (video) =>
        (creator ?? video.creator) === video.creator &&
        (status ?? video.status) === video.status &&
        (video.name ?? "").toLowerCase().includes(search.toLowerCase()),
    );
  const listed = inOrder(bounds, matching);
  return { accountId, videoIds: listed.map(({ videoId }) => videoId), videos: listed };
}

function filterOf(args: Values): VideoFilter {
  try {
    return videoFilter(args);
  } catch (error) {
    // Where Pulumi looks for the message of a call that failed, as gRPC's errors have it.
    throw Object.assign(error as Error, { details: (error as Error).message });
  }
}
