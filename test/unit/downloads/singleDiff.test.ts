import { expect } from "chai";
import { UNKNOWN } from "../../../src/core/values";
import { diffSingle } from "../../support/faces";
import { ACCOUNT, OTHER_ACCOUNT, video } from "../../support/ids";

describe("the diff of a StreamDownload", () => {
  const ready = {
    videoId: video(1),
    type: "default",
    accountId: ACCOUNT,
    waitForReady: true,
    status: "ready",
    __urn: "u",
  };
  const inputs = {
    videoId: video(1),
    type: "default",
    accountId: ACCOUNT,
    waitForReady: true,
    __urn: "v",
    __provider: "p",
  };

  it("a diff finds no change when only hidden inputs differ", () => {
    expect(diffSingle(ready, inputs)).to.deep.equal({ changes: false, replaces: [] });
  });

  for (const [key, value] of [
    ["videoId", video(2)],
    ["type", "audio"],
    ["accountId", OTHER_ACCOUNT],
    ["videoId", UNKNOWN],
  ] as const) {
    it(`a diff replaces the resource when ${key} becomes ${value}, and says that its file is deleted`, () => {
      const { because, ...found } = diffSingle(ready, { ...inputs, [key]: value });
      expect(found).to.deep.equal({ changes: true, replaces: [key] });
      expect(because).to.equal(
        "replaced: the file that it has now is deleted and its URL stops working, unless another resource declares it or " +
          "retainOnDelete was set by an earlier update",
      );
    });
  }

  it("a diff says what the update does about a video that was not ready", () => {
    const olds = { ...ready, status: "inprogress", percentComplete: 0, __awaiting: "video" };
    expect(diffSingle(olds, inputs).because).to.equal(
      "the video itself was not ready when last checked; this update waits for it and requests its download",
    );
    expect(diffSingle(olds, { ...inputs, waitForReady: false }).because).to.contain(
      "requests its download if it is now",
    );
  });

  it("a diff says why an unfinished or failed download is updated although no input changed", () => {
    expect(diffSingle({ ...ready, status: "inprogress", percentComplete: 40.4 }, inputs).because).to.contain(
      "still encoding when last checked, 40%",
    );
    expect(diffSingle({ ...ready, status: "error" }, inputs))
      .to.include({ changes: true })
      .and.have.property("because");
  });
});
