import { expect } from "chai";
import { UNKNOWN } from "../../../src/core/values";
import { checkLibrary as check, diffLibrary } from "../../support/faces";
import { ACCOUNT, OTHER_ACCOUNT, video } from "../../support/ids";

describe("the diff of a StreamDownloads", () => {
  const { inputs } = check({ videoIds: [video(1), video(2)] });
  const ready = { default: "https://example.com/default.mp4" };

  it("a diff finds no change when all files are ready, and ignores anything else in the state", () => {
    const olds = {
      accountId: ACCOUNT,
      waitForReady: true,
      urls: { [video(1)]: ready, [video(2)]: ready, nonsense: 1 },
    };
    expect(diffLibrary(olds, inputs)).to.deep.equal({ changes: false, replaces: [] });
  });

  it("a diff names what is added and unfinished, and updates", () => {
    const olds = { accountId: ACCOUNT, waitForReady: true, statuses: { [video(1)]: { default: "inprogress" } } };
    expect(diffLibrary(olds, inputs)).to.deep.equal({
      changes: true,
      replaces: [],
      because: `1 to add (${video(2)}/default); 1 not ready yet (${video(1)}/default)`,
    });
  });

  it("a diff replaces the library when a download is removed, because of the changed argument, so that the engine deletes the file last", () => {
    const olds = {
      accountId: ACCOUNT,
      waitForReady: true,
      statuses: { [video(1)]: { default: "error" } },
      urls: { [video(2)]: ready, [video(3)]: ready },
    };
    const given = diffLibrary(olds, inputs);
    expect(given.replaces).to.deep.equal(["videoIds"]);
    expect(given.because).to.match(
      new RegExp(
        `^1 failed at Cloudflare, to be requested again \\(${video(1)}/default\\); 1 to remove \\(${video(3)}/default\\) at the end of the update, so that their URLs stop working, unless another resource or retainOnDelete keeps them`,
      ),
    );
    const audio = { accountId: ACCOUNT, waitForReady: true, urls: { [video(1)]: { ...ready, audio: "https://x" } } };
    expect(diffLibrary(audio, inputs).replaces).to.deep.equal(["types"]);
    const listed = check({ downloads: [{ videoId: video(1) }] }).inputs;
    expect(diffLibrary(olds, listed).replaces).to.deep.equal(["downloads"]);
  });

  it("a diff retries what failed, and drops failures of downloads that are no longer declared", () => {
    const olds = (n: number) => ({
      accountId: ACCOUNT,
      waitForReady: true,
      urls: { [video(1)]: ready, ...(n === 2 ? {} : { [video(2)]: ready }) },
      failures: { [video(n)]: { default: "why" } },
    });
    expect(diffLibrary(olds(2), inputs).because).to.equal(`1 to try again (${video(2)}/default)`);
    expect(diffLibrary(olds(9), inputs)).to.deep.equal({ changes: true, replaces: [] });
  });

  it("a diff tells what an interrupted update did not come to request from what has failed", () => {
    const failures = { [video(1)]: { default: "not requested yet: cancelled" }, [video(2)]: { default: "why" } };
    const { because } = diffLibrary({ accountId: ACCOUNT, waitForReady: true, failures }, inputs);
    expect(because).to.equal(`1 not requested yet (${video(1)}/default); 1 to try again (${video(2)}/default)`);
  });

  it("a diff names no secret id", () => {
    const secret = check({ videoIds: [video(1)], __secretArguments: { videoIds: true } }).inputs;
    expect(secret).to.include({ __secretIds: true });
    const olds = { accountId: ACCOUNT, waitForReady: true, urls: { [video(3)]: ready }, __secretIds: true };
    expect(diffLibrary(olds, secret).because).to.match(/^1 to add; 1 to remove at the end of the update, /);
    const open = check({ videoIds: [video(1)] }).inputs;
    expect(diffLibrary(olds, open).because, "what was secret, where nothing is any more").to.match(
      /1 to remove at the end of the update, /,
    );
    const unknown = check({ videoIds: [video(1)], __secretArguments: { videoIds: UNKNOWN } }).inputs;
    expect(diffLibrary({ ...olds, __secretIds: undefined }, unknown).because, "in a preview").to.match(
      /1 to remove at the end of the update, /,
    );
    const wrong = { videoIds: ["s3cret"], __secretArguments: { videoIds: true } };
    expect(check(wrong).failures[0]?.reason).to.contain("the value is secret").and.not.contain("s3cret");
  });

  it("a diff replaces the library when the account changes", () => {
    expect(diffLibrary({ accountId: OTHER_ACCOUNT }, inputs).replaces).to.deep.equal(["accountId"]);
  });

  it("a diff names a few of many downloads", () => {
    const many = check({ videoIds: Array.from({ length: 9 }, (_, n) => video(n)) }).inputs;
    expect(diffLibrary({ accountId: ACCOUNT, waitForReady: true }, many).because).to.match(
      /^9 to add \(.* and 4 more\)$/,
    );
  });
});
