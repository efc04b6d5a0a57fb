/** Many videos in one call, for tests of a library. */
import { microsecondsOf, timestampOf } from "./timestamps";
import type { VideoDeclaration } from "./videoStore";

/**
 * Videos to declare, all alike except for their ids, which count up, their names, as `lecture 1`, and their times of
 * creation.
 *
 * @example
 * emulator.addVideos({ count: 2500, name: "lecture", createdEveryMs: 60_000 });
 */
export interface VideosDeclaration extends Omit<VideoDeclaration, "videoId"> {
  /** How many, 1 to 10,000. */
  readonly count: number;
  /** The id of the first. Default: 31 zeros and a one. One that is there already is replaced, without its downloads. */
  readonly firstVideoId?: string;
  /** How long after each the next one was created; 0: all at the same moment. Default 1,000. */
  readonly createdEveryMs?: number;
  /** When the first was created. Default: so that the last is created now. */
  readonly created?: string;
  /** What each name begins with. Default `video`. */
  readonly name?: string;
}

/** @throws Error where there are not so many ids after the first */
export function declarationsOf(videos: VideosDeclaration, now: number): VideoDeclaration[] {
  const { count, firstVideoId = "1", createdEveryMs = 1000, created, name = "video", ...alike } = videos;
  const everyUs = createdEveryMs * 1000;
  const firstUs = created === undefined ? now * 1000 - (count - 1) * everyUs : microsecondsOf(created);
  const firstId = BigInt(`0x${firstVideoId}`);
  if (firstId + BigInt(count) > 2n ** 128n) throw new Error(`there are not ${count} ids after ${firstVideoId}`);
  return Array.from({ length: count }, (_, index) => ({
    ...alike,
    videoId: (firstId + BigInt(index)).toString(16).padStart(32, "0"),
    name: `${name} ${index + 1}`,
    created: timestampOf(firstUs + index * everyUs),
  }));
}
