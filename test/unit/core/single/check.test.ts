import { expect } from "chai";
import { Claims } from "../../../../src/core/claims";
import { UNKNOWN } from "../../../../src/core/inputs/unknown";
import { checkDownload } from "../../../../src/core/single/check";
import { ACCOUNT, OTHER_ACCOUNT, video } from "../../../support/ids";

const check = (olds: object, news: object, account?: string) =>
  checkDownload({ ...olds }, { ...news }, { defaultAccountId: () => account, claims: new Claims() });

describe("the check of a StreamDownload", () => {
  it("the check of a StreamDownload adds defaults, converts ids to lower case and keeps hidden inputs", () => {
    const { inputs, failures } = check({}, { videoId: "AB".repeat(16), __urn: "u", __provider: "p" }, ACCOUNT);
    expect(failures).to.deep.equal([]);
    expect(inputs).to.deep.equal({
      videoId: "ab".repeat(16),
      type: "default",
      accountId: ACCOUNT,
      waitForReady: true,
      __urn: "u",
      __provider: "p",
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
    expect(inputs).to.include({ videoId: UNKNOWN, url: UNKNOWN });
  });
});
