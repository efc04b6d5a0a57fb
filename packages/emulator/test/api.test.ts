import { expect } from "chai";
import { type Emulator, type EmulatorOptions, startEmulator } from "../src";
import { ACCOUNT, OTHER_ACCOUNT, TOKEN, video } from "../../../test/support/ids";

interface Envelope {
  readonly success: boolean;
  readonly errors: readonly { readonly code: number }[];
  readonly result: unknown;
}

describe("the emulator", () => {
  let emulator: Emulator;
  const start = async (options: EmulatorOptions = {}) => {
    emulator = await startEmulator({ now: () => 0, ...options });
  };
  afterEach(() => emulator.close());
  const bearer = { authorization: `Bearer ${TOKEN}` };
  const send = async (method: string, path: string, headers: Record<string, string> = bearer) => {
    const response = await fetch(`${emulator.baseUrl}${path}`, { method, headers });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Envelope };
  };
  const of = (n: number, more = "", account = ACCOUNT) => `/accounts/${account}/stream/${video(n)}${more}`;
  const code = ({ status, body }: { status: number; body: Envelope }) => [status, body.errors[0]?.code];

  it("the emulator refuses absent, malformed, invalid and insufficient credentials, each as the API does", async () => {
    await start({ tokens: [TOKEN], readOnlyTokens: ["reader-token"] });
    expect(code(await send("GET", of(1), {}))).to.deep.equal([400, 9106]);
    expect(code(await send("GET", of(1), { authorization: "Bearer two words" }))).to.deep.equal([400, 6003]);
    expect(code(await send("GET", of(1), { authorization: "Bearer another" }))).to.deep.equal([401, 1000]);
    expect(code(await send("POST", of(1, "/downloads"), { authorization: "Bearer reader-token" }))).to.deep.equal([
      403, 10000,
    ]);
    expect((await send("GET", of(1, "/downloads"), { authorization: "Bearer reader-token" })).status).to.equal(200);
    await emulator.close();
    await start({ tokens: [TOKEN], behavior: { invalidTokenCode: 9109 } });
    expect(code(await send("GET", of(1), { authorization: "Bearer another" }))).to.deep.equal([403, 9109]);
  });

  it("the emulator responds to bad paths, ids, types and foreign accounts with the API's codes", async () => {
    await start();
    emulator.addVideo({ videoId: video(1), accountId: ACCOUNT });
    expect(code(await send("GET", "/accounts/x/stream/y"))).to.deep.equal([404, 7003]);
    expect(code(await send("GET", "/zones"))).to.deep.equal([404, 7000]);
    expect(code(await send("POST", of(1, "/downloads/gif")))).to.deep.equal([400, 10005]);
    expect(code(await send("GET", of(1, "", OTHER_ACCOUNT)))).to.deep.equal([404, 10003]);
  });

  it("the emulator says to whoever opens its address, or the base URL, where everything is, without credentials", async () => {
    await start({ rateLimit: { quota: 1 } });
    const { origin } = new URL(emulator.baseUrl);
    for (const path of ["", "/", "/client/v4", "/client/v4/"]) {
      const response = await fetch(`${origin}${path}`);
      expect(response.status, path).to.equal(200);
      const hint = (await response.json()) as Record<string, string>;
      expect(hint.emulator, path).to.match(/^cloudflare-stream-emulator \d/);
      expect(hint).to.deep.include({ CLOUDFLARE_BASE_URL: emulator.baseUrl, adminApi: emulator.adminUrl });
      const downloads = hint.downloads?.replace("{account_id}", ACCOUNT).replace("{video_id}", video(1));
      expect(downloads, path).to.equal(`${emulator.baseUrl}${of(1, "/downloads")}`);
      expect((await fetch(hint.adminApi ?? "")).status, path).to.equal(200);
    }
    expect((await send("GET", of(1))).status).to.equal(200);
    expect(emulator.requestCount()).to.equal(1);
  });

  it("the emulator blocks a user for five minutes after one request too many, and says so in its headers", async () => {
    await start({ rateLimit: { quota: 3 } });
    for (const left of [2, 1, 0]) {
      const { headers } = await send("GET", of(1));
      expect(headers.get("ratelimit")).to.equal(`"default";r=${left};t=300`);
      expect(headers.get("ratelimit-policy")).to.equal('"default";q=3;w=300');
    }
    const limited = await send("GET", of(1));
    expect([limited.status, limited.headers.get("retry-after")]).to.deep.equal([429, "300"]);
    emulator.clock.advance(299_999);
    expect((await send("GET", of(1))).status).to.equal(429);
    emulator.clock.advance(1);
    expect((await send("GET", of(1))).status).to.equal(200);
  });

  for (const [repost, status, generations] of [
    ["same", 200, 1],
    ["restart", 200, 2],
    ["refuse", 409, 1],
  ] as const) {
    it(`the emulator responds to a second POST as its behavior is set: ${repost}`, async () => {
      await start({ behavior: { repost } });
      await send("POST", of(1, "/downloads/audio"));
      expect((await send("POST", of(1, "/downloads/audio"))).status).to.equal(status);
      expect(emulator.generations(video(1), "audio")).to.equal(generations);
    });
  }

  for (const [state, refused] of [
    ["pendingupload", 400],
    ["live-inprogress", 400],
    ["error", 400],
    ["ready", 200],
  ] as const) {
    it(`the emulator responds to a POST for a video that is ${state} with ${refused}`, async () => {
      await start();
      emulator.addVideo({ videoId: video(1), state });
      expect((await send("POST", of(1, "/downloads"))).status).to.equal(refused);
    });
  }

  for (const [course, percents] of [
    ["linear", [25, 75]],
    ["steps", [25, 75]],
    ["late", [3, 10]],
    ["stuck", [0, 0]],
  ] as const) {
    it(`the emulator lets the percentage follow the curve ${course}`, async () => {
      let now = 0;
      await start({ encodingMs: 1000, now: () => now, behavior: { progressCurve: course } });
      await send("POST", of(1, "/downloads"));
      const seen: number[] = [];
      for (const at of [250, 750]) {
        now = at;
        const { body } = await send("GET", of(1, "/downloads"));
        seen.push(Math.round((body.result as { default: { percentComplete: number } }).default.percentComplete));
      }
      expect(
        [Math.abs((seen[0] ?? 0) - percents[0]) <= 1, Math.abs((seen[1] ?? 0) - percents[1]) <= 1],
        String(seen),
      ).to.deep.equal([true, true]);
    });
  }

  it("the emulator does not list a new download at once where it is set so, and follows a progress curve of the test's own", async () => {
    let now = 0;
    await start({ encodingMs: 1000, now: () => now, behavior: { listingLagMs: 100, progressCurve: () => 0.5 } });
    await send("POST", of(1, "/downloads"));
    expect((await send("GET", of(1, "/downloads"))).body.result).to.deep.equal({});
    now = 200;
    expect((await send("GET", of(1, "/downloads"))).body.result).to.have.nested.property("default.percentComplete", 50);
  });

  it("the emulator lists a failed download for a while after it was requested again, where it is set so, and what a test sets at once", async () => {
    let now = 0;
    await start({ encodingMs: 1000, now: () => now, behavior: { listingLagMs: 100 } });
    const listed = async () => (await send("GET", of(1, "/downloads"))).body.result;
    emulator.setDownload(video(1), "default", { status: "error", percent: 0 });
    expect(await listed()).to.have.nested.property("default.status", "error");
    await send("POST", of(1, "/downloads"));
    expect(await listed()).to.have.nested.property("default.status", "error");
    now = 100;
    expect(await listed()).to.have.nested.property("default.status", "inprogress");
  });

  it("the emulator serves the files that it generated, under the requested name, and no others", async () => {
    await start({ encodingMs: 0 });
    await send("POST", of(1, "/downloads/audio"));
    const origin = emulator.baseUrl.replace("/client/v4", "");
    const file = await fetch(`${origin}/${video(1)}/downloads/audio.m4a?filename=my_sound`);
    expect([file.status, file.headers.get("content-type")]).to.deep.equal([200, "audio/mp4"]);
    expect(file.headers.get("content-disposition")).to.contain("my_sound.m4a");
    for (const path of [`${video(1)}/downloads/default.mp4`, `${video(2)}/downloads/audio.m4a`]) {
      expect((await fetch(`${origin}/${path}`)).status).to.equal(404);
    }
  });

  it("the emulator has the time of day unless a test gives another, and moves on from there", async () => {
    emulator = await startEmulator();
    const before = Date.now();
    const now = emulator.clock.now();
    expect(now).to.be.within(before, Date.now());
    emulator.clock.advance(60_000);
    expect(emulator.clock.now()).to.be.within(now + 60_000, Date.now() + 60_000);
  });

  it("the emulator says which port is taken", async () => {
    await start();
    const failure = await startEmulator({ port: emulator.port }).catch((error: Error) => error.message);
    expect(failure).to.contain(`port ${emulator.port} is taken`);
  });

  it("the emulator refuses to touch a video that does not exist", async () => {
    await start({ strict: true });
    expect(() => emulator.startDownload(video(1), "audio")).to.throw("declare it first");
  });
});
