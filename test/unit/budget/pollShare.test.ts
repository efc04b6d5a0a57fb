import { expect } from "chai";
import { pollShare, type Work } from "../../../src/budget/pollShare";

const BUDGET = { quota: 1176, windowMs: 300_000, kept: 10, others: 0 };
const NONE = { write: 0, read: 0, poll: 0 };
const work = (more: Partial<Work>): Work => ({
  toRead: 0,
  toWrite: 0,
  waits: 0,
  typicalMs: undefined,
  sent: NONE,
  ...more,
});

describe("the share of polls of a job", () => {
  it("the share of polls is the smallest while the writes and reads fill the windows that they have", () => {
    expect(pollShare(work({ toRead: 588, toWrite: 588, waits: 1 }), BUDGET)).to.equal(23);
  });

  it("the share of polls is what the writes and reads leave, spread over the windows in which they are early enough", () => {
    // 3,000 requests need three windows. A write is early enough in the second: its file is ready in the third.
    const library = work({ toRead: 1000, toWrite: 1000, waits: 1, typicalMs: 180_000 });
    expect(pollShare(library, BUDGET)).to.be.within(70, 176);
    // With many polls ahead the writes may take their time, unless the files take as long as those.
    const waiting = work({ toRead: 500, toWrite: 500, waits: 3000, typicalMs: 180_000 });
    expect(pollShare(waiting, BUDGET)).to.equal(392);
    expect(pollShare({ ...waiting, typicalMs: 1_200_000 }, BUDGET)).to.be.within(70, 100);
  });

  it("the share of polls is a third of a window at most, and the smallest where other clients spend too", () => {
    const few = work({ toRead: 1, toWrite: 1, waits: 500 });
    expect(pollShare(few, BUDGET)).to.equal(392);
    expect(pollShare(few, { ...BUDGET, others: 400 })).to.equal(23);
  });
});
