import { expect } from "chai";
import { startInTurn } from "../../../src/downloads/startInTurn";
import { UpcomingRequests } from "../../../src/budget/upcomingRequests";
import { video } from "../../support/ids";

describe("the work on many downloads", () => {
  it("the work on many downloads starts in order, on no more at once than allowed, and the next one starts when one ends or begins to wait", async () => {
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const waits: (() => void)[] = [];
    let isOver = false;
    const upcoming = new UpcomingRequests();
    const items = [0, 1, 2, 3, 4].map((n) => ({ n, videoId: video(n), type: "default" as const }));
    const all = startInTurn({ upcoming }, items, { firstRequest: "read", atOnce: 2 }, ({ n }, beginsToWait) => {
      started.push(n);
      waits.push(beginsToWait);
      return new Promise((resolve) => ends.push(resolve));
    }).then(() => {
      isOver = true;
    });
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    await settled();
    expect(started).to.deep.equal([0, 1]);
    expect(upcoming.count("read")).to.equal(3);
    ends[0]?.();
    await settled();
    expect(started, "one has ended").to.deep.equal([0, 1, 2]);
    waits[1]?.();
    await settled();
    expect(started, "one waits").to.deep.equal([0, 1, 2, 3]);
    ends[1]?.();
    await settled();
    expect(started, "its place is taken already").to.deep.equal([0, 1, 2, 3]);
    for (const end of ends) end();
    await settled();
    expect(started).to.deep.equal([0, 1, 2, 3, 4]);
    expect(isOver).to.equal(false);
    ends[4]?.();
    await all;
    expect(upcoming.total).to.equal(0);
  });

  it("the work on many downloads is announced to the rate limiter by its first requests, which the downloads of a video share where they read", async () => {
    const items = [1, 2].flatMap((n) => (["default", "audio"] as const).map((type) => ({ videoId: video(n), type })));
    for (const [firstRequest, expected] of [
      ["read", [1, 1, 0, 0]],
      ["write", [3, 2, 1, 0]],
    ] as const) {
      const upcoming = new UpcomingRequests();
      const seen: number[] = [];
      await startInTurn({ upcoming }, items, { firstRequest }, async () => {
        seen.push(upcoming.count(firstRequest));
      });
      expect(seen).to.deep.equal(expected);
    }
  });
});
