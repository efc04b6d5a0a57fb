import { expect } from "chai";
import { besideLibrary, secondUpdate } from "../../bench/fairness";
import { throttleText } from "../../src/core/single/waitReports";

describe("a single download beside a library", () => {
  for (const encodingS of [10, 60, 300]) {
    it(`of ${encodingS} s is requested at once and noticed within a tenth of that and a minute`, async () => {
      const { requested, late, limited } = await besideLibrary(2000, encodingS, 0);
      expect(requested).to.be.lessThan(5);
      expect(late).to.be.at.most(60 + encodingS / 10);
      expect(limited).to.equal(0);
    });
  }
});

describe("a second update", () => {
  for (const videos of [40, 80]) {
    it(`of a library of ${videos} with two new videos takes no longer than their encoding and 2 s`, async () => {
      const { took } = await secondUpdate(videos, 20);
      expect(took).to.be.at.most(22);
    });
  }
});

describe("why a request waits", () => {
  const standing = { remaining: 120, quota: 1200, resetMs: 180_000 };

  it("is told with numbers", () => {
    expect(throttleText({ reason: "paced", waitMs: 800, ...standing })).to.equal(
      "paced: 120 of 1,200 requests left for 3m",
    );
    expect(throttleText({ reason: "spent", waitMs: 61_000, ...standing, remaining: 0 })).to.equal(
      "waiting 1m1s for the account's request budget: 0 of 1,200 requests left for 3m",
    );
    expect(throttleText({ reason: "queued", waitMs: 0, ...standing })).to.contain("queued behind other requests");
  });

  it("is never told as a wait of 0 s", () => {
    for (const reason of ["blocked", "spent", "paced", "queued"] as const) {
      expect(throttleText({ reason, waitMs: 3, remaining: 5, quota: 10, resetMs: 1 })).to.not.match(/\b0s/);
    }
  });
});
