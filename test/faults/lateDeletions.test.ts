import { expect } from "chai";
import { type Emulator, type Fault, startEmulator } from "../../packages/emulator/src";
import { createStreamDownloadProvider, createStreamDownloadsProvider } from "../../src/hosts/dynamic/resourceProvider";
import { ProviderProcess } from "../../src/provider/providerProcess";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { SteppedTime } from "../support/steppedTime";

const READY = { status: "ready", percent: 100 } as const;
const id = video(1);

for (const kind of ["a StreamDownload", "a StreamDownloads"] as const) {
  describe(`the deletion of ${kind}`, () => {
    const time = new SteppedTime();
    const isSingle = kind === "a StreamDownload";
    const args = { ...(isSingle ? { videoId: id } : { videoIds: [id] }), __urn: "urn::a" };
    let emulator: Emulator;
    /** A process of the next update, which is about to delete the resource before it creates it anew. */
    let provider: ReturnType<typeof createStreamDownloadProvider>;
    let inputs: Record<string, unknown>;
    let remove: () => Promise<void>;
    beforeEach(async () => {
      emulator = await startEmulator({ ...time.emulator, encodingMs: 0, behavior: { repost: "restart" } });
      const config: Record<string, string> = {
        "cloudflare:apiToken": TOKEN,
        "cloudflare-stream:accountId": ACCOUNT,
        "cloudflare:baseUrl": emulator.baseUrl,
      };
      const start = async () => {
        const shared = new ProviderProcess({ clock: time, transport: { retryDelayMs: 0 }, env: {} });
        const started = isSingle ? createStreamDownloadProvider(shared) : createStreamDownloadsProvider(shared);
        await started.configure({ config: { get: (key: string) => config[key] } } as never);
        return started;
      };
      const first = await start();
      inputs = (await first.check({}, args)).inputs as typeof inputs;
      const created = await time.run(() => first.create(inputs));
      // Nothing is checked: a resource that the program declares would keep its file instead.
      provider = await start();
      remove = () => provider.delete(created.id, { ...inputs, ...created.outs });
    });
    afterEach(() => emulator.close());

    it(`the deletion of ${kind} counts when it is created anew in the same update, although the list still shows the file`, async () => {
      await time.run(async () => {
        await remove();
        emulator.setDownload(id, "default", READY);
        void time.sleep(10_000).then(() => emulator.setDownload(id, "default", undefined));
        await provider.create(inputs);
      });
      expect(emulator.files()).to.deep.equal([`${id}/default`]);
      expect(emulator.requests.map(({ method }) => method).filter((method) => method !== "GET")).to.deep.equal([
        "POST",
        "DELETE",
        "POST",
      ]);
    });

    it(`the deletion of ${kind} has succeeded where no response to it arrives and the list shows that the file is gone`, async () => {
      emulator.injectFault({ kind: "reset", afterProcessing: true, operation: "deleteDownload", times: 99 });
      await time.run(remove);
      expect(emulator.files()).to.deep.equal([]);
    });

    it(`the deletion of ${kind} has failed where it never arrives, and says to run the same command again`, async () => {
      emulator.injectFault({ kind: "reset", operation: "deleteDownload", times: 99 });
      const failure = await time.run(() => remove().catch((error: Error) => error.message));
      expect(failure).to.contain("Run the same command again; nothing is lost.");
      expect(emulator.files()).to.deep.equal([`${id}/default`]);
    });

    for (const fault of [{ status: 200, body: "" }, { status: 204 }])
      it(`the deletion of ${kind} has failed where an empty response leaves the file listed: ${JSON.stringify(fault)}`, async () => {
        emulator.injectFault({ kind: "status", ...fault, operation: "deleteDownload", times: 9 } as Fault);
        const failure = await time.run(() => remove().catch((error: Error) => error.message));
        expect(failure).to.contain("the response to the deletion was empty, and the file is still listed");
        expect(emulator.files()).to.deep.equal([`${id}/default`]);
        emulator.clearFaults();
        await time.run(remove);
        expect(emulator.files()).to.deep.equal([]);
      });
  });
}
