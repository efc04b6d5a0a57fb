import { expect } from "chai";
import { type Emulator, type EmulatorOptions, type LoggedRequest, startEmulator } from "../../packages/emulator/src";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { MODEL_HOSTS } from "../support/modelHosts";
import { EngineModel } from "../support/engineModel";
import { openStream } from "../support/openStream";
import { SteppedTime } from "../support/steppedTime";

const ENVIRONMENT = "environments-token";
const fallbackCredentials = { kind: "token", token: ENVIRONMENT } as const;
const identity = (n: number) => ({ accountId: ACCOUNT, videoId: video(n), type: "default" as const });
const INVALID: readonly (readonly [number, number, string])[] = [
  [401, 10000, "Authentication error"],
  [400, 6003, "Invalid request headers"],
  [403, 9103, "Unknown X-Auth-Key or X-Auth-Email"],
  [403, 9109, "Invalid access token"],
  [400, 1000, "Invalid API Token"],
];
const VALID: readonly (readonly [number, number, string])[] = [
  [403, 10000, "Authentication error"],
  [403, 9109, "Unauthorized to access requested resource"],
  [401, 9109, "Unauthorized to access requested resource"],
];

describe("the configured credentials and the environment's", () => {
  let emulator: Emulator;
  const start = async (options: EmulatorOptions = {}) => {
    emulator = await startEmulator({ encodingMs: 0, ...options });
    return openStream(emulator.baseUrl, { fallbackCredentials });
  };
  afterEach(() => emulator.close());
  const statuses = () => emulator.requests.map(({ status }: LoggedRequest) => status);
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => "none",
      (error: Error) => error.message,
    );

  for (const [status, code, message] of INVALID) {
    it(`the environment's credentials are used from then on where the configured ones are not valid: ${status}, ${code}`, async () => {
      const { api, credentials } = await start();
      emulator.injectFault({ kind: "status", status, code, message });
      await api.listDownloads(identity(1));
      expect(credentials.isFallback).to.equal(true);
      await api.listDownloads(identity(2));
      expect(statuses()).to.deep.equal([status, 200, 200]);
    });
  }

  for (const [status, code, message] of VALID) {
    it(`the environment's credentials are never used where the configured ones lack a permission: ${status}, ${message}`, async () => {
      const { api, credentials } = await start();
      emulator.injectFault({ kind: "status", status, code, message });
      expect(await failure(api.listDownloads(identity(1)))).to.contain(message);
      await api.listDownloads(identity(2));
      expect(credentials.isFallback).to.equal(false);
      expect(statuses()).to.deep.equal([status, 200]);
    });
  }

  for (const status of [401, 403]) {
    it(`the environment's credentials are never used because of a page with status ${status}`, async () => {
      const { api, credentials } = await start();
      emulator.injectFault({ kind: "status", status, body: "<title>Sign in</title>", times: 2 });
      await api.listDownloads(identity(1));
      expect(credentials.isFallback).to.equal(false);
      expect(statuses()).to.deep.equal([status, status, 200]);
    });
  }

  it("nothing is decided by a 401 without a code of the API's", async () => {
    const { api, credentials } = await start({ tokens: [ENVIRONMENT] });
    for (const errors of ["[]", '["Unauthorized"]', '[{"code":401,"message":"Unauthorized"}]'])
      emulator.injectFault({ kind: "status", status: 401, body: `{"success":false,"errors":${errors}}` });
    for (let n = 0; n < 3; n += 1) expect(await failure(api.listDownloads(identity(1)))).to.contain("401");
    expect(credentials.isFallback).to.equal(false);
    expect(statuses()).to.deep.equal([401, 401, 401]);
    await api.listDownloads(identity(1));
    expect(credentials.isFallback).to.equal(true);
  });

  it("what has been decided stays: a later refusal leads to no other credentials", async () => {
    const { api, credentials } = await start();
    await api.listDownloads(identity(1));
    emulator.injectFault({ kind: "status", status: 401, code: 1000, message: "Invalid API Token" });
    expect(await failure(api.listDownloads(identity(2)))).to.contain("401");
    await api.listDownloads(identity(3));
    expect(credentials.isFallback).to.equal(false);
  });

  it("the error of the configured credentials is reported where the environment's are refused too, and those are tried once", async () => {
    const { api, credentials } = await start({ tokens: ["another-token"] });
    const errors = await Promise.all(Array.from({ length: 40 }, (_, n) => failure(api.listDownloads(identity(n)))));
    for (const error of errors) expect(error).to.contain("401: Invalid API Token [code: 1000]");
    expect(credentials.isFallback).to.equal(false);
    expect(emulator.requests).to.have.length(41);
  });

  it("the environment's credentials are not adopted by a response that does not show whether they are valid", async () => {
    const { api, credentials } = await start({ tokens: [ENVIRONMENT] });
    emulator.injectFault({ kind: "status", status: 503, after: 1 });
    await api.listDownloads(identity(1));
    expect(statuses()).to.deep.equal([401, 503, 401, 200]);
    expect(credentials.isFallback).to.equal(true);
  });

  it("a request that the environment's credentials may have carried out is not reported as refused", async () => {
    const { api } = await start({ tokens: [ENVIRONMENT] });
    emulator.injectFault({ kind: "status", status: 502, afterProcessing: true, after: 1 });
    expect(await failure(api.createDownload(identity(1)))).to.contain("502");
  });

  it("of many requests at once one tries the environment's credentials, and the others follow", async () => {
    const { api, credentials } = await start({ tokens: [ENVIRONMENT] });
    await Promise.all(Array.from({ length: 40 }, (_, n) => api.listDownloads(identity(n))));
    expect(credentials.isFallback).to.equal(true);
    expect(statuses().filter((status) => status === 200)).to.have.length(40);
  });
});

for (const [host, startHost] of Object.entries(MODEL_HOSTS)) {
  describe(`the configured credentials and the environment's, in the ${host}`, () => {
    const time = new SteppedTime();
    let emulator: Emulator;
    afterEach(() => emulator.close());
    const start = async (
      options: EmulatorOptions,
      given: Record<string, string> = { "cloudflare:apiToken": TOKEN },
    ) => {
      emulator = await startEmulator({ ...time.emulator, encodingMs: 0, rateLimit: false, ...options });
      const config = {
        ...given,
        "cloudflare-stream:accountId": ACCOUNT,
        "cloudflare:baseUrl": emulator.baseUrl,
      };
      const env = { CLOUDFLARE_API_TOKEN: ENVIRONMENT };
      return new EngineModel(config, { clock: time, transport: { retryDelayMs: 0 }, env }, startHost);
    };
    const library = { library: { videoIds: Array.from({ length: 40 }, (_, n) => video(n)) } };

    for (const [what, fault] of [
      ["a permission that one of 40 videos lacks", { status: 403, code: 10000 }],
      ["a page instead of one response of 40", { status: 403, body: "<title>Blocked</title>" }],
    ] as const) {
      it(`the ${host} keeps the configured token whatever the environment has, despite ${what}`, async () => {
        const engine = await start({ tokens: [TOKEN] });
        emulator.injectFault({ kind: "status", ...fault, operation: "createDownload", videoId: video(7), times: 100 });
        expect(await time.run(() => engine.up(library))).to.equal(false);
        expect(emulator.files()).to.have.length(39);
        expect(engine.errors.join()).to.contain(fault.status.toString()).and.not.contain("401");
      });
    }

    for (const token of ["downloads", "default", "ready", "status"]) {
      it(`the ${host} changes nothing in the state where the token is a word of the response: ${token}`, async () => {
        const engine = await start({ encodingMs: 5000 }, { "cloudflare:apiToken": token });
        const program = { a: { videoId: video(1) }, library: { videoIds: [video(2)] } };
        expect(await time.run(() => engine.up(program)), engine.errors.join()).to.equal(true);
        const url = (n: number) => `${emulator.baseUrl.replace("/client/v4", "")}/${video(n)}/downloads/default.mp4`;
        expect(engine.outputs("a")).to.include({ status: "ready", url: url(1) });
        expect(engine.outputs("library")?.urls).to.deep.equal({ [video(2)]: { default: url(2) } });
        expect(emulator.generations(video(1), "default")).to.equal(1);
      });
    }

    for (const written of ["k\\/ey+0123456789", "k/ey\\u002b0123456789", "k\\u002fey\\u002B0123456789"]) {
      it(`the ${host} neither shows nor stores a key that a response repeats as ${written}`, async () => {
        const engine = await start(
          {},
          { "cloudflare:apiKey": "k/ey+0123456789", "cloudflare:email": "me@example.com" },
        );
        const body = `{"success":false,"errors":[{"code":1,"message":"no ${written}"}],"messages":[],"result":null}`;
        emulator.injectFault({ kind: "status", status: 400, body, operation: "listDownloads", times: 100 });
        const program = { a: { videoId: video(1) }, library: { videoIds: [video(2), video(3)] } };
        expect(await time.run(() => engine.up(program))).to.equal(false);
        for (const text of [...engine.errors, JSON.stringify(engine.outputs("library")?.failures)])
          expect(text).to.contain("no [redacted] [code: 1]").and.not.contain("0123456789");
      });
    }

    it(`the ${host} writes nothing with the environment's token where the configured one may only read`, async () => {
      const engine = await start({ tokens: [ENVIRONMENT], readOnlyTokens: [TOKEN] });
      for (const program of [library, { a: { videoId: video(1) } }]) {
        expect(await time.run(() => engine.up(program))).to.equal(false);
        expect(engine.errors.join()).to.contain("lacks a permission");
        expect(emulator.files()).to.deep.equal([]);
      }
    });
  });
}
