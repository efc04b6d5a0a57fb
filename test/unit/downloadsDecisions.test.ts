import { expect } from "chai";
import { parsePercent } from "../../src/core/cloudflare/download";
import { parseVideoDetails } from "../../src/core/cloudflare/video";
import {
  parseRateLimit,
  parseRateLimitPolicy,
  parseRetryAfter,
} from "../../src/core/cloudflare/rateLimit/rateLimitHeaders";
import { checkDownloads } from "../../src/core/bulk/check";
import { Claims } from "../../src/core/claims";
import { diffDownloads } from "../../src/core/bulk/diff";
import { explain } from "../../src/core/failure";
import { NetworkError } from "../../src/core/cloudflare/networkError";
import { Cancelled, TimeLimitExceeded } from "../../src/core/operation";
import { UNKNOWN } from "../../src/core/inputs/inputFailures";
import { ACCOUNT, OTHER_ACCOUNT, video } from "../support/ids";

const check = (news: object, claims = new Claims()) =>
  checkDownloads({}, { ...news }, { defaultAccountId: () => ACCOUNT, claims });
const paths = (news: object) => check(news).failures.map(({ property }) => property);

describe("the check of a StreamDownloads", () => {
  it("gives defaults and lowers ids", () => {
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

  it("names each wrong input by its path", () => {
    expect(paths({ videoIds: [video(1), "x"], types: ["gif"] })).to.deep.equal(["videoIds[1]", "types[0]"]);
    expect(paths({ videoIds: "x" })).to.deep.equal(["videoIds"]);
    expect(paths({ videoIds: [video(1)], types: [] })).to.deep.equal(["types"]);
    expect(paths({ videoIds: [video(1)], onFailure: "ignore", urls: {} })).to.deep.equal(["urls", "onFailure"]);
    expect(paths({ downloads: [{ videoId: "x", type: 1, size: 2 }], videoIds: [] })).to.deep.equal([
      "videoIds",
      "downloads[0].size",
      "downloads[0].videoId",
      "downloads[0].type",
    ]);
    expect(paths({ downloads: [7] })).to.deep.equal(["downloads[0].videoId"]);
    expect(paths({ videoIds: [video(1), video(1)] })).to.deep.equal(["videoIds[1]"]);
  });

  it("refuses a download that another resource declares", () => {
    const claims = new Claims();
    claims.tryDeclare("urn::other", [{ accountId: ACCOUNT, videoId: video(2), type: "default" }]);
    const [failure] = check({ videoIds: [video(1), video(2)], __urn: "urn::all" }, claims).failures;
    expect(failure?.property).to.equal("videoIds[1]");
    expect(failure?.reason).to.contain('"other"');
  });

  it("lets values pass that are not known yet", () => {
    for (const news of [
      { videoIds: UNKNOWN },
      { videoIds: [UNKNOWN] },
      { downloads: UNKNOWN },
      { downloads: [UNKNOWN] },
    ]) {
      const { inputs, failures } = check({ ...news, __urn: "urn::all" });
      expect(failures).to.deep.equal([]);
      expect(diffDownloads({ accountId: ACCOUNT, waitForReady: true, statuses: {} }, inputs)).to.deep.equal({
        changes: true,
        replaces: [],
      });
    }
  });
});

describe("the diff of a StreamDownloads", () => {
  const { inputs } = check({ videoIds: [video(1), video(2)] });
  const ready = { default: "https://example.com/default.mp4" };

  it("finds nothing to do when all are ready, and whatever else is in the state", () => {
    const olds = {
      accountId: ACCOUNT,
      waitForReady: true,
      urls: { [video(1)]: ready, [video(2)]: ready, nonsense: 1 },
    };
    expect(diffDownloads(olds, inputs)).to.deep.equal({ changes: false, replaces: [] });
  });

  it("says what is added and unfinished, which is an update", () => {
    const olds = { accountId: ACCOUNT, waitForReady: true, statuses: { [video(1)]: { default: "inprogress" } } };
    expect(diffDownloads(olds, inputs)).to.deep.equal({
      changes: true,
      replaces: [],
      because: `1 to add (${video(2)}/default); 1 not ready yet (${video(1)}/default)`,
    });
  });

  it("replaces where something is given up, by the argument that does, so that the engine deletes it last", () => {
    const olds = {
      accountId: ACCOUNT,
      waitForReady: true,
      statuses: { [video(1)]: { default: "error" } },
      urls: { [video(2)]: ready, [video(3)]: ready },
    };
    const given = diffDownloads(olds, inputs);
    expect(given.replaces).to.deep.equal(["videoIds"]);
    expect(given.because).to.match(
      new RegExp(
        `^1 failed at Cloudflare \\(${video(1)}/default\\); 1 to remove \\(${video(3)}/default\\): deleted once`,
      ),
    );
    const audio = { accountId: ACCOUNT, waitForReady: true, urls: { [video(1)]: { ...ready, audio: "https://x" } } };
    expect(diffDownloads(audio, inputs).replaces).to.deep.equal(["types"]);
    const listed = check({ downloads: [{ videoId: video(1) }] }).inputs;
    expect(diffDownloads(olds, listed).replaces).to.deep.equal(["downloads"]);
  });

  it("tries again what failed, and forgets why something failed that is no longer declared", () => {
    const olds = (n: number) => ({
      accountId: ACCOUNT,
      waitForReady: true,
      urls: { [video(1)]: ready, ...(n === 2 ? {} : { [video(2)]: ready }) },
      failures: { [video(n)]: { default: "why" } },
    });
    expect(diffDownloads(olds(2), inputs).because).to.equal(`1 to try again (${video(2)}/default)`);
    expect(diffDownloads(olds(9), inputs)).to.deep.equal({ changes: true, replaces: [] });
  });

  it("names no secret id", () => {
    const secret = check({ videoIds: [video(1)], urls: null }).inputs;
    expect(secret).to.include({ urls: null, statuses: null, failures: null, __secretIds: true });
    const olds = { accountId: ACCOUNT, waitForReady: true, urls: { [video(3)]: ready }, __secretIds: true };
    expect(diffDownloads(olds, secret).because).to.match(/^1 to add; 1 to remove: /);
    expect(check({ videoIds: ["s3cret"], urls: null }).failures[0]?.reason).to.not.contain("s3cret");
  });

  it("replaces for another account", () => {
    expect(diffDownloads({ accountId: OTHER_ACCOUNT }, inputs).replaces).to.deep.equal(["accountId"]);
  });

  it("names a few of many", () => {
    const many = check({ videoIds: Array.from({ length: 9 }, (_, n) => video(n)) }).inputs;
    expect(diffDownloads({ accountId: ACCOUNT, waitForReady: true }, many).because).to.match(
      /^9 to add \(.*, and 4 more\)$/,
    );
  });
});

describe("what the API says", () => {
  it("of its budget is read from any list, and nonsense is passed over", () => {
    expect(parseRateLimit('"default";r=50;t=30, "burst";r=5;t=9')).to.deep.equal({ remaining: 5, resetMs: 9000 });
    expect(parseRateLimit('"default";r=x;t=30')).to.equal(undefined);
    expect(parseRateLimitPolicy('"burst";q=100;w=60, "none";q=0;w=9')).to.deep.equal([
      { quota: 100, windowMs: 60_000 },
    ]);
    expect(parseRateLimitPolicy(undefined)).to.deep.equal([]);
  });

  it("of a pause is read as seconds or as a date, and believed for a quarter of an hour at most", () => {
    expect(parseRetryAfter("7", 0)).to.equal(7000);
    expect(parseRetryAfter("Thu, 01 Jan 1970 00:00:09 GMT", 4000)).to.equal(5000);
    expect(parseRetryAfter("99999999", 0)).to.equal(900_000);
    expect([parseRetryAfter("soon", 0), parseRetryAfter(undefined, 0)]).to.deep.equal([undefined, undefined]);
  });

  it("of a percentage is held to 0..100", () => {
    expect(["43.5", 143, -1, Number.NaN, "", null, "x"].map(parsePercent)).to.deep.equal([43.5, 100, 0, 0, 0, 0, 0]);
  });

  it("of a video is read with its reason, and an undocumented state is none", () => {
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

describe("an explanation", () => {
  it("tells what to do about each kind of failure", () => {
    expect(explain(new NetworkError("tls", "host", undefined, false))).to.contain("Check the certificate");
    expect(explain(new NetworkError("dns", "host", undefined, false))).to.contain("CLOUDFLARE_BASE_URL");
    expect(explain(new NetworkError("reset", "host"))).to.contain("nothing is lost");
    expect(explain(new TimeLimitExceeded(60_000))).to.equal("the time limit of 1m is over");
    expect([explain(new Cancelled()), explain("text")]).to.deep.equal(["cancelled", "text"]);
  });
});
