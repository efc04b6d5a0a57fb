import { expect } from "chai";
import { parseId } from "../../src/core/identity";
import { checkDownload } from "../../src/core/single/check";
import { Claims } from "../../src/core/claims";
import { diffDownload } from "../../src/core/single/diff";
import { createReporter } from "../../src/host/progressReporter";
import { formatDuration, parseDuration } from "../../src/core/duration";
import { UNKNOWN } from "../../src/core/inputs/inputFailures";
import { ACCOUNT, OTHER_ACCOUNT, video } from "../support/ids";

const check = (olds: object, news: object, account?: string) =>
  checkDownload({ ...olds }, { ...news }, { defaultAccountId: () => account, claims: new Claims() });

describe("check", () => {
  it("gives defaults, lowers ids and keeps hidden inputs", () => {
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

  it("keeps the old account where none can be known, as in a fork's preview", () => {
    expect(check({ accountId: OTHER_ACCOUNT }, { videoId: video(1) }).inputs.accountId).to.equal(OTHER_ACCOUNT);
    expect(check({}, { videoId: video(1) }).inputs).to.not.have.property("accountId");
  });

  it("lets values pass that are not known yet", () => {
    const { inputs, failures } = check(
      {},
      { videoId: UNKNOWN, type: UNKNOWN, accountId: UNKNOWN, waitForReady: UNKNOWN },
    );
    expect(failures).to.deep.equal([]);
    expect(inputs.videoId).to.equal(UNKNOWN);
  });
});

describe("diff", () => {
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

  it("finds nothing to do when only hidden inputs differ", () => {
    expect(diffDownload(ready, inputs)).to.deep.equal({ changes: false, replaces: [] });
  });

  for (const [key, value] of [
    ["videoId", video(2)],
    ["type", "audio"],
    ["accountId", OTHER_ACCOUNT],
    ["videoId", UNKNOWN],
  ] as const) {
    it(`replaces when ${key} becomes ${value}`, () => {
      expect(diffDownload(ready, { ...inputs, [key]: value })).to.deep.equal({ changes: true, replaces: [key] });
    });
  }

  it("says of a download whose video was not ready what this update does about it", () => {
    const olds = { ...ready, status: "inprogress", percentComplete: 0, __awaiting: "video" };
    expect(diffDownload(olds, inputs).because).to.equal(
      "the video itself was not ready when last checked; this update waits for it and requests its download",
    );
    expect(diffDownload(olds, { ...inputs, waitForReady: false }).because).to.contain(
      "requests its download if it is now",
    );
  });

  it("says why an unfinished or failed download is updated although nothing changed", () => {
    expect(diffDownload({ ...ready, status: "inprogress", percentComplete: 40.4 }, inputs).because).to.contain(
      "still encoding when last checked, 40 %",
    );
    expect(diffDownload({ ...ready, status: "error" }, inputs))
      .to.include({ changes: true })
      .and.have.property("because");
  });
});

describe("an id", () => {
  it("is read back, and refused with an example when it is none", () => {
    expect(parseId(`${ACCOUNT}/${video(1)}/audio`)).to.deep.equal({
      accountId: ACCOUNT,
      videoId: video(1),
      type: "audio",
    });
    for (const bad of ["", video(1), `${ACCOUNT}/${video(1)}/gif`, `${ACCOUNT}/${video(1)}/audio/x`]) {
      expect(() => parseId(bad)).to.throw("for example");
    }
  });
});

describe("a duration", () => {
  it("is read as customTimeouts write it and shown with two units", () => {
    expect([parseDuration("90s"), parseDuration("1h30m"), parseDuration("1.5m"), parseDuration("ten")]).to.deep.equal([
      90_000,
      5_400_000,
      90_000,
      undefined,
    ]);
    expect([45_000, 190_000, 7_500_000, 3_600_000].map(formatDuration)).to.deep.equal(["45s", "3m10s", "2h5m", "1h"]);
  });
});

describe("progress", () => {
  const lines = (interactive: boolean, seconds: readonly number[]) => {
    const sent: string[] = [];
    let now = 0;
    const clock = { now: () => now, sleep: async () => undefined };
    const log = async ({ message }: { message: string }) => {
      sent.push(message);
    };
    const reporter = createReporter({ urn: "u", clock, log, interactive });
    for (const second of seconds) {
      now = second * 1000;
      reporter.progress(`at ${second}`);
    }
    return sent;
  };

  it("is at most a line a second where a person watches", () => {
    expect(lines(true, [0, 0.5, 1, 1.2, 2.5])).to.deep.equal(["at 0", "at 1", "at 2.5"]);
  });

  it("is at most a line every 30 seconds in a pipeline", () => {
    expect(lines(false, [0, 10, 29, 30, 45, 61])).to.deep.equal(["at 30", "at 61"]);
  });
});
