import { expect } from "chai";
import { percentText, polledProgress } from "../../../src/downloads/progressText";

describe("the text of a progress row", () => {
  it("the time that is left counts down between two polls, and the age of the last poll shows when it is old", () => {
    let now = 10_000;
    const clock = { now: () => now, date: () => now, sleep: async () => undefined };
    const samples = [
      { at: 0, percent: 0 },
      { at: 10_000, percent: 10 },
    ];
    const { text } = polledProgress("10% generated", samples, clock);
    expect(text()).to.equal("10% generated, about 1m30s left");
    now = 30_000;
    expect(text()).to.equal("10% generated, about 1m10s left");
    now = 55_000;
    expect(text()).to.equal("10% generated, about 45s left (checked 40s ago)");
    now = 200_000;
    expect(text(), "it takes longer than estimated").to.equal("10% generated (checked 3m10s ago)");
  });

  it("a percentage is never 100% before the file is ready", () => {
    expect([percentText(25.9), percentText(100)]).to.deep.equal(["25%", "99%"]);
  });
});
