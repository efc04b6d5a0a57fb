/**
 * All videos of an account, of which one response lists 1,000 at most, the newest first.
 *
 * The documented way to go on is to send the `created` of a page's last video as `before`. Whether a list has the
 * videos of that very moment is not documented, so one that shares its moment with the last of a page may be on no
 * page. Here each page therefore begins up to a millisecond above the end of the one before, and what comes twice
 * counts once. A millisecond, because a server may compare by less than the microseconds that it writes.
 *
 * A file may be deleted because its video is not in the list, so nothing is taken for the end but a page that brings
 * nothing new.
 */
import { microsecondsOf } from "../core/timestamp";
import type { ListedVideo, VideoQuery } from "./videoList";

/** How many videos one response lists at most. */
const PAGE_SIZE = 1000;

/** Which videos are listed in all. */
export interface VideoFilter extends VideoQuery {
  /** How many at most, the newest of them. */
  readonly limit?: number | undefined;
}

/**
 * Lists all pages, the oldest video first; those of one moment by id. Videos that are created meanwhile are not in it.
 *
 * @param fetchPage sends one request
 * @param onPage is told how many videos are known so far, before each request but the first
 * @throws Error where 1,000 videos or more have one moment of creation, so that no page reaches beyond them
 */
export async function listAll(
  filter: VideoFilter,
  fetchPage: (query: VideoQuery) => Promise<readonly ListedVideo[]>,
  onPage: (known: number) => void = () => undefined,
): Promise<ListedVideo[]> {
  const { limit = Number.POSITIVE_INFINITY, ...query } = filter;
  const before = momentOf(query.before, Number.POSITIVE_INFINITY);
  const found = new Map<string, FoundVideo<ListedVideo>>();
  for (let border = Number.POSITIVE_INFINITY; ;) {
    const page = await fetchPage(border < before ? { ...query, before: timestampOf(border) } : query);
    const known = found.size;
    let next = border;
    for (const video of page) {
      const at = momentOf(video.created, 0);
      next = Math.min(next, nextMillisecond(at));
      if (!found.has(video.videoId)) found.set(video.videoId, { video, at });
    }
    if (page.length >= PAGE_SIZE && next >= border) throw new Error(tooMany(border));
    const isEnd = found.size === known || next >= border;
    // Above the next border nothing is missing.
    const isEnough = () => within(query, found.values()).filter(({ at }) => at >= next).length >= limit;
    if (isEnd || isEnough()) return newest(filter, found.values());
    onPage(found.size);
    border = next;
  }
}

/** What a video is put in order by. */
type Dated = Pick<ListedVideo, "videoId" | "created">;

interface FoundVideo<Video> {
  readonly video: Video;
  /** When it was created, in microseconds since the epoch. */
  readonly at: number;
}

/** Of all of these videos those that a list with these bounds and this limit has, in its order. */
export function inOrder<Video extends Dated>(filter: VideoFilter, videos: readonly Video[]): Video[] {
  return newest(
    filter,
    videos.map((video) => ({ video, at: momentOf(video.created, 0) })),
  );
}

/** Whether the API counts the bounds themselves is not documented. Here they are left out. */
function within<Found extends FoundVideo<unknown>>({ after, before }: VideoQuery, videos: Iterable<Found>): Found[] {
  const [from, to] = [momentOf(after, Number.NEGATIVE_INFINITY), momentOf(before, Number.POSITIVE_INFINITY)];
  return [...videos].filter(({ at }) => at > from && at < to);
}

/** As many of those within the bounds as there may be, the oldest first. */
function newest<Video extends Dated>(filter: VideoFilter, videos: Iterable<FoundVideo<Video>>): Video[] {
  const listed = within(filter, videos);
  listed.sort((one, other) => one.at - other.at || (one.video.videoId < other.video.videoId ? -1 : 1));
  return listed.slice(-(filter.limit ?? listed.length)).map(({ video }) => video);
}

function momentOf(timestamp: string | undefined, otherwise: number): number {
  return (timestamp === undefined ? undefined : microsecondsOf(timestamp)) ?? otherwise;
}

function nextMillisecond(microseconds: number): number {
  return (Math.floor(microseconds / 1000) + 1) * 1000;
}

function timestampOf(microseconds: number): string {
  return new Date(microseconds / 1000).toISOString();
}

function tooMany(border: number): string {
  const moment = timestampOf(border);
  return (
    `at least ${PAGE_SIZE.toLocaleString("en-US")} videos were created in the millisecond before ${moment}, and Cloudflare lists ` +
    "no more at a time. Narrow the list with creator, search or status."
  );
}
