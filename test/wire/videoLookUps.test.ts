import { expect } from "chai";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../packages/emulator/src";
import { LookUps } from "../../src/provider/lookUp";
import { Sessions } from "../../src/provider/sessions";
import { ACCOUNT, OTHER_ACCOUNT, TOKEN, video } from "../support/ids";
import { SteppedTime } from "../support/steppedTime";

describe("listing an account's videos", () => {
  let time: SteppedTime;
  let emulator: Emulator;
  let told: string[];
  afterEach(() => emulator.close());

  /** A program whose account has videos, the first of them the oldest. */
  const start = async (options: EmulatorOptions = {}) => {
    time = new SteppedTime();
    emulator = await startEmulator({ ...time.emulator, ...options });
    told = [];
    const config: Record<string, string> = {
      "cloudflare-stream:apiToken": TOKEN,
      "cloudflare-stream:baseUrl": emulator.baseUrl,
      "cloudflare-stream:accountId": ACCOUNT,
    };
    const lookUps = new LookUps(time, new Sessions(time, { retryDelayMs: 0 }));
    const program = {
      identity: {},
      settings: { config: (key: string) => config[key], env: {} },
      log: (message: string) => void told.push(message),
    };
    const list = (args: Record<string, unknown> = {}) => time.run(() => lookUps.list(args, program));
    const failure = (args: Record<string, unknown> = {}) =>
      list(args).then(
        () => "",
        (error: Error) => error.message,
      );
    return { list, failure };
  };
  const statuses = () => emulator.requests.map(({ status }) => status);
  const someVideos = (count: number, first = 1) => Array.from({ length: count }, (_, n) => video(first + n));

  for (const listBounds of ["exclusive", "inclusive"] as const) {
    it(`listing 2,500 videos, many of one moment, finds each once where the API's bounds are ${listBounds}`, async () => {
      const { list } = await start({ listBounds });
      const created = "2026-01-01T00:00:00.123456Z";
      emulator.addVideos({ count: 900, firstVideoId: video(1), createdEveryMs: 1000, created: "2025-01-01T00:00:00Z" });
      emulator.addVideos({ count: 900, firstVideoId: video(901), createdEveryMs: 0, created });
      emulator.addVideos({
        ...{ count: 700, firstVideoId: video(1801), createdEveryMs: 0 },
        created: "2026-01-02T00:00:00.999999Z",
      });
      const { videoIds, videos, accountId } = await list();
      expect(videoIds).to.deep.equal(someVideos(2500));
      expect(videos.map(({ videoId }) => videoId)).to.deep.equal(videoIds);
      expect(videos[900]).to.deep.include({ created, name: "video 1", status: "ready", requireSignedURLs: false });
      expect(accountId).to.equal(ACCOUNT);
      expect(emulator.requests.map(({ operation }) => operation)).to.deep.equal(Array(4).fill("listVideos"));
    });
  }

  it("listing videos passes on what is asked for, of the account that is named", async () => {
    const { list } = await start();
    const bounds = { after: "2026-01-01T00:00:00Z", before: "2026-01-01T00:00:05+00:00" };
    emulator.addVideos({
      ...{ count: 6, accountId: OTHER_ACCOUNT, creator: "a & b", name: "Talk", created: "2026-01-01T00:00:00Z" },
    });
    emulator.addVideo({ videoId: video(99), accountId: ACCOUNT, creator: "a & b" });
    emulator.changeVideo(video(2), { state: "inprogress" });
    emulator.changeVideo(video(3), { creator: "c" });
    const of = { accountId: OTHER_ACCOUNT.toUpperCase(), creator: "a & b" };
    expect((await list(of)).videoIds).to.deep.equal([1, 2, 4, 5, 6].map(video));
    expect((await list({ ...of, ...bounds })).videoIds).to.deep.equal([2, 4, 5].map(video));
    expect((await list({ ...of, status: "ready", limit: 2, search: "talk" })).videoIds).to.deep.equal(
      [5, 6].map(video),
    );
    expect((await list({ accountId: OTHER_ACCOUNT, status: "inprogress" })).videos[0]).to.deep.include({
      status: "inprogress",
    });
    expect((await list({ search: "none" })).videoIds).to.deep.equal([]);
  });

  it("listing videos survives whatever goes wrong in the middle of the pages, and finds all of them", async () => {
    for (const fault of [
      { kind: "status", status: 429 },
      { kind: "status", status: 503, times: 3 },
      { kind: "reset" },
      { kind: "half-body" },
      { kind: "body", body: '{"success":true,"result":{"videos":[]}}' },
      { kind: "body", body: '{"success":true,"result":[{"uid":"x"}]}' },
      { kind: "body", body: "<title>Login</title>" },
      { kind: "hang" },
    ] as const) {
      const { list } = await start();
      emulator.addVideos({ count: 2100 });
      emulator.injectFault({ ...fault, operation: "listVideos", after: 1 });
      expect((await list()).videoIds, JSON.stringify(fault)).to.deep.equal(someVideos(2100));
      await emulator.close();
    }
    await start();
  });

  it("listing videos fails with the call and the reason, and without what was asked for, where a page stays unusable", async () => {
    const { failure } = await start();
    emulator.addVideos({ count: 1500, creator: "the-secret" });
    for (const [fault, words] of [
      [{ kind: "status", status: 503 }, "Cloudflare responded with 503"],
      [{ kind: "status", status: 403 }, "The token lacks a permission"],
      [{ kind: "body", body: '{"success":true,"result":null}' }, "no list of videos"],
      [
        { kind: "body", body: `{"success":true,"result":[{"uid":"${video(1)}"}]}` },
        "a video without the time of its creation",
      ],
    ] as const) {
      emulator.injectFault({ ...fault, operation: "listVideos", after: 1, times: 20 });
      const message = await failure({ creator: "the-secret" });
      expect(message).to.match(/^getStreamVideos: listing the account's videos: /);
      expect(message).to.contain(words).and.not.contain("the-secret");
      emulator.clearFaults();
    }
    expect(await failure({ creator: "" })).to.equal("getStreamVideos: creator must be a text that is not empty");
    expect(await failure({ accountId: "x" })).to.contain("accountId must be 32 hexadecimal characters");
  });

  it("listing a thousand videos with long names is no response that is too large", async () => {
    const { list } = await start();
    emulator.addVideos({ count: 1000, name: "n".repeat(1000) });
    expect((await list()).videoIds).to.have.length(1000);
    await emulator.close();
    const other = await start();
    emulator.injectFault({ kind: "body", body: `"${" ".repeat(33 * 1024 ** 2)}"` });
    expect(await other.failure())
      .to.contain("the response was too large (")
      .and.contain("more than 32 MiB");
  });

  it("listing videos waits for the request budget, causes no 429, and says how far it is", async () => {
    const { list } = await start({ rateLimit: { quota: 20 } });
    emulator.addVideos({ count: 3500 });
    for (let n = 0; n < 6; n += 1) await list();
    expect(statuses().filter((status) => status !== 200)).to.deep.equal([]);
    expect(told).to.have.length(1);
    expect(told[0]).to.match(
      /^getStreamVideos: waiting \S+ for the account's request budget: .+; 0 of 1 look-ups are done, [123],[05]00 videos are listed so far$/,
    );
  });

  it("listing videos says how far it is where it is merely slow, and ends after its time limit with what to do", async () => {
    const { list } = await start();
    emulator.addVideos({ count: 1500 });
    emulator.injectFault({ kind: "delay", ms: 25_000, times: 3 });
    await list();
    expect(told).to.deep.equal([
      "getStreamVideos: 0 of 1 look-ups are done, 1,000 videos are listed so far",
      "getStreamVideos: 0 of 1 look-ups are done, 1,500 videos are listed so far",
    ]);
    await emulator.close();
    const { failure } = await start();
    emulator.block(TOKEN, 3_600_000);
    expect(await failure()).to.match(
      /^getStreamVideos: listing the account's videos: the time limit of 10m1s was exceeded .* Run `pulumi up` again later, or narrow the list with creator, search or status\.$/,
    );
  });

  it("listing videos of which a thousand share a moment fails with that moment", async () => {
    for (const listBounds of ["exclusive", "inclusive"] as const) {
      const { failure } = await start({ listBounds });
      emulator.addVideos({ count: 1200, createdEveryMs: 0, created: "2026-01-01T00:00:00.000001Z" });
      expect(await failure()).to.equal(
        "getStreamVideos: listing the account's videos: at least 1,000 videos were created in the millisecond before " +
          "2026-01-01T00:00:00.001Z, and Cloudflare lists no more at a time. Narrow the list with creator, search or status.",
      );
      expect(emulator.requests.length).to.be.within(2, 3);
      await emulator.close();
    }
    await start();
  });
});
