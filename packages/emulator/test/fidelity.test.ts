import { expect } from "chai";
import { type Emulator, type EmulatorOptions, type Fault, startEmulator } from "../src";
import { ACCOUNT, TOKEN, video } from "../../../test/support/ids";
import { raw } from "./support/raw";

describe("the emulated API", () => {
  let emulator: Emulator;
  const start = async (options: EmulatorOptions = {}) => {
    emulator = await startEmulator({ now: () => 0, encodingMs: 0, ...options });
  };
  afterEach(() => emulator.close());
  const bearer = { authorization: `Bearer ${TOKEN}` };
  const send = async (headers: Record<string, string> = bearer, path = "/downloads", more: object = {}) => {
    const url = `${emulator.baseUrl}/accounts/${ACCOUNT}/stream/${video(1)}${path}`;
    const response = await raw(url, { headers, ...more });
    const text = response.body.toString();
    const { errors, result } = (text.startsWith("{") && response.failure === undefined ? JSON.parse(text) : {}) as {
      errors?: { code: number; error_chain?: { code: number }[] }[];
      result?: Record<string, { url: string }>;
    };
    const codes = errors?.flatMap(({ code, error_chain: chain = [] }) => [code, ...chain.map((link) => link.code)]);
    return { ...response, codes, result };
  };
  const outcome = async (headers: Record<string, string>) => {
    const { status, codes } = await send(headers);
    return [status, ...(codes ?? [])];
  };
  const globalKey = (email: string, key: string) => ({ "x-auth-email": email, "x-auth-key": key });

  it("the emulated API refuses every other kind of credentials once some are declared", async () => {
    await start({ tokens: [TOKEN] });
    expect(await outcome(bearer)).to.deep.equal([200]);
    expect(await outcome(globalKey("me@example.com", "k".repeat(37)))).to.deep.equal([403, 9103]);
    expect(await outcome({ "x-auth-user-service-key": "v1.0-key" })).to.deep.equal([403, 10000]);
    await emulator.close();
    await start({ globalKeys: [{ email: "me@example.com", key: "the-key" }], serviceKeys: ["v1.0-service"] });
    expect(await outcome(globalKey("me@example.com", "the-key"))).to.deep.equal([200]);
    expect(await outcome(globalKey("Me@Example.com", "the-key"))).to.deep.equal([200]);
    expect(await outcome(globalKey("me@example.com", "another"))).to.deep.equal([403, 9103]);
    expect(await outcome(globalKey("you@example.com", "the-key"))).to.deep.equal([403, 9103]);
    expect(await outcome({ "x-auth-user-service-key": "v1.0-service" })).to.deep.equal([200]);
    expect(await outcome({ "x-auth-user-service-key": "v1.0-other" })).to.deep.equal([403, 10000]);
    expect(await outcome(bearer)).to.deep.equal([401, 1000]);
  });

  it("the emulated API refuses empty and half-given keys, also where any others are accepted", async () => {
    await start();
    expect(await outcome(globalKey("", ""))).to.deep.equal([400, 6003, 6102, 6103]);
    expect(await outcome(globalKey("me@example.com", ""))).to.deep.equal([400, 6003, 6103]);
    expect(await outcome(globalKey("nobody", "key"))).to.deep.equal([400, 6003, 6102]);
    expect(await outcome({ "x-auth-email": "me@example.com" })).to.deep.equal([400, 9106]);
    expect(await outcome({ "x-auth-user-service-key": "" })).to.deep.equal([400, 6003]);
    expect(await outcome(globalKey("me@example.com", "key"))).to.deep.equal([200]);
    expect(await outcome({ "x-auth-user-service-key": "v1.0-any" })).to.deep.equal([200]);
  });

  it("the emulated API lets a read-only token read by HEAD as by GET", async () => {
    await start({ readOnlyTokens: ["reader"] });
    const { status, body, headers } = await send({ authorization: "Bearer reader" }, "", { method: "HEAD" });
    expect([status, body.length, headers["content-type"]]).to.deep.equal([200, 0, "application/json; charset=UTF-8"]);
  });

  it("the emulated API has its rate-limit headers and a ray on every response, injected faults included", async () => {
    await start({ rateLimit: { quota: 3 } });
    const seen = new Set<unknown>();
    const expectHeaders = ({ headers }: { headers: Record<string, unknown> }, of: string) => {
      expect(headers, of).to.include.keys("cf-ray", "ratelimit", "ratelimit-policy");
      expect(seen.has(headers["cf-ray"]), of).to.equal(false);
      seen.add(headers["cf-ray"]);
    };
    expectHeaders(await send({}), "no credentials");
    expectHeaders(await raw(`${emulator.baseUrl}/zones`), "no such route");
    for (const fault of [
      { kind: "status", status: 503 },
      { kind: "body", body: "<html>" },
      { kind: "half-body" },
      { kind: "trickle", msPerByte: 0 },
      { kind: "delay", ms: 0 },
    ] as Fault[]) {
      emulator.injectFault(fault);
      expectHeaders(await send(), fault.kind);
    }
    emulator.block(TOKEN, 1000);
    const limited = await send();
    expect(limited.status).to.equal(429);
    expectHeaders(limited, "429");
  });

  it("the emulated API lets a fault's own headers replace its, however they are written", async () => {
    await start();
    emulator.injectFault({ kind: "status", status: 429, headers: { RateLimit: '"own";r=0;t=9', "Retry-After": "9" } });
    const { headers } = await send();
    expect(headers).to.deep.include({ ratelimit: '"own";r=0;t=9', "retry-after": "9" });
  });

  it("the emulated API lets one address make so many requests in a second, and no more", async () => {
    await start({ requestsPerSecond: 2 });
    expect([(await send()).status, (await send({})).status]).to.deep.equal([200, 400]);
    const limited = await send({ authorization: "Bearer another-token" });
    expect([limited.status, limited.headers["retry-after"]]).to.deep.equal([429, "1"]);
    expect((await send(bearer, "/downloads", { localAddress: "127.0.0.2" })).status).to.equal(200);
    emulator.clock.advance(1000);
    expect((await send()).status).to.equal(200);
  });

  it("the emulated API names a file as filename says, with or without its extension", async () => {
    await start();
    await send(bearer, "/downloads", { method: "POST" });
    const { result } = await send();
    const names = async (query: string) =>
      (await raw(`${result?.default?.url}${query}`)).headers["content-disposition"];
    expect(await names("?filename=MY_VIDEO.mp4")).to.equal('attachment; filename="MY_VIDEO.mp4"');
    expect(await names("?filename=MY_VIDEO")).to.equal('attachment; filename="MY_VIDEO.mp4"');
    for (const bad of ["", "?filename=", `?filename=${"x".repeat(121)}`, "?filename=a%22b", "?filename=a.exe"])
      expect(await names(bad), bad).to.equal(`attachment; filename="${video(1)}.mp4"`);
  });

  it("the emulated API gives a file the address by which its client reached the API, or the one it is told", async () => {
    await start({ allowedHosts: ["emulator"] });
    await send(bearer, "/downloads", { method: "POST" });
    const url = async (host?: string) =>
      (await send(host === undefined ? bearer : { ...bearer, host })).result?.default?.url;
    const path = `/${video(1)}/downloads/default.mp4`;
    expect(await url()).to.equal(`http://127.0.0.1:${emulator.port}${path}`);
    expect(await url("emulator:8787")).to.equal(`http://emulator:8787${path}`);
    await emulator.close();
    await start({ origin: "https://files.example" });
    await send(bearer, "/downloads", { method: "POST" });
    expect(await url()).to.equal(`https://files.example${path}`);
    expect(await url("files.example")).to.equal(`https://files.example${path}`);
    expect(emulator.baseUrl).to.equal(`http://127.0.0.1:${emulator.port}/client/v4`);
  });

  it("the emulated API refuses an origin that is not one", async () => {
    const failure = await startEmulator({ origin: "files.example" }).catch((error: Error) => error.message);
    expect(failure).to.contain("http://localhost:8787");
    await start();
  });
});
