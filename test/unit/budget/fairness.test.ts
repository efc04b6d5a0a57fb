import { expect } from "chai";
import { besideLibrary, firstOfLibrary, inARow, secondUpdate } from "../../support/fairness";

describe("fairness: a single download beside a library", () => {
  for (const encodingS of [10, 60, 300]) {
    it(`a download of ${encodingS} s beside a library is requested at once and noticed within a tenth of that and a minute`, async () => {
      const { requested, late, limited } = await besideLibrary(2000, encodingS, 0);
      expect(requested).to.be.lessThan(5);
      expect(late).to.be.at.most(60 + encodingS / 10);
      expect(limited).to.equal(0);
    });
  }

  for (const startS of [30, 150, 280, 450]) {
    it(`a download that begins ${startS} s after a library is requested at once`, async () => {
      const { requested } = await besideLibrary(2000, 60, startS);
      expect(requested).to.be.lessThan(5);
    });
  }

  it("a download that begins when a library has spent the budget, and shown how long its files take, is noticed in time all the same", async () => {
    const { requested, late } = await besideLibrary(2000, 60, 300);
    expect(requested).to.be.lessThan(5);
    expect(late).to.be.at.most(66);
  });
});

describe("fairness: single downloads, one after the other, beside a library that has spent the budget", () => {
  const most = (seconds: readonly number[]) => Math.max(...seconds);

  for (const [videos, everyS] of [
    [420, 12],
    [2000, 30],
  ] as const)
    it(`of single downloads that begin every ${everyS} s beside a library of ${videos}, six are requested at once, and five noticed within a tenth of their encoding and a minute`, async () => {
      const { requested, late, limited } = await inARow(videos, { count: 6, everyS });
      expect(most(requested)).to.be.lessThan(5);
      expect(most(late.slice(0, 5))).to.be.at.most(62);
      expect(limited).to.equal(0);
    });

  it("a second library that begins when the first has spent the budget takes nothing from three single downloads", async () => {
    const { requested, late, limited } = await inARow(420, { count: 3, everyS: 5, second: 150 });
    expect(most(requested)).to.be.lessThan(5);
    expect(most(late)).to.be.at.most(62);
    expect(limited).to.equal(0);
  });
});

describe("fairness: the first file of a library", () => {
  for (const [videos, encodingS] of [
    [500, 10],
    [2000, 10],
    [2000, 100],
  ] as const) {
    it(`the first file of a library of ${videos}, which takes ${encodingS} s, is noticed within a tenth of that and a minute`, async () => {
      const { late, limited } = await firstOfLibrary(videos, encodingS);
      expect(late).to.be.at.most(60 + encodingS / 10);
      expect(limited).to.equal(0);
    });
  }

  it("the first file of a library of 2000 is noticed before all of them are requested", async () => {
    const { requested } = await firstOfLibrary(2000, 10);
    expect(requested).to.be.lessThan(600);
  });
});

describe("fairness: a second update", () => {
  for (const videos of [40, 80]) {
    it(`a second update of a library of ${videos} with two new videos takes no longer than their encoding and 2 s`, async () => {
      const { took } = await secondUpdate(videos, 20);
      expect(took).to.be.at.most(22);
    });
  }
});
