import { expect } from "chai";
import { estimateRemaining, nextPause, type Sample } from "../../../src/waiting/cadence";

const MINUTE_MS = 60_000;
const at = (...samples: [ms: number, percent: number][]): Sample[] =>
  samples.map(([ms, percent]) => ({ at: ms, percent }));

describe("the polling cadence", () => {
  it("the remaining time is estimated from the latter half of the progress", () => {
    // Ten minutes in a queue say nothing about the pace of the encoding after it.
    const samples = at([0, 0], [10 * MINUTE_MS, 1], [11 * MINUTE_MS, 50], [12 * MINUTE_MS, 75]);
    expect(estimateRemaining(samples, 12 * MINUTE_MS)).to.be.closeTo(MINUTE_MS, 1000);
    expect(estimateRemaining(samples, 12.5 * MINUTE_MS)).to.be.closeTo(MINUTE_MS / 2, 1000);
  });

  it("there is no estimate while the percentage has not moved", () => {
    expect(estimateRemaining([], 0)).to.equal(undefined);
    expect(estimateRemaining(at([0, 30], [MINUTE_MS, 30]), MINUTE_MS)).to.equal(undefined);
  });

  it("a pause is at least a second and at most ten minutes", () => {
    expect(nextPause([], 0)).to.equal(1000);
    expect(nextPause(at([0, 0]), 0)).to.equal(1000);
    expect(nextPause(at([0, 0], [1000 * MINUTE_MS, 1]), 1000 * MINUTE_MS)).to.equal(10 * MINUTE_MS);
  });

  it("pauses become shorter towards the end", () => {
    const pauses = [40, 60, 80, 99].map((percent) =>
      nextPause(at([0, 0], [percent * MINUTE_MS, percent]), percent * MINUTE_MS),
    );
    expect(pauses).to.deep.equal([...pauses].sort((a, b) => b - a));
    expect(pauses[3]).to.be.lessThan((pauses[0] ?? 0) / 2);
  });

  it("without a moving percentage the end is noticed within a tenth of the time and a minute", () => {
    for (const waited of [10_000, MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS])
      expect(nextPause(at([0, 0]), waited), String(waited)).to.be.at.most(waited / 10 + MINUTE_MS);
  });

  it("polls that see no change make the next ones rarer, up to three times", () => {
    const stalled = (polls: number) => {
      const samples = [{ at: 0, percent: 0 }, ...Array.from({ length: polls }, () => ({ at: 99_000, percent: 99 }))];
      return nextPause(samples, 100_000);
    };
    expect(stalled(4)).to.be.greaterThan(stalled(1));
    expect(stalled(50)).to.be.closeTo(3 * stalled(1), 1);
  });
});
