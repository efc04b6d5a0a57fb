import { connect } from "node:net";
import { expect } from "chai";
import { type Emulator, type EmulatorOptions, type Fault, startEmulator } from "../src";
import { ACCOUNT, TOKEN, video } from "../../../test/support/ids";
import { until } from "../../../test/support/until";
import { raw } from "./support/raw";

const JSON_TYPE = { "content-type": "application/json" };
const BEARER = { authorization: `Bearer ${TOKEN}` };

describe("what the emulator takes from others", () => {
  let emulator: Emulator;
  const start = async (options: EmulatorOptions = {}) => {
    emulator = await startEmulator({ now: () => 0, ...options });
  };
  afterEach(() => emulator.close());
  const admin = async (method: string, path: string, body?: unknown, headers: Record<string, string> = JSON_TYPE) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const response = await raw(`${emulator.adminUrl}${path}`, { method, headers }, text);
    return { status: response.status, responded: JSON.parse(response.body.toString() || "null") as { error?: string } };
  };
  const downloads = (n: number) => `${emulator.baseUrl}/accounts/${ACCOUNT}/stream/${video(n)}/downloads`;
  const api = (n: number, method = "GET") => raw(downloads(n), { method, headers: BEARER });

  for (const [method, path, body, at] of [
    ["POST", "/budget", { token: TOKEN, spend: Number.MAX_SAFE_INTEGER }, "spend"],
    ["POST", "/budget", { token: TOKEN, blockMs: 1e300 }, "blockMs"],
    ["POST", "/clock", { advanceMs: 1e300 }, "advanceMs"],
    ["PUT", `/videos/${video(1)}`, { readyAfterMs: 1e300 }, "readyAfterMs"],
    ["PATCH", "/behavior", { listingLagMs: 1e300 }, "listingLagMs"],
    ["PATCH", "/behavior", { videoIsLive: { status: 400, code: 1e300, message: "" } }, "code"],
    ["POST", "/faults", { kind: "delay", ms: 1e300 }, "ms"],
    ["POST", "/faults", { kind: "reset", times: 1e300 }, "times"],
  ] as const) {
    it(`the emulator refuses ${method} ${path.slice(0, 9)} with ${JSON.stringify(body)}, and responds to the next request as before`, async () => {
      await start();
      const { status, responded } = await admin(method, path, body);
      expect(status).to.equal(400);
      expect(responded.error).to.contain(at);
      expect((await api(1)).status).to.equal(200);
      expect((await admin("GET", "/clock")).status).to.equal(200);
    });
  }

  it("the emulator spends a million requests at once, which is more than there are", async () => {
    await start();
    expect((await admin("POST", "/budget", { token: TOKEN, spend: 1_000_000 })).status).to.equal(204);
    expect((await api(1)).headers["retry-after"]).to.equal("300");
  });

  it("the emulator refuses to move the clock past the last date that there is, however it is moved", async () => {
    await start();
    expect(() => emulator.clock.advance(1e300)).to.throw("8640000000000000");
    expect(() => emulator.clock.advance(-1)).to.throw("8640000000000000");
    emulator.clock.advance(8.64e15 - 1);
    const { status, responded } = await admin("POST", "/clock", { advanceMs: 2 });
    expect([status, responded.error]).to.deep.equal([
      400,
      "the emulator's time goes from 1970 to 8640000000000000 ms after, and not back",
    ]);
  });

  it("the emulator keeps the last requests, numbered, and shows them in pages", async () => {
    await start({ keepRequests: 3 });
    for (let n = 1; n <= 5; n += 1) await api(n);
    expect(emulator.requests.map(({ number, videoId }) => [number, videoId])).to.deep.equal(
      [3, 4, 5].map((n) => [n, video(n)]),
    );
    expect((await admin("GET", "")).responded).to.include({ requests: 5 });
    const numbers = async (query: string) =>
      ((await admin("GET", `/requests${query}`)).responded as unknown as { number: number }[]).map(
        ({ number }) => number,
      );
    expect(await numbers("")).to.deep.equal([3, 4, 5]);
    expect(await numbers("?limit=1")).to.deep.equal([3]);
    expect(await numbers("?after=3&limit=1")).to.deep.equal([4]);
    expect(await numbers("?after=5")).to.deep.equal([]);
    expect((await admin("GET", "/requests?limit=0")).responded.error).to.contain("limit");
    emulator.clearRequests();
    await api(6);
    expect(await numbers("")).to.deep.equal([6]);
  });

  it("the emulator does not keep a video that was only named, nor one whose downloads are gone again", async () => {
    await start();
    for (let n = 1; n <= 5; n += 1) await api(n);
    expect(emulator.videos()).to.deep.equal([]);
    await api(6, "POST");
    await api(7, "POST");
    expect(emulator.videos().map(({ videoId }) => videoId)).to.deep.equal([video(6), video(7)]);
    const page = (await admin("GET", `/videos?after=${video(6)}&limit=1`)).responded as unknown as {
      videoId: string;
    }[];
    expect(page.map(({ videoId }) => videoId)).to.deep.equal([video(7)]);
    await api(6, "DELETE");
    emulator.setDownload(video(7), "default", undefined);
    expect(emulator.videos()).to.deep.equal([]);
    await api(6, "POST");
    expect(emulator.generations(video(6), "default")).to.equal(2);
  });

  it("the emulator refuses a body of more than 1 MiB with 413, whether its length is announced or not", async () => {
    await start();
    const text = JSON.stringify({ kind: "body", body: "x".repeat(2 ** 20) });
    for (const more of [{ "content-length": String(text.length) }, { "transfer-encoding": "chunked" }]) {
      const headers = { ...JSON_TYPE, ...more };
      const { status } = await raw(`${emulator.adminUrl}/faults`, { method: "POST", headers }, text);
      expect(status).to.equal(413);
    }
    expect(emulator.faults()).to.deep.equal([]);
  });

  for (const [fault, at] of [
    [{ kind: "status", status: 503, headers: { "bad name": "x" } }, "bad name"],
    [{ kind: "status", status: 503, headers: { "x-a": "two\r\nlines" } }, "x-a"],
    [{ kind: "status", status: 503, headers: { "Content-Length": "3" } }, "Content-Length"],
    [{ kind: "status", status: 503, headers: { Trailer: "x-y" } }, "Trailer"],
    [{ kind: "body", body: "", contentType: "two\nlines" }, "contentType"],
    [{ kind: "status", status: 204, body: "x" }, "body"],
    [{ kind: "status", status: 205, body: "" }, "body"],
    [{ kind: "status", status: 304, body: "x" }, "body"],
    [{ kind: "delay", ms: Number.NaN }, "ms"],
  ] as const) {
    it(`the emulator refuses the fault ${JSON.stringify(fault)}, which cannot be carried out`, async () => {
      await start();
      const { status, responded } = await admin("POST", "/faults", fault);
      expect(status).to.equal(400);
      expect(responded.error).to.contain(at);
      expect(() => emulator.injectFault(fault as Fault)).to.throw(at);
      expect(emulator.faults()).to.deep.equal([]);
    });
  }

  for (const status of [204, 205, 304]) {
    it(`the emulator responds ${status} without a body where a fault says so`, async () => {
      await start();
      emulator.injectFault({ kind: "status", status });
      const response = await api(1);
      expect([response.status, response.body.length]).to.deep.equal([status, 0]);
    });
  }

  it("the emulator refuses to start a download, or anything else, for a page that sends no JSON", async () => {
    await start();
    const path = `/videos/${video(1)}/downloads/audio`;
    for (const [method, at] of [
      ["POST", path],
      ["DELETE", path],
      ["PUT", `/videos/${video(1)}`],
      ["DELETE", `/videos/${video(1)}`],
      ["DELETE", "/faults"],
      ["DELETE", "/requests"],
    ] as const) {
      expect((await admin(method, at, undefined, {})).status, `${method} ${at}`).to.equal(415);
    }
    expect(emulator.files()).to.deep.equal([]);
    expect((await admin("POST", path)).status).to.equal(204);
    expect((await admin("POST", "/clock", { advanceMs: 1 }, { "content-type": "Application/JSON" })).status).to.equal(
      200,
    );
  });

  it("the emulator refuses a Host that is a name of somebody else's, and an Origin of another site, unless they are allowed", async () => {
    await start();
    const status = async (headers: Record<string, string>, url = emulator.adminUrl) =>
      (await raw(url, { headers })).status;
    for (const url of [emulator.adminUrl, downloads(1)]) {
      for (const host of ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example"])
        expect(await status({ host, ...BEARER }, url), host).to.equal(403);
      for (const origin of ["http://evil.example", "https://192.0.2.1", "null"])
        expect(await status({ origin, ...BEARER }, url), origin).to.equal(403);
      for (const host of ["localhost", "LOCALHOST:1", "127.0.0.2:80", "[::1]:80", "192.0.2.1", "emulator.localhost"])
        expect(await status({ host, ...BEARER }, url), host).to.equal(200);
      for (const origin of ["http://localhost:3000", "http://127.0.0.1", "http://[::1]:1"])
        expect(await status({ origin, ...BEARER }, url), origin).to.equal(200);
    }
    await emulator.close();
    await start({ allowedHosts: ["emulator"] });
    expect(await status({ host: "emulator:8787", origin: "http://emulator" })).to.equal(200);
    expect(await status({ host: "evil.example" })).to.equal(403);
    await emulator.close();
    await start({ allowedHosts: ["*"] });
    expect(await status({ host: "any.example", origin: "https://another.example" })).to.equal(200);
  });

  it("the emulator says in its own words that an admin path does not exist, or that there is no budget to spend", async () => {
    await start({ rateLimit: false });
    expect((await admin("GET", "/typo")).responded).to.deep.equal({ error: "no such route: GET /emulator/typo" });
    expect((await admin("PATCH", "/clock", {})).responded).to.deep.equal({
      error: "no such route: PATCH /emulator/clock",
    });
    const { status, responded } = await admin("POST", "/budget", { token: TOKEN, spend: 1 });
    expect([status, responded.error]).to.deep.equal([409, "there is no request budget: the rate limit is turned off"]);
    expect(() => emulator.block(TOKEN, 1)).to.throw("no request budget");
  });

  it("the emulator names five wrong properties of a body, however many there are", async () => {
    await start();
    const headers = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`bad name ${n}`, "x"]));
    const { status, responded } = await admin("POST", "/faults", { kind: "status", status: 503, headers });
    expect(status).to.equal(400);
    expect(responded.error?.split("; ")).to.have.length(5);
  });

  it("the emulator counts no request as open whose client has gone, also where it waited behind others on its connection", async () => {
    await start();
    const socket = connect(emulator.port, "127.0.0.1");
    const path = new URL(downloads(1)).pathname;
    emulator.injectFault({ kind: "hang" });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`.repeat(30));
    await until(() => emulator.openRequests() === 30);
    socket.destroy();
    await until(() => emulator.openRequests() === 0);
  });

  it("the emulator goes on at the end of time", async () => {
    let now = 0;
    await start({ now: () => now });
    emulator.clock.advance(8.64e15);
    now = 1000;
    const { status } = await raw(downloads(1).replace("/downloads", ""), { headers: BEARER });
    expect(status).to.equal(200);
  });
});
