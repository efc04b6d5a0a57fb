import { expect } from "chai";
import { Job } from "../../../src/budget/job";
import { startInTurn } from "../../../src/downloads/startInTurn";
import { video } from "../../support/ids";

describe("the work on many downloads", () => {
  it("the work on many downloads starts in order, on no more at once than allowed, and the next one starts when one ends or begins to wait", async () => {
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const waits: (() => void)[] = [];
    let isOver = false;
    const job = new Job();
    const items = [0, 1, 2, 3, 4].map((n) => ({ n, videoId: video(n), type: "default" as const }));
    const all = startInTurn(job, items, { sends: ["read", "write"], atOnce: 2 }, ({ n }, beginsToWait) => {
      started.push(n);
      waits.push(beginsToWait);
      return new Promise((resolve) => ends.push(resolve));
    }).then(() => {
      isOver = true;
    });
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    await settled();
    expect(started).to.deep.equal([0, 1]);
    expect([job.toRead, job.toWrite]).to.deep.equal([5, 5]);
    ends[0]?.();
    await settled();
    expect(started, "one has ended").to.deep.equal([0, 1, 2]);
    waits[1]?.();
    await settled();
    expect(started, "one waits").to.deep.equal([0, 1, 2, 3]);
    expect(job.toWrite, "one has ended, one waits").to.equal(3);
    ends[1]?.();
    await settled();
    expect(started, "its place is taken already").to.deep.equal([0, 1, 2, 3]);
    for (const end of ends) end();
    await settled();
    expect(started).to.deep.equal([0, 1, 2, 3, 4]);
    expect(isOver).to.equal(false);
    ends[4]?.();
    await all;
    expect(job.left).to.equal(0);
  });

  it("the work on many downloads counts what it has to send: a read for each video, and a write for each download", async () => {
    const items = [1, 2].flatMap((n) => (["default", "audio"] as const).map((type) => ({ videoId: video(n), type })));
    for (const [sends, expected] of [
      [["read"], [2, 0]],
      [["write"], [0, 4]],
      [
        ["read", "write"],
        [2, 4],
      ],
    ] as const) {
      const job = new Job();
      const seen: (readonly [number, number])[] = [];
      await startInTurn(job, items, { sends }, () => {
        seen.push([job.toRead, job.toWrite]);
        return Promise.resolve();
      });
      expect(seen[0]).to.deep.equal(expected);
      expect(job.left).to.equal(0);
    }
  });
});
