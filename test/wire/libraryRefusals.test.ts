import { expect } from "chai";
import { Job } from "../../src/budget/job";
import { type Emulator, startEmulator } from "../../packages/emulator/src";
import { ensureAll } from "../../src/downloads/batch";
import { Library } from "../../src/downloads/library";
import { libraryFace } from "../../src/downloads/libraryFace";
import { ACCOUNT, video } from "../support/ids";
import { openStream } from "../support/openStream";
import { silent } from "../support/silent";
import { SteppedTime } from "../support/steppedTime";

describe("a library of which Cloudflare refuses some videos", () => {
  let emulator: Emulator;
  let time: SteppedTime;
  beforeEach(async () => {
    time = new SteppedTime();
    emulator = await startEmulator({ ...time.emulator, encodingMs: 1000 });
  });
  afterEach(() => emulator.close());

  /** A library of a hundred videos with two types each, of which some are refused. */
  const ensure = async (isRefused: (n: number) => boolean, operation: "listDownloads" | "createDownload") => {
    const numbers = Array.from({ length: 100 }, (_, n) => n + 1);
    for (const n of numbers.filter(isRefused))
      emulator.injectFault({ kind: "status", status: 403, operation, videoId: video(n), times: 1_000_000 });
    const library = numbers.flatMap((n) =>
      (["default", "audio"] as const).map((type) => ({ accountId: ACCOUNT, videoId: video(n), type })),
    );
    const session = openStream(emulator.baseUrl, { clock: time });
    const signal = new AbortController().signal;
    const run = { ...session, clock: time, report: silent, job: new Job(), signal };
    return time.run(() => ensureAll(libraryFace, run, library, new Library(), { waitForReady: true }));
  };

  for (const operation of ["listDownloads", "createDownload"] as const) {
    it(`a library is not given up because the first forty of a hundred videos are refused at ${operation}`, async () => {
      const { done, failed } = await ensure((n) => n <= 40, operation);
      expect({ done, failed: failed.length }).to.deep.equal({ done: 120, failed: 80 });
      expect(failed.map(({ reason }) => reason.text).join()).to.not.contain("not tried any further");
    });

    it(`a library of which every video is refused at ${operation} is given up after a few`, async () => {
      await ensure(() => true, operation);
      expect(emulator.requests.filter((request) => request.operation === operation).length).to.be.below(60);
    });
  }
});
