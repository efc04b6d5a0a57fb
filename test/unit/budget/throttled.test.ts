import { expect } from "chai";
import { throttleText } from "../../../src/budget/throttled";

describe("why a request waits", () => {
  const standing = { remaining: 120, quota: 1200, resetMs: 180_000 };

  it("the reason why a request waits is reported with numbers", () => {
    expect(throttleText({ reason: "paced", waitMs: 800, ...standing })).to.equal(
      "paced: 1,080 of 1,200 requests sent (Cloudflare's limit, renewed in 3m)",
    );
    expect(throttleText({ reason: "spent", waitMs: 61_000, ...standing, remaining: 0 })).to.equal(
      "waiting 1m1s for the account's request budget: 1,200 of 1,200 requests sent (Cloudflare's limit, renewed in 3m)",
    );
    const some = { quota: 30, remaining: 24, resetMs: 300_000 };
    expect(throttleText({ reason: "spent", waitMs: 300_000, ...some })).to.equal(
      "waiting 5m for the account's request budget: 6 of 30 requests sent (Cloudflare's limit, renewed in 5m), " +
        "24 kept for status checks and other resources",
    );
    expect(throttleText({ reason: "queued", waitMs: 0, ...standing })).to.contain("queued behind other requests");
  });

  it("a wait is never reported as 0 s", () => {
    for (const reason of ["blocked", "spent", "paced", "queued"] as const) {
      expect(throttleText({ reason, waitMs: 3, remaining: 5, quota: 10, resetMs: 1 })).to.not.match(/\b0s/);
    }
  });
});
