import { expect } from "chai";
import { showWithout } from "../../../src/stream/shownText";
import { parseVideoDetails } from "../../../src/stream/video";

const parse = (result: unknown) => parseVideoDetails(result, showWithout(["s3cret"]));

describe("a video in a response", () => {
  it("the details of a video are parsed with the reason of an error, without credentials, and an undocumented state is ignored", () => {
    const details = parse({ status: { state: "error", errorReasonText: "no\u0007 video s3cret" } });
    expect(details).to.deep.equal({
      readyToStream: false,
      percentComplete: 0,
      requireSignedURLs: false,
      state: "error",
      errorReason: "no video [redacted]",
    });
    expect(parse({ readyToStream: true, requireSignedURLs: true, status: { state: "new" } })).to.deep.equal({
      readyToStream: true,
      percentComplete: 0,
      requireSignedURLs: true,
    });
    expect(() => parse("x")).to.throw("no details of a video");
  });
});
