import { expect } from "chai";
import { UNKNOWN } from "../../../src/core/values";
import { checkSingle } from "../../support/faces";
import { ACCOUNT, OTHER_ACCOUNT, video } from "../../support/ids";

const check = (olds: object, news: object, account?: string) => checkSingle(news, { olds: { ...olds }, account });

describe("the check of a StreamDownload", () => {
  it("the check of a StreamDownload adds defaults and converts ids to lower case", () => {
    const { inputs, failures } = check({}, { videoId: "AB".repeat(16), __urn: "u", __provider: "p" }, ACCOUNT);
    expect(failures).to.deep.equal([]);
    expect(inputs).to.deep.equal({
      videoId: "ab".repeat(16),
      type: "default",
      accountId: ACCOUNT,
      waitForReady: true,
    });
  });

  it("the check keeps the account of the state where no other can be known, as in a fork's preview", () => {
    expect(check({ accountId: OTHER_ACCOUNT }, { videoId: video(1) }).inputs.accountId).to.equal(OTHER_ACCOUNT);
    expect(check({}, { videoId: video(1) }).inputs).to.not.have.property("accountId");
  });

  it("the check accepts values that are still unknown", () => {
    const { inputs, failures } = check(
      {},
      { videoId: UNKNOWN, type: UNKNOWN, accountId: UNKNOWN, waitForReady: UNKNOWN, url: UNKNOWN },
    );
    expect(failures).to.deep.equal([]);
    expect(inputs).to.include({ videoId: UNKNOWN, type: UNKNOWN });
  });
});
