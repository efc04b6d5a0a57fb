/** Lists the downloads that exist: of one video, or of those of an account's videos that are asked for. */
import { DOWNLOAD_TYPES, formatId } from "../core/identity";
import { isGiven, type Values } from "../core/values";
import type { LookUpProgram, LookUps } from "./lookUp";

/** A download that exists. */
interface ListedDownload {
  /** The id of its resource. */
  readonly id: string;
  /** A name that no other has. */
  readonly name: string;
}

/** So many videos are asked about at a time. */
const AT_A_TIME = 50;

/**
 * Lists them: one request for each video, besides those that list the videos.
 *
 * @param query `videoId`, or what getStreamVideos takes
 * @throws Error whose message names the call and the reason
 */
export async function* listDownloads(
  lookUps: LookUps,
  { videoId: given, ...query }: Values,
  program: LookUpProgram,
): AsyncGenerator<ListedDownload> {
  const { accountId, videoIds } = isGiven(given)
    ? { accountId: query.accountId, videoIds: [given] }
    : await lookUps.list(query, program);
  for (let first = 0; first < videoIds.length; first += AT_A_TIME) {
    const some = videoIds.slice(first, first + AT_A_TIME);
    const found = await Promise.all(some.map((videoId) => lookUps.find({ videoId, accountId }, program)));
    for (const video of found)
      for (const type of DOWNLOAD_TYPES)
        if (video[type] !== undefined) yield { id: formatId({ ...video, type }), name: `${video.videoId}-${type}` };
  }
}
