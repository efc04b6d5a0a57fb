import { expect } from "chai";
import { BatchProgress } from "../../../src/downloads/batchProgress";
import type { DoneWord } from "../../../src/downloads/face";
import type { Operation, Progress } from "../../../src/downloads/operation";
import { ACCOUNT, video } from "../../support/ids";

describe("the progress of a library", () => {
  const start = (total: number, word: DoneWord = "ready", areIdsSecret = false) => {
    const abort = new AbortController();
    const said: string[] = [];
    let row: Progress["text"] = () => "";
    let now = 0;
    const operation = {
      clock: { now: () => now },
      report: {
        progress: ({ text }: Progress) => {
          row = text;
        },
        status: (text: string) => said.push(`status: ${text}`),
        note: (text: string) => said.push(`note: ${text}`),
        warn: (text: string) => said.push(`warning: ${text}`),
      },
      signal: abort.signal,
    } as unknown as Operation;
    const identities = Array.from({ length: total }, (_, n) => {
      return { accountId: ACCOUNT, videoId: video(n + 1), type: "default" as const };
    });
    const progress = new BatchProgress(operation, { identities, word, areIdsSecret });
    const advance = (seconds: number) => {
      now += seconds * 1000;
    };
    const items = identities.map((identity) => progress.of(identity));
    const generating = (n: number, percent: number, readyAt = Number.NaN) =>
      items[n]?.progress({
        text: () => "",
        percent,
        leftMs: () => (Number.isNaN(readyAt) ? undefined : readyAt * 1000 - now),
      });
    return { row: (isThrottled?: boolean) => row(isThrottled), abort, progress, items, advance, generating, said };
  };

  it("the progress of a library counts what is requested, then how far that is, and when the last will be ready", () => {
    const { row, items, advance, generating } = start(40);
    for (let n = 0; n < 27; n += 1) generating(n, 0);
    expect(row()).to.equal("27 of 40 requested");
    for (let n = 0; n < 2; n += 1) items[n]?.done();
    expect(row()).to.equal("27 of 40 requested, 2 ready");
    for (let n = 2; n < 40; n += 1) generating(n, n % 2 === 0 ? 60 : 65, n === 7 ? 30 : 20);
    for (let n = 2; n < 12; n += 1) if (n !== 7) items[n]?.done();
    items[39]?.failed();
    items[38]?.progress({ text: () => "video encoding 5%" });
    expect(row()).to.equal(
      "11/40 ready, 27 in progress (62% on average, about 30s left), 1 failed, 1 waits for its video",
    );
    advance(12);
    expect(row(), "the time that is left counts down").to.contain("(62% on average, about 20s left)");
  });

  it("the progress of a library reckons those that were not polled by those that were", () => {
    const { row, advance, generating } = start(10);
    for (let n = 0; n < 10; n += 1) generating(n, 0);
    advance(40);
    generating(0, 80, 50);
    expect(row()).to.equal("0/10 ready, 10 in progress (80% on average, about 10s left)");
    expect(row(true), "the request budget decides what is left").to.equal(
      "0/10 ready, 10 in progress (80% on average)",
    );
    advance(20);
    expect(row(), "none is ready before a poll says so").to.equal("0/10 ready, 10 in progress (99% on average)");
  });

  it("the progress of a library names the download that a warning is about, unless its id is secret", () => {
    for (const [areIdsSecret, line] of [
      [false, `warning: ${video(2)}/default: failed once`],
      [true, "warning: failed once"],
    ] as const) {
      const { items, progress, said } = start(2, "ready", areIdsSecret);
      items[1]?.warn("failed once");
      progress.finish();
      expect(said[0]).to.equal(line);
    }
  });

  it("the progress of a library that is still requested is not estimated from the first few, which would make hours of minutes", () => {
    const { row, items, advance } = start(100);
    advance(180);
    for (const item of items.slice(0, 9)) item.done();
    expect(row()).to.equal("9 of 100 requested, 9 ready");
    items[9]?.done();
    expect(row()).to.equal("10 of 100 requested, 10 ready, about 27m left");
  });

  it("the progress of a library counts what fails, but not what an interruption ends", () => {
    const { row, abort, items, progress, said } = start(4);
    items[0]?.failed();
    expect(row()).to.equal("0 of 4 requested, 1 failed");
    abort.abort();
    items[1]?.failed();
    expect(row()).to.equal("0 of 4 requested, 1 failed");
    progress.finish();
    expect(said).to.deep.equal([]);
  });

  it("the progress of a library ends with a status, and with a note only where something is unusual", () => {
    const usual = start(2);
    for (const item of usual.items) item.done();
    usual.advance(9);
    usual.progress.finish();
    expect(usual.said).to.deep.equal(["status: 2/2 ready after 9s"]);

    const deletion = start(3, "deleted");
    for (const item of deletion.items) item.done();
    for (const item of deletion.items.slice(1)) item.alreadyGone();
    deletion.progress.finish();
    expect(deletion.said).to.deep.equal(["note: 1/3 deleted, 2 already gone"]);
  });
});
