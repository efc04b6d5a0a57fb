import { expect } from "chai";
import { checkDownloads } from "../../src/core/bulk/check";
import { Claims } from "../../src/core/claims";
import { ACCOUNT, video } from "../support/ids";

describe("the check of a StreamDownloads", () => {
  const failuresOf = (args: object) =>
    checkDownloads({}, { ...args }, { defaultAccountId: () => ACCOUNT, claims: new Claims() }).failures;

  it("names a type that is given twice by its own path", () => {
    expect(failuresOf({ videoIds: [video(1)], types: ["audio", "default", "audio"] })).to.deep.equal([
      { property: "types[2]", reason: "is the same as types[0]" },
    ]);
  });

  it("names the first videos that are given twice, and counts the rest", () => {
    const videoIds = Array.from({ length: 40 }, (_, n) => video(n % 10));
    const failures = failuresOf({ videoIds });
    expect(failures).to.have.length(6);
    expect(failures[0]).to.deep.equal({ property: "videoIds[10]", reason: "is the same download as videoIds[0]" });
    expect(failures[5]).to.deep.equal({
      property: "videoIds",
      reason: "is a list in which 25 more downloads are given twice",
    });
  });
});
