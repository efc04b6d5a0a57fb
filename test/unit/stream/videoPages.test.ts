import { expect } from "chai";
import fc from "fast-check";
import { microsecondsOf } from "../../../src/core/timestamp";
import type { ListedVideo, VideoQuery } from "../../../src/stream/videoList";
import { listAll, type VideoFilter } from "../../../src/stream/videoPages";
import { video } from "../../support/ids";

const PAGE = 1000;
const FIRST_US = Date.UTC(2026, 0, 1) * 1000;

/** The n-th video, created so many microseconds after the first moment. */
function created(n: number, us: number): ListedVideo {
  const ms = Math.floor(us / 1000);
  const digits = String(us - ms * 1000).padStart(3, "0");
  const at = new Date(FIRST_US / 1000 + ms).toISOString().replace("Z", `${digits}Z`);
  return { videoId: video(n), created: at, requireSignedURLs: false };
}

/** What the API's documentation leaves open. */
interface Openness {
  readonly bounds?: "inclusive" | "exclusive";
  /** It compares moments by so many microseconds. */
  readonly precisionUs?: number;
  readonly pageSize?: number;
  /** In which order videos of one moment are listed. */
  readonly tieOrder?: (n: number) => number;
}

function serverOf(videos: ListedVideo[], openness: Openness = {}) {
  const { bounds = "exclusive", precisionUs = 1, pageSize = PAGE, tieOrder = (n: number) => n } = openness;
  const momentOf = (text: string) => Math.floor(Number(microsecondsOf(text)) / precisionUs);
  const known = new Map<string, number>();
  const createdAt = ({ videoId, created: text }: ListedVideo) => {
    const at = known.get(videoId) ?? Number(microsecondsOf(text));
    known.set(videoId, at);
    return at;
  };
  const queries: VideoQuery[] = [];
  const fetchPage = async (query: VideoQuery): Promise<ListedVideo[]> => {
    queries.push(query);
    const to = query.before === undefined ? Number.POSITIVE_INFINITY : momentOf(query.before);
    const from = query.after === undefined ? Number.NEGATIVE_INFINITY : momentOf(query.after);
    const isIn = (at: number) => (bounds === "inclusive" ? at <= to && at >= from : at < to && at > from);
    return videos
      .map((item, n) => ({ item, at: createdAt(item), tie: tieOrder(n + queries.length) }))
      .filter(({ item }) => isIn(Math.floor(createdAt(item) / precisionUs)))
      .sort((one, other) => other.at - one.at || one.tie - other.tie)
      .slice(0, pageSize)
      .map(({ item }) => item);
  };
  return { queries, fetchPage, list: (filter: VideoFilter = {}) => listAll(filter, fetchPage) };
}

const ids = (videos: readonly ListedVideo[]) => videos.map(({ videoId }) => videoId);

describe("all pages of a list of videos", () => {
  it("all pages together have each video once, the oldest first, however the API counts bounds and orders videos of one moment", async () => {
    const openness = fc.record({
      bounds: fc.constantFrom("inclusive" as const, "exclusive" as const),
      precisionUs: fc.constantFrom(1, 1000),
      pageSize: fc.constantFrom(PAGE, 997, 700),
      tieOrder: fc.constantFrom(
        (n: number) => n,
        (n: number) => -n,
        (n: number) => (n * 7919) % 104_729,
      ),
    });
    // How many videos each moment has, and how far it is from the one before.
    const moments = fc.array(fc.tuple(fc.integer({ min: 1, max: 150 }), fc.constantFrom(700, 1000, 5_000_000)), {
      minLength: 20,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(openness, moments, async (open, spread) => {
        let [n, us] = [0, 0];
        const videos = spread.flatMap(([count, distance]) => {
          us += distance;
          return Array.from({ length: count }, () => created(++n, us));
        });
        expect(ids(await serverOf(videos.toReversed(), open).list())).to.deep.equal(ids(videos));
      }),
      { numRuns: 20 },
    );
  });

  it("all pages of 2,500 videos are four requests: the last finds nothing new, which alone counts as the end", async () => {
    const { list, queries } = serverOf(Array.from({ length: 2500 }, (_, n) => created(n, n * 60_000_000)));
    expect(await list({ creator: "me" })).to.have.length(2500);
    expect(queries.map(({ before }) => before)).to.deep.equal([
      undefined,
      "2026-01-02T01:00:00.001Z",
      "2026-01-01T08:21:00.001Z",
      "2026-01-01T00:00:00.001Z",
    ]);
    expect(queries.every(({ creator }) => creator === "me")).to.equal(true);
    const none = serverOf([]);
    expect(await none.list()).to.deep.equal([]);
    expect(none.queries).to.have.length(1);
  });

  it("all pages fail with the moment where a thousand videos share it, however the API counts bounds, and never end early or never", async () => {
    for (const bounds of ["inclusive", "exclusive"] as const) {
      const videos = [
        ...Array.from({ length: 1700 }, (_, n) => created(n, 500)),
        ...Array.from({ length: 100 }, (_, n) => created(2000 + n, 9_000_000)),
      ];
      const { list, queries } = serverOf(videos, { bounds });
      const message = await list().then(String, (error: Error) => error.message);
      expect(message).to.equal(
        "at least 1,000 videos were created in the millisecond before 2026-01-01T00:00:00.001Z, and Cloudflare lists no more at a time. " +
          "Narrow the list with creator, search or status.",
      );
      expect(queries.length).to.be.within(2, 3);
    }
  });

  it("all pages leave out the bounds that were asked for, whether or not the API does", async () => {
    const videos = Array.from({ length: 5 }, (_, n) => created(n, n * 10));
    const [after, before] = [videos[0]?.created, videos[4]?.created];
    for (const bounds of ["inclusive", "exclusive"] as const)
      expect(ids(await serverOf(videos, { bounds }).list({ after, before }))).to.deep.equal([1, 2, 3].map(video));
  });

  it("a limit takes the newest, the same ones whatever order the API has for one moment, and no more pages than they need", async () => {
    const videos = Array.from({ length: 2400 }, (_, n) => created(n, Math.floor(n / 400) * 1000));
    for (const tieOrder of [(n: number) => n, (n: number) => -n]) {
      const { list, queries } = serverOf(videos, { tieOrder });
      // Those of one moment count by their ids: the last of them are the newest.
      expect(ids(await list({ limit: 1100 }))).to.deep.equal(Array.from({ length: 1100 }, (_, n) => video(1300 + n)));
      expect(queries.length).to.be.within(2, 3);
      expect(ids(await list({ limit: 5000 }))).to.have.length(2400);
    }
    const { list, queries } = serverOf(videos);
    expect(ids(await list({ limit: 3 }))).to.deep.equal([2397, 2398, 2399].map(video));
    expect(queries).to.have.length(1);
  });

  it("videos that are created or deleted between two pages neither hide nor double another", async () => {
    const videos = Array.from({ length: 2500 }, (_, n) => created(n, n * 1000));
    const { fetchPage } = serverOf(videos);
    let pages = 0;
    const found = await listAll({}, async (query) => {
      const page = await fetchPage(query);
      pages += 1;
      // New ones; and of those to come, and of those that have come, the one at the border.
      videos.push(...Array.from({ length: 700 }, (_, n) => created(10_000 * pages + n, 900_000_000 + n)));
      videos.splice(pages === 1 ? 1500 : 0, 1);
      return page;
    });
    const listed = ids(found);
    expect(new Set(listed).size).to.equal(listed.length);
    for (let n = 1; n < 1500; n += 1) expect(listed).to.include(video(n));
    expect(listed.slice(-1000)).to.deep.equal(Array.from({ length: 1000 }, (_, n) => video(1500 + n)));
  });
});
