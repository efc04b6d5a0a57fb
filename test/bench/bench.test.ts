import { expect } from "chai";
import { benchBudget, leastTime } from "../../bench/budget";
import { tableOf } from "../../bench/report";

describe("the bench", () => {
  it("the bench runs, small, and brings everything to its end without a 429 of its own", async () => {
    const section = await benchBudget(20);
    const [alone] = section.data as { ready: number; limited: number }[];
    expect(alone).to.include({ ready: 40, limited: 0 });
    expect(tableOf(section)).to.contain("| alone |");
  });

  it("the bench derives the least time from the quota alone", () => {
    expect(leastTime(1000, 1200)).to.equal(900);
    expect(leastTime(100, 1200)).to.equal(180);
  });
});
