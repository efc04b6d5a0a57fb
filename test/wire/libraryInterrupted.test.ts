import { expect } from "chai";
import { Job } from "../../src/budget/job";
import { type Emulator, startEmulator } from "../../packages/emulator/src";
import { ensureAll } from "../../src/downloads/batch";
import { Library } from "../../src/downloads/library";
import { libraryFace } from "../../src/downloads/libraryFace";
import { Cancelled, type Progress, TimeLimitExceeded } from "../../src/downloads/operation";
import { ACCOUNT, video } from "../support/ids";
import { openStream } from "../support/openStream";
import { silent } from "../support/silent";
import { SteppedTime } from "../support/steppedTime";

describe("a library that is interrupted before all is requested", () => {
  const identities = Array.from({ length: 40 }, (_, n) => {
    return { accountId: ACCOUNT, videoId: video(n + 1), type: "default" as const };
  });
  let emulator: Emulator;
  let time: SteppedTime;
  afterEach(() => emulator.close());

  /** Ensures the library with a budget for a part of it, and interrupts that after a minute. */
  const interrupted = async (reason: Error) => {
    time = new SteppedTime();
    emulator = await startEmulator({ ...time.emulator, encodingMs: 3_600_000, rateLimit: { quota: 60 } });
    const end = new AbortController();
    const session = openStream(emulator.baseUrl, { clock: time });
    const run = { ...session, clock: time, report: silent, job: new Job(), signal: end.signal };
    void time.sleep(60_000, end.signal).then(
      () => end.abort(reason),
      () => undefined,
    );
    const outcome = await time.run(() =>
      ensureAll(libraryFace, run, identities, new Library(), { waitForReady: true }),
    );
    const outputs = libraryFace.outputsOf(outcome.library, { accountId: ACCOUNT, waitForReady: true });
    return { outcome, outputs: outputs as { statuses: object; failures: object } };
  };
  const requestedVideos = () =>
    emulator.requests.flatMap(({ method, videoId }) => (method === "POST" ? [videoId] : [])).sort();

  it("a library that is interrupted says what was requested and what was not, and its statuses have only what exists", async () => {
    const { outcome, outputs } = await interrupted(new Cancelled());
    const requested = requestedVideos().length;
    expect(requested).to.be.within(1, 39);
    expect(Object.keys(outputs.statuses).sort()).to.deep.equal(requestedVideos());
    expect(Object.keys(outputs.failures)).to.have.length(40);
    expect(outputs.failures).to.deep.include({
      [video(40)]: { default: "not requested yet: cancelled. Run the same command again to continue." },
    });
    const lines = libraryFace.failureText(outcome, "ready", false).split("\n");
    expect(lines[0]).to.equal("40 of 40 interrupted (0 of 40 ready; the same command continues with the rest):");
    expect([lines[1], lines[3]]).to.deep.equal([
      `  ${40 - requested} x not requested yet: cancelled. Run the same command again to continue.`,
      `  ${requested} x cancelled while waiting. The encoding continues at Cloudflare; the next \`pulumi up\` resumes.`,
    ]);
    expect(lines[2]).to.match(new RegExp(`^ {4}(?:\\w{32}/default(?:, )?){10} and ${30 - requested} more$`));
    const named = lines[2]?.match(/\w{32}/g) ?? [];
    expect(named, "in the order of the program").to.deep.equal([...named].sort());
  });

  it("a library that continues counts from its first row on what was requested before", async () => {
    const { outcome } = await interrupted(new Cancelled());
    const rows: string[] = [];
    const end = new AbortController();
    const report = {
      ...silent,
      progress: ({ text }: Progress) => {
        rows.push(text());
        end.abort(new Cancelled());
      },
    };
    const session = openStream(emulator.baseUrl, { clock: time });
    const run = { ...session, clock: time, report, job: new Job(), signal: end.signal };
    const requested = requestedVideos().length;
    await time.run(() => ensureAll(libraryFace, run, identities, outcome.library, { waitForReady: true }));
    expect(rows[0]).to.equal(`${requested} of 40 requested`);
  });

  it("a library whose time limit ends its requests says so of what is not requested", async () => {
    const { outcome } = await interrupted(new TimeLimitExceeded(60_000));
    expect(libraryFace.failureText(outcome, "ready", false)).to.match(
      /\d+ x not requested yet: the time limit of 1m was exceeded\. Run the command again, or raise customTimeouts\.\n/,
    );
  });
});
