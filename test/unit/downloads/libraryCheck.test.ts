import { expect } from "chai";
import { Claims } from "../../../src/downloads/claims";
import { libraryFace } from "../../../src/downloads/libraryFace";
import { UNKNOWN } from "../../../src/core/values";
import { checkLibrary, diffLibrary } from "../../support/faces";
import { ACCOUNT, video } from "../../support/ids";

const check = (news: object, claims = new Claims()) => checkLibrary(news, { claims });
const paths = (news: object) => check(news).failures.map(({ property }) => property);

describe("the check of a StreamDownloads", () => {
  it("the check of a StreamDownloads adds defaults and converts ids to lower case", () => {
    const { inputs } = check({ videoIds: ["AB".repeat(16)] });
    expect(inputs).to.deep.equal({
      videoIds: ["ab".repeat(16)],
      types: ["default"],
      accountId: ACCOUNT,
      waitForReady: true,
      onFailure: "fail",
    });
    expect(check({ downloads: [{ videoId: video(1) }] }).inputs.downloads).to.deep.equal([
      { videoId: video(1), type: "default" },
    ]);
  });

  it("the check passes on every argument", () => {
    const settings = { accountId: ACCOUNT, waitForReady: false, ifExists: "fail", onFailure: "warn" };
    const videos = { ...settings, videoIds: [video(1)], types: ["audio"] };
    const list = { ...settings, downloads: [{ videoId: video(1), type: "audio" }] };
    for (const given of [videos, list]) expect(check(given)).to.deep.equal({ inputs: given, failures: [] });
    expect(Object.keys({ ...videos, ...list })).to.have.members([...libraryFace.arguments]);
  });

  it("the check names each wrong input by its path", () => {
    expect(paths({ videoIds: [video(1), "x"], types: ["gif"] })).to.deep.equal(["videoIds[1]", "types[0]"]);
    expect(paths({ videoIds: "x" })).to.deep.equal(["videoIds"]);
    expect(paths({ videoIds: [video(1)], types: [] })).to.deep.equal(["types"]);
    expect(paths({ videoIds: [video(1)], onFailure: "ignore", ifExists: "keep", urls: {} })).to.have.members([
      "urls",
      "onFailure",
      "ifExists",
    ]);
    expect(paths({ downloads: [{ videoId: "x", type: 1, size: 2 }], videoIds: [] })).to.deep.equal([
      "videoIds",
      "downloads[0].size",
      "downloads[0].videoId",
      "downloads[0].type",
    ]);
    expect(paths({ downloads: [7] })).to.deep.equal(["downloads[0]"]);
    expect(paths({ videoIds: [video(1), video(1)] })).to.deep.equal(["videoIds[1]"]);
  });

  it("the check refuses a download that another resource declares", () => {
    const claims = new Claims();
    claims.declare("urn::other", [{ accountId: ACCOUNT, videoId: video(2), type: "default" }]);
    const [failure] = check({ videoIds: [video(1), video(2)], __urn: "urn::all" }, claims).failures;
    expect(failure?.property).to.equal("videoIds[1]");
    expect(failure?.reason).to.contain('"other"');
  });

  it("check and diff accept values that are still unknown", () => {
    for (const news of [
      { videoIds: UNKNOWN },
      { videoIds: [UNKNOWN] },
      { downloads: UNKNOWN },
      { downloads: [UNKNOWN] },
    ]) {
      const { inputs, failures } = check({ ...news, __urn: "urn::all" });
      expect(failures).to.deep.equal([]);
      expect(diffLibrary({ accountId: ACCOUNT, waitForReady: true, statuses: {} }, inputs)).to.deep.equal({
        changes: true,
        replaces: [],
      });
    }
  });

  it("the check names a type that is given twice by its own path", () => {
    expect(check({ videoIds: [video(1)], types: ["audio", "default", "audio"] }).failures).to.deep.equal([
      { property: "types[2]", reason: "is the same as types[0]" },
    ]);
  });

  it("the check names the first videos that are given twice, and counts the rest", () => {
    const videoIds = Array.from({ length: 40 }, (_, n) => video(n % 10));
    const failures = check({ videoIds }).failures;
    expect(failures).to.have.length(6);
    expect(failures[0]).to.deep.equal({ property: "videoIds[10]", reason: "is the same download as videoIds[0]" });
    expect(failures[5]).to.deep.equal({
      property: "videoIds",
      reason: "names 25 more downloads twice",
    });
  });
});
