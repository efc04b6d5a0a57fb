import { channel } from "node:diagnostics_channel";
import { EventEmitter } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { type Emulator, startEmulator } from "../../../packages/emulator/src";
import { ACCOUNT, video } from "../../support/ids";
import { openStream } from "../../support/openStream";
import { SteppedTime } from "../../support/steppedTime";

const first = { accountId: ACCOUNT, videoId: video(1) };

describe("time that steps when nothing is under way", () => {
  let emulator: Emulator | undefined;
  let server: Server | undefined;
  afterEach(async () => {
    await emulator?.close();
    server?.close();
    [emulator, server] = [undefined, undefined];
  });

  it("stepped time stands still while a server works on its response, however long that takes", async () => {
    const slow = createServer((_request, response) => {
      let turns = 0;
      const work = () => {
        turns += 1;
        if (turns < 1000) setImmediate(work);
        else response.end('{"success":true,"errors":[],"result":{}}');
      };
      work();
    });
    server = slow;
    await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
    const time = new SteppedTime();
    const started = time.now();
    const { port } = slow.address() as AddressInfo;
    const { api } = openStream(`http://127.0.0.1:${port}/client/v4`, { clock: time, retries: 0 });
    expect(await time.run(() => api.listDownloads(first))).to.deep.equal({});
    expect(time.now()).to.equal(started);
  });

  it("stepped time steps to the end of a time limit, and then of a delay", async () => {
    const time = new SteppedTime();
    const started = time.now();
    emulator = await startEmulator(time.emulator);
    emulator.injectFault({ kind: "hang" });
    emulator.injectFault({ kind: "delay", ms: 20_000 });
    const { api } = openStream(emulator.baseUrl, { clock: time, retries: 1 });
    // The first try is given up after 30 s; the emulator may hear of it when it has the second already, which takes 20 s.
    expect(await time.run(() => api.listDownloads(first))).to.deep.equal({});
    expect(time.now() - started).to.equal(50_000);
  });

  it("stepped time stands still for a request while the emulator still waits for another one, which the client has given up", async () => {
    const time = new SteppedTime();
    const turns = async () => {
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    };
    let passed = false;
    await time.run(async () => {
      const sleep = time.sleep(1000).then(() => {
        passed = true;
      });
      const [request, response] = [new EventEmitter(), new EventEmitter()];
      channel("http.server.request.start").publish({ request: { socket: { remotePort: 1 } }, response });
      const hungUp = new AbortController();
      void time.emulator.sleep(Number.POSITIVE_INFINITY, hungUp.signal).catch(() => undefined);
      channel("http.client.request.start").publish({ request: Object.assign(request, { socket: { localPort: 2 } }) });
      await turns();
      expect(passed).to.equal(false);
      hungUp.abort();
      response.emit("close");
      await turns();
      expect(passed).to.equal(false);
      request.emit("close");
      await sleep;
    });
    expect(passed).to.equal(true);
  });

  it("stepped time does not wait for what never happens", async () => {
    const failure = await new SteppedTime()
      .run(() => new Promise(() => undefined))
      .catch((error: unknown) => String(error));
    expect(failure).to.contain("nothing is left to happen");
  });
});
