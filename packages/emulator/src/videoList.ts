/**
 * `GET /accounts/{account_id}/stream`: an account's videos, up to 1,000 a request, the newest first.
 *
 * The documentation says: `start` (or `after`) "returns videos created after this date/time", `end` (or `before`)
 * "before" it; older pages say how to list more than 1,000: send the `created` of the last video as `before`, or as
 * `after` with `asc=true`. So a video that was created at that very moment is left out here, and one that shares its
 * moment with the last of a page is on no page.
 *
 * It does not say, so a client should not depend on it:
 * - whether that moment itself is left out (the option `listBounds`);
 * - the order of videos that were created at the same moment: here by id;
 * - what `range`, "the total number of remaining videos based on cursor position", counts: here those between `start`
 *   and `end`, including the ones of this response, while `total` does not look at `start` and `end`;
 * - whether `search` looks at upper and lower case: here it does not;
 * - what a value that it does not describe leads to, as `limit=5000` or `status=ready,error`: here to a 400.
 */
import * as v from "valibot";
import { pageSchema, readBody } from "./adminSchemas";
import { ERROR_CODES, failure, type Reply, success } from "./envelope";
import { type Behavior, VIDEO_STATES } from "./options";
import { microsecondsOf, timestampSchema } from "./timestamps";
import { nameOf, videoDetails } from "./videoDetails";
import { createdOf, type Video, type VideoStore } from "./videoStore";

const text = v.optional(v.string());
const commaSeparated = v.optional(
  v.pipe(
    v.string(),
    v.transform((value) => value.split(",")),
  ),
);
const isTrue = v.optional(
  v.pipe(
    v.picklist(["true", "false"]),
    v.transform((value) => value === "true"),
  ),
  "false",
);
const moment = v.optional(v.pipe(timestampSchema, v.transform(microsecondsOf)));

/** What is not in it is ignored. */
const querySchema = v.object({
  id: commaSeparated,
  /** Names or ids. */
  name: commaSeparated,
  video_name: text,
  search: text,
  creator: text,
  live_input_id: text,
  status: v.optional(v.picklist(VIDEO_STATES)),
  type: v.optional(v.picklist(["vod", "live"])),
  start: moment,
  after: moment,
  end: moment,
  before: moment,
  asc: isTrue,
  include_counts: isTrue,
  limit: pageSchema.entries.limit,
});

type Query = v.InferOutput<typeof querySchema>;

interface ListCall {
  readonly accountId: string;
  readonly query: Readonly<Record<string, string>>;
  readonly now: number;
  readonly listBounds: "exclusive" | "inclusive";
}

export function listVideos(call: ListCall, store: VideoStore, behavior: Behavior): Reply {
  let query: Query;
  try {
    query = readBody(querySchema, call.query);
  } catch (error) {
    const message = `Bad Request: ${(error as Error).message}`;
    return failure({ status: 400, code: ERROR_CODES.BAD_REQUEST, message }, behavior);
  }
  const { start = -Infinity, after = start, end = Infinity, before = end } = query;
  const [from, to] = [Math.max(start, after), Math.min(end, before)];
  const isInRange = (created: number) =>
    call.listBounds === "inclusive" ? created >= from && created <= to : created > from && created < to;
  const matching = store
    .videos()
    .filter(({ accountId = call.accountId }) => accountId === call.accountId)
    .filter((video) => matches(video, query, store, call.now));
  const inRange = matching
    .map((video) => ({ video, created: createdOf(video) }))
    .filter(({ created }) => isInRange(created))
    .sort((one, other) => one.created - other.created || (one.video.videoId < other.video.videoId ? -1 : 1));
  if (!query.asc) inRange.reverse();
  const result = inRange.slice(0, query.limit).map(({ video }) => videoDetails(video, store, call.now));
  return success(result, behavior, query.include_counts ? { range: inRange.length, total: matching.length } : {});
}

function matches(video: Video, query: Query, store: VideoStore, now: number): boolean {
  const { state } = store.stateOf(video, now);
  const name = nameOf(video);
  const isLive = video.liveInput !== undefined || state === "live-inprogress";
  return (
    query.id?.includes(video.videoId) !== false &&
    query.name?.some((wanted) => wanted === name || wanted === video.videoId) !== false &&
    name.toLowerCase().includes((query.search ?? "").toLowerCase()) &&
    (query.video_name ?? name) === name &&
    (query.creator ?? video.creator) === video.creator &&
    (query.live_input_id ?? video.liveInput) === video.liveInput &&
    (query.status ?? state) === state &&
    (query.type === undefined || (query.type === "live") === isLive)
  );
}
