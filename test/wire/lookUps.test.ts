import { channel } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { expect } from "chai";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../packages/emulator/src";
import { LookUps } from "../../src/provider/lookUp";
import { Sessions } from "../../src/provider/sessions";
import { ACCOUNT, OTHER_ACCOUNT, TOKEN, video } from "../support/ids";
import { SteppedTime } from "../support/steppedTime";

const WINDOW_MS = 300_000;

describe("many look-ups of one process", () => {
  const emulators: Emulator[] = [];
  let time: SteppedTime;
  let lookUps: LookUps;
  beforeEach(() => {
    time = new SteppedTime();
    lookUps = new LookUps(time, new Sessions(time, { retryDelayMs: 0 }));
  });
  afterEach(() => Promise.all(emulators.splice(0).map((emulator) => emulator.close())));

  const start = async (options: EmulatorOptions = {}) => {
    const emulator = await startEmulator({ ...time.emulator, ...options });
    emulators.push(emulator);
    return emulator;
  };
  /** A program with a configuration of its own. */
  const programOf = (emulator: Emulator, token = TOKEN, account = ACCOUNT, env: Record<string, string> = {}) => {
    const told: string[] = [];
    const config: Record<string, string> = {
      "cloudflare:apiToken": token,
      "cloudflare:baseUrl": emulator.baseUrl,
      "cloudflare-stream:accountId": account,
    };
    const program = {
      identity: {},
      settings: { config: (key: string) => config[key], env },
      log: (message: string) => void told.push(`${time.now() - begun} ${message}`),
    };
    const begun = time.now();
    return { told, find: (n: number) => lookUps.find({ videoId: video(n) }, program) };
  };
  const all = <T>(count: number, run: (n: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, index) => run(index + 1)));

  it("many look-ups say once that the environment's token was used, because the configured one is not valid", async () => {
    const emulator = await start({ tokens: ["fresh-token"] });
    const { told, find } = programOf(emulator, TOKEN, ACCOUNT, { CLOUDFLARE_API_TOKEN: "fresh-token" });
    await time.run(() => all(30, find));
    expect(told).to.have.length(1);
    expect(told[0]).to.contain("used the environment's CLOUDFLARE_API_TOKEN");
  });

  it("many look-ups share the account's request budget, and a pause is reported once, with numbers", async () => {
    const emulator = await start({ rateLimit: { quota: 20, windowMs: WINDOW_MS } });
    const { told, find } = programOf(emulator);
    const found = await time.run(() => all(50, find));
    expect(found.map(({ videoId }) => videoId)).to.deep.equal(
      Array.from({ length: 50 }, (_, index) => video(index + 1)),
    );
    expect(emulator.requests.map(({ status }) => status)).to.deep.equal(Array(50).fill(200));
    // Three windows' worth of requests: two pauses.
    expect(told).to.have.length(2);
    for (const [index, line] of told.entries()) {
      const [, pause, done] =
        /getStreamDownloads: waiting (\S+) for the account's request budget: .+; (\d+) of 50 look-ups are done$/.exec(
          line,
        ) ?? [];
      expect(pause, line).to.match(/^(4m5\ds|5m|5m\ds)$/);
      expect(Number(done), line).to.be.within(15 * (index + 1), 20 * (index + 1));
    }
  });

  it("many look-ups report progress when they are merely slow", async () => {
    const emulator = await start();
    const { told, find } = programOf(emulator);
    emulator.injectFault({ kind: "delay", ms: 25_000, times: 2 });
    await time.run(() => all(2, find));
    expect(told).to.deep.equal(["30000 getStreamDownloads: 1 of 2 look-ups are done"]);
  });

  it("many look-ups share sockets, and one request serves all who look up the same video", async () => {
    const emulator = await start({ rateLimit: false });
    const { find } = programOf(emulator);
    // At a time: one that the server has closed for being idle is replaced.
    let [open, sockets] = [0, 0];
    const count = (message: unknown) => {
      const { socket } = message as { socket: Socket };
      sockets = Math.max(sockets, ++open);
      socket.once("close", () => (open -= 1));
    };
    channel("net.client.socket").subscribe(count);
    try {
      await time.run(() => all(300, (n) => find(n % 100)));
    } finally {
      channel("net.client.socket").unsubscribe(count);
    }
    expect(emulator.requests).to.have.length(100);
    // 24 requests at a time. One that begins in the tick in which another ends opens a socket, since that one's is not yet free.
    expect(sockets).to.be.within(1, 2 * 24);
  });

  it("many look-ups end after 10 minutes and a second for each, with one message of what was looked up and what it waited for", async () => {
    const emulator = await start();
    const { find } = programOf(emulator);
    emulator.block(TOKEN, 3_600_000);
    const began = time.now();
    const message = await time.run(() =>
      find(7).then(
        () => "",
        (error: Error) => error.message,
      ),
    );
    expect(time.now() - began).to.be.within(601_000, 602_000);
    expect(message).to.match(
      new RegExp(
        `^getStreamDownloads: looking up the downloads of video ${video(7)}: the time limit of 10m1s was exceeded ` +
          "while the account's request budget allows no request for \\d+m\\d+s\\. Run",
      ),
    );
  });

  it("many look-ups of programs with different configuration each use their own", async () => {
    const [north, south] = [await start({ tokens: ["token-of-north"] }), await start({ tokens: ["token-of-south"] })];
    const northern = programOf(north, "token-of-north");
    const southern = programOf(south, "token-of-south", OTHER_ACCOUNT);
    const found = await time.run(() => Promise.all([northern.find(1), southern.find(1), northern.find(2)]));
    expect(found.map(({ accountId }) => accountId)).to.deep.equal([ACCOUNT, OTHER_ACCOUNT, ACCOUNT]);
    expect([north, south].map(({ requests }) => requests.length)).to.deep.equal([2, 1]);
  });
});
