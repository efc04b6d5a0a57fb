import { expect } from "chai";
import { parseVideoList } from "../../../src/stream/videoList";
import { video } from "../../support/ids";

const CREATED = "2014-01-02T02:20:00.123456Z";

describe("a list of videos in a response", () => {
  it("a list of videos is parsed without what the API leaves out or does not know yet, and with its times as they are", () => {
    const full = {
      uid: video(1).toUpperCase(),
      created: CREATED,
      meta: { name: "first", other: 1 },
      status: { state: "ready" },
      duration: 12.5,
      size: 7,
      requireSignedURLs: true,
      creator: "me",
      thumbnail: "https://example.com",
    };
    const unknown = {
      uid: video(2),
      created: CREATED,
      duration: -1,
      meta: null,
      status: { state: "new" },
      creator: "",
    };
    expect(parseVideoList([full, unknown, { uid: video(3), created: "2014-01-02T02:20:00Z" }])).to.deep.equal([
      {
        videoId: video(1),
        name: "first",
        status: "ready",
        duration: 12.5,
        size: 7,
        created: CREATED,
        requireSignedURLs: true,
        creator: "me",
      },
      { videoId: video(2), created: CREATED, requireSignedURLs: false },
      { videoId: video(3), created: "2014-01-02T02:20:00Z", requireSignedURLs: false },
    ]);
    expect(parseVideoList([])).to.deep.equal([]);
  });

  it("a list of videos that is none, or has one without an id or a time, is refused and never taken for fewer videos", () => {
    for (const result of [null, undefined, {}, { videos: [] }, "x"])
      expect(() => parseVideoList(result), JSON.stringify(result)).to.throw("no list of videos");
    for (const item of [null, "x", {}, { created: CREATED }, { uid: "x", created: CREATED }])
      expect(() => parseVideoList([item]), JSON.stringify(item)).to.throw("a video without an id");
    for (const time of [undefined, 1, "yesterday", "2026-13-45T99:00:00Z", "2026-01-01"])
      expect(() => parseVideoList([{ uid: video(1), created: time }]), String(time)).to.throw(
        "a video without the time of its creation",
      );
  });
});
