import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { expect } from "chai";
import { type Emulator, type EmulatorOptions, startEmulator } from "../src";
import { openApiText } from "../scripts/openapi";
import { until } from "../../../test/support/until";
import { ACCOUNT, OTHER_ACCOUNT, TOKEN, video } from "../../../test/support/ids";

const documentPath = join(__dirname, "../openapi.json");

interface Responses {
  readonly responses: Record<
    string,
    { readonly content?: { readonly "application/json": { readonly schema: object } } }
  >;
}

describe("the emulator's admin API", () => {
  let emulator: Emulator;
  const start = async (options: EmulatorOptions = {}) => {
    emulator = await startEmulator({ encodingMs: 1000, now: () => 0, ...options });
  };
  afterEach(() => emulator.close());

  const document = JSON.parse(readFileSync(documentPath, "utf8")) as {
    paths: Record<string, Record<string, Responses>>;
  };
  const ajv = addFormats.default(new Ajv2020({ strict: false }));
  ajv.addSchema({ $id: "document", ...document });

  /** Sends a request, and holds the response to the OpenAPI document. */
  const admin = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${emulator.adminUrl}${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const responded: unknown = text === "" ? undefined : JSON.parse(text);
    const template = path
      .replace(/\?.*/, "")
      .replace(/\/downloads\/\w+$/, "/downloads/{type}")
      .replace(/\/videos\/\w+/, "/videos/{videoId}");
    const documented = document.paths[`/emulator${template}`]?.[method.toLowerCase()]?.responses[response.status];
    expect(documented, `${method} ${path} ${response.status} is documented`).to.not.equal(undefined);
    if (documented?.content !== undefined) {
      const pointer = `/emulator${template}`.replaceAll("/", "~1").replaceAll("{", "%7B").replaceAll("}", "%7D");
      const at = `document#/paths/${pointer}/${method.toLowerCase()}/responses/${response.status}/content/application~1json/schema`;
      const validate = ajv.compile({ $ref: at });
      expect(validate(responded), `${method} ${path}: ${ajv.errorsText(validate.errors)}: ${text}`).to.equal(true);
    }
    return { status: response.status, responded };
  };
  const api = (method: string, path: string) =>
    fetch(`${emulator.baseUrl}/accounts/${ACCOUNT}/stream/${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}` },
    });

  it("the admin API is described by an OpenAPI document made from what the code accepts", async () => {
    await start();
    expect(readFileSync(documentPath, "utf8"), "npm run docs brings it up to date").to.equal(openApiText());
  });

  it("the admin API declares videos, in one account or all, and deletes them", async () => {
    await start({ strict: true });
    expect((await api("GET", video(1))).status).to.equal(404);
    await admin("PUT", `/videos/${video(1)}`, {});
    await admin("PUT", `/videos/${video(2)}`, { accountId: OTHER_ACCOUNT, state: "inprogress", readyAfterMs: 60_000 });
    expect((await api("GET", video(1))).status).to.equal(200);
    expect((await api("GET", video(2))).status).to.equal(404);
    expect((await admin("GET", "/videos")).responded).to.deep.equal([
      { videoId: video(1), state: "ready", downloads: {} },
      { videoId: video(2), accountId: OTHER_ACCOUNT, state: "inprogress", downloads: {} },
    ]);
    await admin("DELETE", `/videos/${video(1)}`);
    expect((await api("GET", video(1))).status).to.equal(404);
  });

  it("the admin API lets the files of one video take longer or fail, of both types, as far as they are requested from then on", async () => {
    await start();
    const path = `/videos/${video(1)}`;
    const status = async (n: number, type: string) => {
      const { result } = (await (await api("GET", `${video(n)}/downloads`)).json()) as {
        result: Record<string, { status: string } | undefined>;
      };
      return result[type]?.status;
    };
    await admin("PUT", path, { encodingMs: 3000, generation: "fails" });
    expect((await admin("GET", "/videos")).responded).to.deep.equal([
      { videoId: video(1), state: "ready", encodingMs: 3000, generation: "fails", downloads: {} },
    ]);
    for (const type of ["default", "audio"]) await api("POST", `${video(1)}/downloads/${type}`);
    await api("POST", `${video(2)}/downloads/default`);
    emulator.clock.advance(2999);
    expect([await status(1, "default"), await status(2, "default")]).to.deep.equal(["inprogress", "ready"]);
    await admin("PATCH", path, { encodingMs: null, generation: null });
    emulator.clock.advance(1);
    expect([await status(1, "default"), await status(1, "audio")]).to.deep.equal(["error", "error"]);
    await api("POST", `${video(1)}/downloads/audio`);
    emulator.clock.advance(1000);
    expect([await status(1, "default"), await status(1, "audio")]).to.deep.equal(["error", "ready"]);
  });

  it("the admin API goes back to the emulator's own settings where a video is declared without them, or with null", async () => {
    await start({ encodingFails: () => true });
    for (const [declared, outcome] of [
      [{ generation: "succeeds" }, "ready"],
      [{ generation: null, encodingMs: null }, "error"],
      [{}, "error"],
    ] as const) {
      await admin("PUT", `/videos/${video(1)}`, declared);
      await api("POST", `${video(1)}/downloads/default`);
      emulator.clock.advance(1000);
      expect((await admin("GET", "/videos")).responded).to.have.nested.property(
        "[0].downloads.default.status",
        outcome,
      );
    }
  });

  it("the admin API declares many videos in one call, alike except for id, name and time of creation", async () => {
    await start({ strict: true });
    const many = { count: 2, firstVideoId: video(255), accountId: ACCOUNT, encodingMs: null, generation: "fails" };
    expect((await admin("POST", "/videos", many)).responded).to.deep.equal({ videoIds: [video(255), video(256)] });
    expect((await admin("GET", "/videos")).responded).to.deep.equal(
      [255, 256].map((n) => ({
        ...{ videoId: video(n), accountId: ACCOUNT, state: "ready", generation: "fails", downloads: {} },
      })),
    );
  });

  it("the admin API changes a video, which keeps its downloads and becomes ready from then on, and no video that does not exist", async () => {
    await start({ strict: true });
    await admin("PUT", `/videos/${video(1)}`, { accountId: ACCOUNT });
    await admin("POST", `/videos/${video(1)}/downloads/audio`);
    emulator.clock.advance(60_000);
    await admin("PATCH", `/videos/${video(1)}`, { state: "inprogress", readyAfterMs: 1000 });
    const [changed] = (await admin("GET", "/videos")).responded as { state: string }[];
    expect(changed).to.deep.include({ accountId: ACCOUNT, state: "inprogress" });
    expect(changed).to.have.nested.property("downloads.audio.status", "ready");
    emulator.clock.advance(1000);
    expect((await admin("GET", "/videos")).responded).to.have.nested.property("[0].state", "ready");
    expect((await admin("PATCH", `/videos/${video(2)}`, {})).status).to.equal(404);
  });

  it("the admin API creates, sets and deletes downloads behind the client's back", async () => {
    await start();
    const path = `/videos/${video(1)}/downloads/audio`;
    await admin("POST", path);
    expect((await admin("GET", "")).responded).to.deep.include({
      baseUrl: emulator.baseUrl,
      files: [`${video(1)}/audio`],
    });
    await admin("PUT", path, { status: "error" });
    expect((await admin("GET", "/videos")).responded).to.have.nested.property("[0].downloads.audio.status", "error");
    await admin("DELETE", path);
    expect(emulator.files()).to.deep.equal([]);
  });

  it("the admin API moves the clock, on which files become ready", async () => {
    await start({ now: () => 1000 });
    await api("POST", `${video(1)}/downloads/default`);
    expect((await admin("POST", "/clock", { advanceMs: 1500 })).responded).to.deep.equal({ now: 2500 });
    expect((await admin("GET", "/clock")).responded).to.deep.equal({ now: 2500 });
    expect((await admin("GET", "/videos")).responded).to.have.nested.property("[0].downloads.default.status", "ready");
  });

  it("the admin API injects faults, shows how many are left, and cancels them", async () => {
    await start();
    await admin("POST", "/faults", { kind: "status", status: 503, times: 2, operation: "listDownloads" });
    expect((await api("GET", `${video(1)}/downloads`)).status).to.equal(503);
    expect((await admin("GET", "/faults")).responded).to.deep.equal([
      { kind: "status", status: 503, times: 1, operation: "listDownloads" },
    ]);
    await admin("DELETE", "/faults");
    expect((await api("GET", `${video(1)}/downloads`)).status).to.equal(200);
  });

  it("the admin API changes its behavior while it runs", async () => {
    await start();
    expect((await api("GET", `${video(1)}/downloads`)).status).to.equal(200);
    expect((await admin("PATCH", "/behavior", { listNone: "404" })).responded).to.include({
      listNone: "404",
      deleteNone: "404",
    });
    expect((await api("GET", `${video(1)}/downloads`)).status).to.equal(404);
    expect((await admin("GET", "/behavior")).responded).to.include({ listNone: "404" });
  });

  it("the admin API spends a user's budget, blocks the user, and spends none itself", async () => {
    await start({ rateLimit: { quota: 5 } });
    await admin("POST", "/budget", { token: TOKEN, spend: 2 });
    for (let i = 0; i < 5; i += 1) await admin("GET", "/requests");
    expect((await api("GET", video(1))).headers.get("ratelimit")).to.match(/r=2;/);
    await admin("POST", "/budget", { token: "other", blockMs: 1000 });
    expect((await api("GET", video(1))).status).to.equal(200);
    await admin("POST", "/budget", { token: TOKEN, blockMs: 1000 });
    expect((await api("GET", video(1))).status).to.equal(429);
    emulator.clock.advance(1000);
    expect((await api("GET", video(1))).status).to.equal(200);
  });

  it("the admin API counts the requests that are open: one that hangs, until its client has gone, and none that have had a response", async () => {
    await start();
    const open = async () => ((await admin("GET", "")).responded as { openRequests: number }).openRequests;
    await (await api("GET", video(1))).text();
    await until(() => emulator.openRequests() === 0);
    emulator.injectFault({ kind: "hang", operation: "videoDetails" });
    const client = new AbortController();
    const hanging = fetch(`${emulator.baseUrl}/accounts/${ACCOUNT}/stream/${video(2)}`, {
      headers: { authorization: `Bearer ${TOKEN}` },
      signal: client.signal,
    }).catch(() => undefined);
    await until(() => emulator.requests.length === 2);
    expect(await open()).to.equal(1);
    client.abort();
    await hanging;
    await until(() => emulator.openRequests() === 0);
    expect(await open()).to.equal(0);
  });

  it("the admin API shows the requests of the API, not its own, and forgets them", async () => {
    await start();
    await api("POST", `${video(1)}/downloads/audio`);
    expect((await admin("GET", "/requests")).responded).to.have.nested.property("[0].operation", "createDownload");
    expect(emulator.requests).to.have.length(1);
    await admin("DELETE", "/requests");
    expect((await admin("GET", "/requests")).responded).to.deep.equal([]);
  });

  for (const [method, path, body, words] of [
    ["PUT", `/videos/${video(1)}`, { state: "gone", typo: 1 }, "state"],
    ["PUT", `/videos/${video(1)}/downloads/gif`, { status: "ready" }, "default or audio"],
    ["PUT", "/videos/x", {}, "32 lower-case hexadecimal"],
    ["PUT", `/videos/${video(1)}`, { generation: "explodes" }, "generation"],
    ["PATCH", `/videos/${video(1)}`, { encodingMs: -1 }, "encodingMs"],
    ["POST", "/faults", { kind: "explode" }, "kind"],
    ["POST", "/clock", { advanceMs: -1 }, "advanceMs"],
    ["PATCH", "/behavior", { progressCurve: "sideways" }, "progressCurve"],
    ["POST", "/budget", { spend: 1 }, "token"],
  ] as const) {
    it(`the admin API refuses ${method} ${path.slice(0, 20)} with ${JSON.stringify(body)} and names what is wrong`, async () => {
      await start();
      const { status, responded } = await admin(method, path, body);
      expect(status).to.equal(400);
      expect((responded as { error: string }).error).to.contain(words);
    });
  }

  it("the admin API refuses a body that a web page could send without asking, and a video that does not exist", async () => {
    await start({ strict: true });
    const plain = await fetch(`${emulator.adminUrl}/clock`, { method: "POST", body: '{"advanceMs":1}' });
    expect(plain.status).to.equal(415);
    expect((await admin("POST", `/videos/${video(1)}/downloads/audio`)).status).to.equal(404);
    expect((await fetch(`${emulator.adminUrl}/typo`)).status).to.equal(404);
  });
});
