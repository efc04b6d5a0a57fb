import { expect } from "chai";
import { parseVideoDetails } from "../../../../src/core/cloudflare/video";

describe("a video in a response", () => {
  it("the details of a video are parsed with the reason of an error, and an undocumented state is ignored", () => {
    const details = parseVideoDetails({ status: { state: "error", errorReasonText: "no\u0007 video" } });
    expect(details).to.deep.equal({
      readyToStream: false,
      percentComplete: 0,
      state: "error",
      errorReason: "no video",
    });
    expect(parseVideoDetails({ readyToStream: true, status: { state: "new" } })).to.deep.equal({
      readyToStream: true,
      percentComplete: 0,
    });
    expect(() => parseVideoDetails("x")).to.throw("no details of a video");
  });
});
