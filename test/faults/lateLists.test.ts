import { expect } from "chai";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../packages/emulator/src";
import { EngineModel, type Program } from "../support/engineModel";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { MODEL_HOSTS } from "../support/modelHosts";
import { SteppedTime } from "../support/steppedTime";

/** As long as a list may be late, at most. */
const LISTING_LAG_MS = 15_000;
const ENCODING_MS = 60_000;
const id = video(1);
const FAILED = { status: "error", percent: 0 } as const;

/** The same download as a resource of its own, and as the only one of a library. */
const PROGRAMS: Readonly<Record<string, (waitForReady: boolean) => Program>> = {
  "a StreamDownload": (waitForReady) => ({ a: { videoId: id, waitForReady } }),
  "a StreamDownloads": (waitForReady) => ({ a: { videoIds: [id], waitForReady } }),
};

for (const [host, startHost] of Object.entries(MODEL_HOSTS)) {
  for (const [kind, programOf] of Object.entries(PROGRAMS)) {
    describe(`${kind} of the ${host}, a list that is late and a file that is requested again`, () => {
      const time = new SteppedTime();
      let emulator: Emulator;
      let config: Record<string, string>;
      const start = async (behavior: EmulatorOptions["behavior"] = {}, more: EmulatorOptions = {}) => {
        emulator = await startEmulator({
          ...time.emulator,
          encodingMs: ENCODING_MS,
          rateLimit: false,
          behavior: { repost: "restart", listingLagMs: LISTING_LAG_MS, ...behavior },
          ...more,
        });
        config = {
          "cloudflare:apiToken": TOKEN,
          "cloudflare-stream:accountId": ACCOUNT,
          "cloudflare:baseUrl": emulator.baseUrl,
        };
        return new EngineModel(config, { clock: time, transport: { retryDelayMs: 0 }, env: {} }, startHost);
      };
      afterEach(() => emulator.close());
      const generations = () => emulator.generations(id, "default");
      const isKnown = (engine: EngineModel) => engine.outputs("a") !== undefined;
      const methods = () => emulator.requests.map(({ method }) => method).filter((method) => method !== "GET");
      const status = (engine: EngineModel) => {
        const { status, statuses } = engine.outputs("a") as { status?: string; statuses?: Record<string, object> };
        return status ?? (statuses?.[id] as { default?: string } | undefined)?.default;
      };

      it(`${kind} of the ${host} is not requested twice when the POST's response is lost and the list is late`, async () => {
        const engine = await start();
        emulator.injectFault({ kind: "reset", afterProcessing: true, operation: "createDownload" });
        expect(await time.run(() => engine.up(programOf(true))), engine.errors.join()).to.equal(true);
        expect(generations()).to.equal(1);
      });

      it(`${kind} of the ${host} is not requested twice by an update that follows at once`, async () => {
        const engine = await start();
        expect(await time.run(() => engine.up(programOf(false)))).to.equal(true);
        expect(engine.outputs("a")).to.have.property("__requestedAt");
        expect(await time.run(() => engine.up(programOf(false)))).to.equal(true);
        expect(await time.run(() => engine.up(programOf(true)))).to.equal(true);
        expect(generations()).to.equal(1);
        expect(engine.outputs("a")).to.not.have.property("__requestedAt");
      });

      for (const phase of ["the update that waits for it", "the next update"]) {
        it(`${kind} of the ${host} is not requested twice when ${phase} gets a late list slowly`, async () => {
          const engine = await start();
          const isNext = phase === "the next update";
          if (isNext) expect(await time.run(() => engine.up(programOf(false)))).to.equal(true);
          const late = { kind: "delay", ms: 25_000, operation: "listDownloads" } as const;
          emulator.injectFault({ ...late, after: isNext ? 0 : 1 });
          expect(await time.run(() => engine.up(programOf(true))), engine.errors.join()).to.equal(true);
          expect(generations()).to.equal(1);
        });
      }

      it(`${kind} of the ${host} is not dropped by a refresh that follows at once, and then deleted`, async () => {
        const engine = await start();
        expect(await time.run(() => engine.up(programOf(false)))).to.equal(true);
        expect(await time.run(() => engine.refresh())).to.equal(true);
        expect(isKnown(engine) && status(engine)).to.equal("inprogress");
        expect(await time.run(() => engine.destroy())).to.equal(true);
        expect(emulator.files()).to.deep.equal([]);
      });

      it(`${kind} of the ${host} that the POST's response calls ready is not dropped by a refresh that follows at once`, async () => {
        const engine = await start({}, { encodingMs: 0 });
        expect(await time.run(() => engine.up(programOf(true)))).to.equal(true);
        expect(await time.run(() => engine.refresh())).to.equal(true);
        expect(isKnown(engine)).to.equal(true);
        expect(await time.run(() => engine.up(programOf(true)))).to.equal(true);
        expect(generations()).to.equal(1);
      });

      it(`${kind} of the ${host} that somebody deleted is requested at once if it was requested long ago or nobody knows when`, async () => {
        for (const forget of [false, true]) {
          const engine = await start({ listingLagMs: 0 });
          expect(await time.run(() => engine.up(programOf(false)))).to.equal(true);
          if (forget) delete engine.outputs("a")?.__requestedAt;
          else await time.run(() => time.sleep(LISTING_LAG_MS));
          emulator.setDownload(id, "default", undefined);
          const began = time.now();
          expect(await time.run(() => engine.up(programOf(false)))).to.equal(true);
          expect(time.now() - began).to.equal(0);
          expect(generations()).to.equal(2);
          await emulator.close();
        }
      });

      it(`${kind} of the ${host} is looked for when a DELETE that follows its request at once finds nothing`, async () => {
        const engine = await start();
        expect(await time.run(() => engine.up(programOf(false)))).to.equal(true);
        emulator.injectFault({ kind: "status", status: 404, code: 10003, operation: "deleteDownload" });
        expect(await time.run(() => engine.destroy())).to.equal(true);
        expect(emulator.files()).to.deep.equal([]);
      });

      const failedBefore = async (behavior?: EmulatorOptions["behavior"]) => {
        const engine = await start(behavior);
        expect(await time.run(() => engine.up(programOf(false)))).to.equal(true);
        await time.run(() => time.sleep(LISTING_LAG_MS));
        emulator.setDownload(id, "default", FAILED);
        emulator.clearRequests();
        return engine;
      };

      for (const [what, fault] of [
        ["a server error", { kind: "status", status: 502 }],
        ["a gateway's page", { kind: "status", status: 409, body: "<title>Conflict</title>" }],
        ["a closed connection", { kind: "reset" }],
      ] as const) {
        it(`${kind} of the ${host} that failed is generated once more only when its POST acts and responds with ${what}`, async () => {
          const engine = await failedBefore();
          emulator.injectFault({ ...fault, afterProcessing: true, operation: "createDownload" });
          expect(await time.run(() => engine.up(programOf(true))), engine.errors.join()).to.equal(true);
          expect(generations()).to.equal(2);
          expect(methods()).to.deep.equal(["POST"]);
        });
      }

      it(`${kind} of the ${host} that failed is left to whoever has just requested it again when the POST is refused`, async () => {
        const engine = await failedBefore({ repostAfterError: "refuse" });
        emulator.startDownload(id, "default");
        emulator.injectFault({ kind: "status", status: 409, operation: "createDownload" });
        expect(await time.run(() => engine.up(programOf(true))), engine.errors.join()).to.equal(true);
        expect(generations()).to.equal(2);
        expect(methods()).to.deep.equal(["POST"]);
      });

      for (const repostAfterError of ["refuse", "same"] as const) {
        it(`${kind} of the ${host} that failed is deleted and requested where a POST has the effect: ${repostAfterError}`, async () => {
          const engine = await failedBefore({ repostAfterError });
          expect(await time.run(() => engine.up(programOf(true))), engine.errors.join()).to.equal(true);
          expect(generations()).to.equal(2);
          expect(methods()).to.deep.equal(["POST", "DELETE", "POST"]);
        });
      }

      it(`${kind} of the ${host} that failed is not taken for failed again because the list is late`, async () => {
        const engine = await failedBefore();
        expect(await time.run(() => engine.up(programOf(true))), engine.errors.join()).to.equal(true);
        expect(generations()).to.equal(2);
        expect(methods()).to.deep.equal(["POST"]);
      });

      it(`${kind} of the ${host} may exist after a POST whose outcome is unknown, also when a later one is refused`, async () => {
        const engine = await start({ listingLagMs: 20_000 });
        emulator.injectFault({ kind: "status", status: 502, afterProcessing: true, operation: "createDownload" });
        emulator.injectFault({ kind: "status", status: 403, code: 10000, operation: "createDownload" });
        expect(await time.run(() => engine.up(programOf(true)))).to.equal(false);
        expect(engine.errors.join()).to.contain("lacks a permission");
        expect(isKnown(engine) && status(engine)).to.equal("inprogress");
      });
    });
  }
}
