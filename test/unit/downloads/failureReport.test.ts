import { expect } from "chai";
import type { Outcome } from "../../../src/downloads/batch";
import { failureReport } from "../../../src/downloads/failureReport";
import { Library } from "../../../src/downloads/library";
import { ACCOUNT, video } from "../../support/ids";

/** The report of an operation in which so many downloads of so many failed. */
const reportOf = (failed: Outcome["failed"], total: number, areIdsSecret = false) =>
  failureReport(
    { failed, total, done: 0, library: new Library(), areCredentialsRefused: false },
    "ready",
    areIdsSecret,
  );

/** Downloads that failed for the cause, from the video `first` on. */
const failures = (cause: string, first: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    identity: { accountId: ACCOUNT, videoId: video(first + i), type: "default" as const },
    reason: { text: cause, cause },
  }));

describe("the report of a library's failures", () => {
  it("the report of failures names ten downloads of each cause, and says how many more there are", () => {
    const failed = [
      ...failures("refused", 1, 5000),
      ...failures("no such video", 10_001, 7),
      ...failures("too long", 20_001, 1),
    ];
    const lines = reportOf(failed, 6000).split("\n");
    expect(lines).to.have.length(8);
    expect(lines[0]).to.equal("5,008 of 6,000 failed (0 of 6,000 ready; the same command continues with the rest):");
    expect([lines[1], lines[3], lines[5]]).to.deep.equal([
      "  5,000 x refused",
      "  7 x no such video",
      "  1 x too long",
    ]);
    expect(lines[2]).to.match(/^ {4}(?:[0-9a-f]{32}\/default(?:, )?){10} and 4,990 more$/);
    for (let n = 10_001; n <= 10_007; n++) expect(lines[4]).to.contain(video(n));
    expect(lines[6]).to.contain(video(20_001));
    expect(lines[7]).to.equal("  The output `failures` names the rest, each with its reason.");
  });

  it("the report of failures says that all failed for one cause instead of naming some", () => {
    expect(
      reportOf(failures("refused", 1, 40), 40)
        .split("\n")
        .slice(1),
    ).to.deep.equal(["  40 x refused", "    all 40"]);
    expect(reportOf(failures("refused", 1, 2), 2)).to.contain(`    ${video(1)}/default, ${video(2)}/default`);
  });

  it("the report of failures stays short where each download has a cause of its own", () => {
    const failed = Array.from({ length: 1000 }, (_, n) => failures(`cause ${n}`, n, 1)).flat();
    const text = reportOf(failed, 1000);
    expect(text.split("\n")).to.have.length(63);
    expect(text).to.contain("  970 x 970 other causes\n  The output `failures` names the rest");
  });

  it("the report of failures names no video whose id is secret", () => {
    const failed = failures("refused", 1, 3);
    const text = reportOf(failed, 3, true);
    expect(text).to.contain("3 x refused").and.contain("names them").and.not.contain(video(1));
  });
});
