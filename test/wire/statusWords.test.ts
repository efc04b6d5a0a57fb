import { expect } from "chai";
import { Job } from "../../src/budget/job";
import { type Emulator, startEmulator } from "../../packages/emulator/src";
import { TimeLimitExceeded } from "../../src/downloads/operation";
import { ensureDownload } from "../../src/downloads/ensureDownload";
import { ACCOUNT, video } from "../support/ids";
import { openStream } from "../support/openStream";
import { silent } from "../support/silent";
import { SteppedTime } from "../support/steppedTime";

const MINUTE_MS = 60_000;

describe("what Cloudflare says of a download's progress", () => {
  let emulator: Emulator;
  let time: SteppedTime;
  beforeEach(async () => {
    time = new SteppedTime();
    emulator = await startEmulator({ ...time.emulator, encodingMs: 1000 });
  });
  afterEach(() => emulator.close());

  /** Waits for a download that is always listed like this, for so long at most. */
  const ensure = async (listed: object, { waitForReady = true, limitMs = 30 * MINUTE_MS } = {}) => {
    const body = JSON.stringify({ success: true, errors: [], messages: [], result: { default: listed } });
    emulator.injectFault({ kind: "body", body, operation: "listDownloads", times: 1_000_000 });
    const said: { readonly afterMs: number; readonly text: string }[] = [];
    const began = time.now();
    const note = (text: string) => void said.push({ afterMs: time.now() - began, text });
    const end = new AbortController();
    const operation = {
      ...openStream(emulator.baseUrl, { clock: time }),
      clock: time,
      report: { ...silent, warn: note, note },
      job: new Job(),
      signal: end.signal,
    };
    void time.sleep(limitMs, end.signal).then(() => end.abort(new TimeLimitExceeded(limitMs)));
    const identity = { accountId: ACCOUNT, videoId: video(1), type: "default" } as const;
    const outcome = await time.run(() => ensureDownload(operation, identity, { waitForReady }));
    return { outcome, said: said.filter(({ text }) => text.startsWith("Cloudflare reports")) };
  };

  it("a status word in another case counts, and one with spaces around it", async () => {
    const url = "https://example.com/default.mp4";
    const { outcome, said } = await ensure({ status: " Ready", percentComplete: 100, url });
    expect(outcome).to.deep.equal({ state: { status: "ready", percentComplete: 100, url } });
    expect(said).to.deep.equal([]);
  });

  for (const [what, listed, named] of [
    ["a word that is not known", { status: "Queued", percentComplete: 0 }, 'the status "queued", which'],
    ["no word at all", { percentComplete: 50 }, "no status"],
    ["a word that may be anything", { status: "s3cret-token-0123456789" }, "a status that"],
    ["ready without a url", { status: "ready", percentComplete: 100 }, 'the status "ready" and no url'],
  ] as const) {
    it(`${what} as a status is waited for, and named once with what to do after some minutes`, async () => {
      const { outcome, said } = await ensure(listed);
      expect(outcome.unfinished?.text).to.contain("the time limit of 30m was exceeded");
      expect(outcome.state.status).to.equal("inprogress");
      expect(said).to.have.length(1);
      expect(said[0]?.afterMs).to.be.within(3 * MINUTE_MS, 10 * MINUTE_MS);
      expect(said[0]?.text).to.contain(named).and.contain("Check the file in the dashboard").and.not.contain("s3cret");
    });
  }

  it("a status that is not known is named where the wait ends before it is named otherwise", async () => {
    const { outcome, said } = await ensure({ status: "processing", percentComplete: 40 }, { limitMs: MINUTE_MS });
    expect(said).to.deep.equal([]);
    for (const text of [outcome.unfinished?.text, outcome.unfinished?.cause])
      expect(text)
        .to.contain("the time limit of 1m was exceeded")
        .and.contain(' Cloudflare reports the status "processing", which this version does not know: the file counts');
  });

  it("a known status is not named where the wait ends", async () => {
    const { outcome } = await ensure({ status: "inprogress", percentComplete: 40 }, { limitMs: MINUTE_MS });
    expect(outcome.unfinished?.text).to.contain("it had reached 40%").and.not.contain("Cloudflare reports");
  });

  it("a status word that is not known is named at once where nothing is waited for", async () => {
    const { outcome, said } = await ensure({ status: "queued" }, { waitForReady: false });
    expect(outcome.state.status).to.equal("inprogress");
    expect(said.map(({ text }) => text.slice(0, 46))).to.deep.equal(['Cloudflare reports the status "queued", which ']);
  });
});
