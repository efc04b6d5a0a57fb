import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { expect } from "chai";
import { type Emulator, type EmulatorOptions, startEmulator, type Behavior } from "../../packages/emulator/src";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { openStream } from "../support/openStream";

interface Document {
  readonly components: { readonly schemas: Record<string, { readonly properties?: object }> };
  readonly paths: Record<
    string,
    Record<
      string,
      { readonly responses: Record<string, { readonly content: Record<string, { readonly schema: object }> }> }
    >
  >;
}

const document = JSON.parse(
  readFileSync(join(__dirname, "../fixtures/openapi-stream-downloads.json"), "utf8"),
) as Document;

/** Validates a response against the schema that the document gives for the operation. */
function validator() {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, "api");
  return (path: string, method: string, status: "200" | "4XX", body: unknown): string => {
    const pointer = [path, method, "responses", status, "content", "application/json", "schema"];
    const ref = `api#/paths/${pointer.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;
    const validate = ajv.compile({ $ref: ref });
    return validate(body) ? "valid" : ajv.errorsText(validate.errors);
  };
}

describe("the five operations and video details over HTTP", () => {
  let emulator: Emulator;
  const start = async (options: EmulatorOptions = {}) => {
    emulator = await startEmulator({ encodingMs: 1000, now: () => 0, ...options });
    return openStream(emulator.baseUrl).api;
  };
  afterEach(() => emulator.close());
  const first = { accountId: ACCOUNT, videoId: video(1) };

  it("the operations create, list, find ready and delete a download of each type", async () => {
    const api = await start();
    for (const type of ["default", "audio"] as const) {
      const identity = { ...first, type };
      expect(await api.listDownloads(first)).to.deep.equal({});
      expect((await api.createDownload(identity))[type]?.status).to.equal("inprogress");
      emulator.clock.advance(1000);
      expect((await api.listDownloads(first))[type]).to.deep.include({ status: "ready", percentComplete: 100 });
      expect(await api.deleteDownload(identity)).to.equal("deleted");
      expect(await api.deleteDownload(identity)).to.equal("absent");
    }
  });

  it("the operations act on the default download, and on no other, on the older path where the one with a type is unknown", async () => {
    const api = await start();
    for (const operation of ["createDownload", "deleteDownload"] as const)
      emulator.injectFault({ kind: "status", status: 404, code: 7000, operation, times: 1_000_000 });
    expect((await api.createDownload({ ...first, type: "default" })).default?.status).to.equal("inprogress");
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`]);
    expect(await api.deleteDownload({ ...first, type: "default" })).to.equal("deleted");
    expect(emulator.files()).to.deep.equal([]);
    const refused = await api.createDownload({ ...first, type: "audio" }).catch((error: Error) => error);
    expect(refused).to.be.instanceOf(Error).with.property("message").that.contains("[code: 7000]");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("the operations read a video's state and progress, or undefined if it does not exist", async () => {
    const api = await start({ strict: true });
    emulator.addVideo({ videoId: video(1), state: "inprogress", readyAfterMs: 1000 });
    emulator.clock.advance(500);
    const details = await api.videoDetails(first);
    expect(details).to.include({ readyToStream: false, state: "inprogress" });
    expect(details?.percentComplete).to.equal(50);
    expect(await api.videoDetails({ accountId: ACCOUNT, videoId: video(9) })).to.equal(undefined);
  });

  const settings: Partial<Behavior>[] = [
    { listNone: "404", deleteNone: "200" },
    { typedPostShape: "flat", untypedPostShape: "flat" },
    { postResponse: "all", percentFormat: "string" },
    { urlWhileInProgress: "absent", messages: "absent" },
    { repost: "restart" },
  ];
  for (const behavior of settings) {
    it(`the operations have the same results where the API is ${JSON.stringify(behavior)}`, async () => {
      const api = await start({ behavior });
      const identity = { ...first, type: "audio" as const };
      expect(await api.listDownloads(first)).to.deep.equal({});
      expect((await api.createDownload(identity)).audio?.status).to.equal("inprogress");
      emulator.clock.advance(500);
      const { audio } = await api.listDownloads(first);
      expect(audio?.percentComplete).to.equal(50);
      emulator.clock.advance(500);
      expect((await api.listDownloads(first)).audio?.url).to.match(/audio\.m4a$/);
      await api.deleteDownload(identity);
      expect(await api.listDownloads(first)).to.deep.equal({});
    });
  }

  it("the responses to the operations match the API's own schemas, on its paths and without a body", async () => {
    await start({ strict: true });
    emulator.addVideo({ videoId: video(1) });
    const check = validator();
    const base = "/accounts/{account_id}/stream/{identifier}";
    const list = await fetch(`${emulator.baseUrl}/accounts/${ACCOUNT}/stream?include_counts=true`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    const collection = (await list.json()) as { result: [object] };
    expect(check("/accounts/{account_id}/stream", "get", "200", collection)).to.equal("valid");
    expect(collection.result).to.have.length(1);
    const fields = Object.keys(document.components.schemas.stream_videos?.properties ?? {});
    expect(fields).to.include.members(Object.keys(collection.result[0]));
    const cases: [string, string, string][] = [
      ["get", base, ""],
      ["post", `${base}/downloads`, "/downloads"],
      ["post", `${base}/downloads/{download_type}`, "/downloads/audio"],
      ["get", `${base}/downloads`, "/downloads"],
      ["delete", `${base}/downloads/{download_type}`, "/downloads/audio"],
      ["delete", `${base}/downloads`, "/downloads"],
    ];
    for (const [method, path, suffix] of cases) {
      for (const [id, status] of [
        [video(1), "200"],
        [video(9), "4XX"],
      ] as const) {
        const url = `${emulator.baseUrl}/accounts/${ACCOUNT}/stream/${id}${suffix}`;
        const response = await fetch(url, {
          method: method.toUpperCase(),
          headers: { authorization: `Bearer ${TOKEN}` },
        });
        expect(check(path, method, status, await response.json()), `${method} ${path} ${status}`).to.equal("valid");
      }
    }
    expect(check(base, "get", "200", { success: "yes" })).to.not.equal("valid");
  });
});
