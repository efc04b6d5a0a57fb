import { expect } from "chai";
import { type Emulator, type OperationName, startEmulator } from "../../packages/emulator/src";
import { EngineModel } from "../support/engineModel";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { MODEL_HOSTS, type StartHost } from "../support/modelHosts";
import { SteppedTime } from "../support/steppedTime";
import { FAULTS, type FaultCase } from "./faultTable";

/** Where one video of a library is in its life, while others of the library fail at the operation `failsAt`. */
const POINTS: readonly {
  readonly name: string;
  readonly phase: "create" | "resume" | "again" | "destroy";
  /** The request that is under way; without one the file is being encoded. */
  readonly held?: OperationName;
  readonly failsAt: OperationName;
}[] = [
  { name: "it is being looked up", phase: "create", held: "listDownloads", failsAt: "createDownload" },
  {
    name: "its POST was processed and has no response",
    phase: "create",
    held: "createDownload",
    failsAt: "createDownload",
  },
  {
    name: "its POST has no response, nor have the others' list requests",
    phase: "create",
    held: "createDownload",
    failsAt: "listDownloads",
  },
  { name: "the video itself is checked", phase: "create", held: "videoDetails", failsAt: "createDownload" },
  { name: "it is being encoded", phase: "create", failsAt: "createDownload" },
  { name: "it is checked again", phase: "resume", held: "listDownloads", failsAt: "listDownloads" },
  { name: "it is requested once more", phase: "resume", held: "createDownload", failsAt: "createDownload" },
  { name: "it and the others are requested again", phase: "again", held: "createDownload", failsAt: "createDownload" },
  { name: "it is being deleted", phase: "destroy", held: "deleteDownload", failsAt: "deleteDownload" },
];

/** As often as any retry goes. */
const ALWAYS = 1_000_000;
const ENCODING_MS = 60_000;
/** How long a list shows what was before a POST: longer than a pause between two tries. */
const LISTING_LAG_MS = 10_000;
/** Longer than whatever fails at once takes, shorter than a request's time limit. */
const HELD_MS = 20_000;

interface Cell {
  readonly point: (typeof POINTS)[number];
  readonly fault: FaultCase;
  /** How many videos fail: one alone, or so many that it is no matter of the single videos. */
  readonly failing: 1 | 3;
}

const CELLS: readonly Cell[] = POINTS.flatMap((point) =>
  FAULTS.filter(({ fault }) => fault !== undefined).flatMap((fault) =>
    ([1, 3] as const).map((failing) => ({ point, fault, failing })),
  ),
);

/** Runs one cell and returns what is wrong then. */
async function run(
  { point, fault: { fault, name, says }, failing }: Cell,
  clock: SteppedTime,
  startHost: StartHost,
): Promise<string> {
  const emulator: Emulator = await startEmulator({
    ...clock.emulator,
    encodingMs: ENCODING_MS,
    rateLimit: false,
    behavior: { repost: "restart", listingLagMs: LISTING_LAG_MS },
  });
  try {
    const config = {
      "cloudflare:apiToken": TOKEN,
      "cloudflare-stream:accountId": ACCOUNT,
      "cloudflare:baseUrl": emulator.baseUrl,
    };
    const engine = new EngineModel(config, { clock, transport: { retryDelayMs: 0 }, env: {} }, startHost);
    const [other = "", ...bad] = Array.from({ length: failing + 1 }, (_, n) => video(n + 1));
    const program = { library: { videoIds: [other, ...bad] } };
    const files = () => emulator.files();
    const known = () => {
      const { urls = {}, statuses = {} } = (engine.outputs("library") ?? {}) as Record<string, object | undefined>;
      return Object.keys({ ...urls, ...statuses }).map((videoId) => `${videoId}/default`);
    };
    if (point.phase !== "create") {
      const waits = point.phase === "destroy";
      expect(await engine.up({ library: { ...program.library, waitForReady: waits } })).to.equal(true);
    }
    if (point.phase === "resume" && point.held === "createDownload") {
      emulator.setDownload(other, "default", { status: "error", percent: 0 });
      for (const videoId of bad) emulator.setDownload(videoId, "default", undefined);
    }
    if (point.phase === "again")
      for (const videoId of [other, ...bad]) emulator.setDownload(videoId, "default", { status: "error", percent: 0 });
    if (point.held === "videoDetails")
      emulator.addVideo({ videoId: other, state: "inprogress", readyAfterMs: ENCODING_MS });
    if (point.held !== undefined)
      emulator.injectFault({ kind: "delay", ms: HELD_MS, operation: point.held, videoId: other });
    for (const videoId of bad)
      if (fault !== undefined) emulator.injectFault({ ...fault, operation: point.failsAt, videoId, times: ALWAYS });

    const succeeded = await (point.phase === "destroy" ? engine.destroy() : engine.up(program));
    const errors = engine.errors.join("\n");
    // The API documents 404 as "there is none".
    const believed404 = name === "404" && point.failsAt !== "createDownload";
    if (!succeeded) {
      expect(errors).to.match(says);
      expect(errors)
        .to.not.contain(TOKEN)
        .and.not.match(/\n\s+at /);
    }
    if (!believed404) expect(known(), "what exists is in the state").to.include.members(files());

    emulator.clearFaults();
    if (point.phase !== "destroy") {
      expect(await engine.up(program), engine.errors.join()).to.equal(true);
      expect(files()).to.have.members([other, ...bad].map((videoId) => `${videoId}/default`));
      expect(Object.keys(engine.outputs("library")?.urls as object), "all are ready").to.have.length(failing + 1);
      expect(engine.outputs("library")?.failures, "what failed is mended").to.deep.equal({});
      const isAgain = point.phase !== "create" && point.held === "createDownload";
      if (!believed404)
        for (const videoId of [other, ...bad])
          expect(emulator.generations(videoId, "default"), "no file is made twice").to.equal(isAgain ? 2 : 1);
    }
    expect(await engine.destroy(), engine.errors.join()).to.equal(true);
    if (!(name === "404" && point.phase === "destroy")) expect(files(), "nothing is orphaned").to.deep.equal([]);
    return "";
  } catch (error) {
    return `${name}, ${failing} failing: ${(error as Error).message}`;
  } finally {
    await emulator.close();
  }
}

for (const [host, startHost] of Object.entries(MODEL_HOSTS)) {
  describe(`the fault matrix of a library of the ${host}: the failure of some videos x each point in the life of another`, () => {
    it(`the fault matrix of a library of the ${host} has at least 500 cells`, () => {
      expect(CELLS.length).to.be.at.least(500);
    });

    for (const point of POINTS) {
      it(`a library of the ${host} loses, orphans and duplicates nothing when others fail while ${point.name}`, async () => {
        const wrong: string[] = [];
        for (const cell of CELLS.filter((each) => each.point === point)) {
          const time = new SteppedTime();
          wrong.push(await time.run(() => run(cell, time, startHost)));
        }
        expect(wrong.filter((text) => text !== "").join("\n")).to.equal("");
      });
    }
  });
}
