import { expect } from "chai";
import { asPrinted, quote } from "../../../src/downloads/inputFailures";

describe("a failure of a check as the engine prints it", () => {
  it("a failure of a check has a property only where the engine knows its value, and otherwise the path in its reason", () => {
    const given = { videoId: "x", videoIds: ["x"], types: null };
    const failed = (property: string, secret = new Set<string>()) =>
      asPrinted([{ property, reason: "is wrong" }], given, secret)[0];
    expect(failed("videoId")).to.deep.equal({ property: "videoId", reason: "is wrong" });
    expect(failed("")).to.deep.equal({ property: "", reason: "is wrong" });
    for (const path of ["videoIds[0]", "downloads[0].videoId", "types", "accountId"])
      expect(failed(path)).to.deep.equal({ property: "", reason: `${path}: is wrong` });
    expect(failed("videoId", new Set(["videoId"]))).to.deep.equal({ property: "", reason: "videoId: is wrong" });
  });

  it("a failure of a check shows the beginning of a long value, and closes its quotes", () => {
    expect(quote("x".repeat(70))).to.equal(`"${"x".repeat(59)}…"`);
    expect(quote(["x".repeat(70)])).to.equal(`["${"x".repeat(58)}…`);
    expect(quote("x")).to.equal('"x"');
  });
});
