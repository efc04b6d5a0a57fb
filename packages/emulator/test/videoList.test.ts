import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import Cloudflare from "cloudflare";
import { expect } from "chai";
import { type Emulator, type EmulatorOptions, startEmulator } from "../src";
import { ACCOUNT, OTHER_ACCOUNT, TOKEN, video } from "../../../test/support/ids";

interface Listed {
  readonly success: boolean;
  readonly errors: readonly { readonly code: number; readonly message: string }[];
  readonly result: readonly {
    readonly uid: string;
    readonly created: string;
    readonly meta: { readonly name: string };
  }[];
  readonly range?: number;
  readonly total?: number;
}

/** Cloudflare's own description of the response, closed: what it does not name is not there. */
function validator() {
  const document = JSON.parse(
    readFileSync(join(__dirname, "../../../test/fixtures/openapi-stream-downloads.json"), "utf8"),
  ) as { components: { schemas: Record<string, object> } };
  const { stream_videos: videos } = document.components.schemas;
  Object.assign(videos ?? {}, { additionalProperties: false });
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, "api");
  return (schema: string, body: unknown): string => {
    const validate = ajv.compile({ $ref: `api#/components/schemas/${schema}` });
    return validate(body) ? "valid" : ajv.errorsText(validate.errors);
  };
}

describe("the list of an account's videos", () => {
  let emulator: Emulator;
  const start = async (options: EmulatorOptions = {}) => {
    emulator = await startEmulator({ now: () => Date.UTC(2026, 0, 1), ...options });
  };
  afterEach(() => emulator.close());
  const bearer = { authorization: `Bearer ${TOKEN}` };
  const send = (path: string, headers: Record<string, string> = bearer) =>
    fetch(`${emulator.baseUrl}/accounts/${path}`, { headers });
  const list = async (query: Record<string, string> = {}, account = ACCOUNT) =>
    (await (await send(`${account}/stream?${new URLSearchParams(query).toString()}`)).json()) as Listed;
  const ids = async (query: Record<string, string> = {}, account = ACCOUNT) =>
    (await list(query, account)).result.map(({ uid }) => uid);
  const admin = (method: string, path: string, body: unknown) =>
    fetch(`${emulator.adminUrl}${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  it("the list has the videos that were declared or have downloads, of that account, the newest first", async () => {
    await start({ now: () => 0 });
    expect((await list()).result).to.deep.equal([]);
    emulator.addVideo({ videoId: video(1) });
    emulator.addVideo({ videoId: video(2), accountId: OTHER_ACCOUNT });
    emulator.clock.advance(1);
    emulator.addVideo({ videoId: video(3), accountId: ACCOUNT });
    emulator.clock.advance(1);
    await send(`${ACCOUNT}/stream/${video(4)}`);
    emulator.startDownload(video(5), "audio");
    emulator.removeVideo(video(5));
    expect(await ids()).to.deep.equal([video(3), video(1)]);
    expect(await ids({ asc: "true" })).to.deep.equal([video(1), video(3)]);
    expect(await ids({}, OTHER_ACCOUNT)).to.deep.equal([video(2), video(1)]);
    emulator.startDownload(video(4), "audio");
    expect(await ids()).to.include(video(4));
  });

  it("the list and the details of a video have the same fields, as they were declared, and those of Cloudflare's description", async () => {
    await start();
    const check = validator();
    await admin("PUT", `/videos/${video(1)}`, {
      ...{ name: "puppy.mp4", creator: "me", created: "2025-12-24T18:00:00.123456+01:00", duration: 300.4, size: 7 },
      ...{ requireSignedURLs: true, scheduledDeletion: "2026-03-01T00:00:00Z", liveInput: "c".repeat(32) },
    });
    await admin("PUT", `/videos/${video(2)}`, {
      created: "2025-12-01T00:00:00Z",
      state: "inprogress",
      readyAfterMs: 2000,
    });
    await admin("PUT", `/videos/${video(3)}`, {
      created: "2025-11-01T00:00:00Z",
      state: "error",
      errorReason: "no video",
    });
    emulator.clock.advance(1000);
    const { result, ...envelope } = await list();
    expect(envelope).to.deep.equal({ success: true, errors: [], messages: [] });
    expect(result[0]).to.deep.equal({
      ...{ uid: video(1), created: "2025-12-24T17:00:00.123456Z", uploaded: "2025-12-24T17:00:00.123456Z" },
      ...{ modified: "2025-12-24T17:00:00.123456Z", readyToStreamAt: "2025-12-24T17:00:00.123456Z" },
      ...{ duration: 300.4, size: 7, meta: { name: "puppy.mp4" }, creator: "me", liveInput: "c".repeat(32) },
      ...{ requireSignedURLs: true, scheduledDeletion: "2026-03-01T00:00:00Z", readyToStream: true },
      status: { state: "ready", pctComplete: "100.000000", errorReasonCode: "", errorReasonText: "" },
    });
    expect(result[1]).to.deep.include({ duration: -1, readyToStream: false, meta: { name: "video 00000000" } });
    expect(result[1]).to.have.nested.property("status.pctComplete", "50.000000");
    expect(result[2]).to.have.nested.property("status.errorReasonText", "no video");
    for (const listed of result) {
      const single = (await (await send(`${ACCOUNT}/stream/${listed.uid}`)).json()) as { result: unknown };
      expect(single.result).to.deep.equal(listed);
      expect(check("stream_video_response_single", single)).to.equal("valid");
    }
    expect(check("stream_video_response_collection", await list({ include_counts: "true" }))).to.equal("valid");
    expect(check("stream_video_response_collection", { ...envelope, result: [{ unknown: 1 }] })).to.contain(
      "additional",
    );
    emulator.changeVideo(video(1), { name: null });
    expect((await list()).result[0]).to.deep.include({
      meta: { name: "video 00000000" },
      modified: "2026-01-01T00:00:01.000000Z",
    });
  });

  for (const asc of ["true", "false"]) {
    it(`the list shows each of 2,500 videos once to a client that goes on at the last one's created, asc=${asc}`, async () => {
      await start();
      const made = await admin("POST", "/videos", { count: 2500, name: "lecture", createdEveryMs: 0.001 });
      const { videoIds } = (await made.json()) as { videoIds: string[] };
      expect([videoIds.length, videoIds[0], videoIds[2499]]).to.deep.equal([2500, video(1), video(2500)]);
      const seen: string[] = [];
      const sizes: number[] = [];
      const ranges: (number | undefined)[] = [];
      for (let query = {}; ;) {
        const { result, range, total } = await list({ asc, include_counts: "true", ...query });
        sizes.push(result.length);
        ranges.push(range);
        expect(total).to.equal(2500);
        seen.push(...result.map(({ uid }) => uid));
        const last = result.at(-1);
        if (last === undefined) break;
        query = { [asc === "true" ? "after" : "before"]: last.created };
      }
      expect(seen).to.deep.equal(asc === "true" ? videoIds : [...videoIds].reverse());
      expect(sizes).to.deep.equal([1000, 1000, 500, 0]);
      expect(ranges).to.deep.equal([2500, 1500, 500, 0]);
    });
  }

  it("the list leaves out videos that were created at the very moment of start, after, end or before", async () => {
    await start();
    emulator.addVideos({ count: 3, created: "2025-01-01T00:00:00Z", createdEveryMs: 1000 });
    const second = "2025-01-01T00:00:01Z";
    for (const name of ["start", "after"]) expect(await ids({ [name]: second })).to.deep.equal([video(3)]);
    for (const name of ["end", "before"]) expect(await ids({ [name]: second })).to.deep.equal([video(1)]);
    expect(await ids({ start: "2024-12-31T23:59:59Z", before: "2025-01-01T01:00:02+01:00" })).to.deep.equal([
      video(2),
      video(1),
    ]);
  });

  it("the list has them where the emulator is to include that moment, so that a client reads the last one twice", async () => {
    await start({ listBounds: "inclusive" });
    emulator.addVideos({ count: 3, created: "2025-01-01T00:00:00Z", createdEveryMs: 1000 });
    const second = "2025-01-01T00:00:01Z";
    expect(await ids({ start: second })).to.deep.equal([video(3), video(2)]);
    expect(await ids({ before: second })).to.deep.equal([video(2), video(1)]);
  });

  it("the list has many videos of the same moment where they are declared so, as a client may meet them", async () => {
    await start();
    emulator.addVideos({ count: 3, createdEveryMs: 0, firstVideoId: video(7), creator: "me" });
    const { result } = await list({ limit: "2" });
    expect(result.map(({ uid }) => uid)).to.deep.equal([video(9), video(8)]);
    expect(await ids({ before: result[1]?.created ?? "" })).to.deep.equal([]);
  });

  for (const [query, expected] of [
    [{ search: "PUPPY" }, [3, 1]],
    [{ video_name: "puppy" }, [3]],
    [{ name: `puppy,${video(2)}` }, [3, 2]],
    [{ id: `${video(1)},${video(2)},${video(9)}` }, [2, 1]],
    [{ creator: "me" }, [2]],
    [{ status: "ready" }, [2, 1]],
    [{ status: "inprogress" }, [3]],
    [{ type: "live" }, [2]],
    [{ type: "vod" }, [3, 1]],
    [{ live_input_id: "c".repeat(32) }, [2]],
    [{ limit: "1", status: "ready" }, [2]],
    [{ status: "ready", creator: "you" }, []],
    [{ unknown: "1" }, [3, 2, 1]],
  ] as [Record<string, string>, number[]][]) {
    it(`the list has the videos that ${JSON.stringify(query)} asks for`, async () => {
      await start();
      const on = (day: number) => ({ created: `2025-01-0${day}T00:00:00Z` });
      emulator.addVideo({ videoId: video(1), name: "a puppy", ...on(1) });
      emulator.addVideo({ videoId: video(2), name: "kitten", creator: "me", liveInput: "c".repeat(32), ...on(2) });
      emulator.addVideo({ videoId: video(3), name: "puppy", state: "inprogress", ...on(3) });
      expect(await ids(query)).to.deep.equal(expected.map(video));
    });
  }

  for (const [query, words] of [
    ["limit=1001", "limit"],
    ["limit=0", "limit"],
    ["limit=many", "limit"],
    ["before=yesterday", "before"],
    ["after=2025-02-01", "after"],
    ["start=2025-13-01T00:00:00Z", "start"],
    ["end=2025-01-01T00:00:00+01:00", "end"],
    ["asc=1", "asc"],
    ["status=ready,error", "status"],
    ["type=film", "type"],
  ] as const) {
    it(`the list refuses ${query} as a bad request`, async () => {
      await start();
      const response = await send(`${ACCOUNT}/stream?${query}`);
      const { errors } = (await response.json()) as Listed;
      expect([response.status, errors[0]?.code]).to.deep.equal([400, 10005]);
      expect(errors[0]?.message).to.contain(`Bad Request: ${words}: `);
    });
  }

  it("the list needs credentials and an account's id, spends the budget, is in the log, and a fault can meet it", async () => {
    await start({ tokens: [TOKEN], readOnlyTokens: ["reader"], rateLimit: { quota: 6 } });
    const outcome = async (path: string, headers: Record<string, string> = bearer) => {
      const response = await send(path, headers);
      return [response.status, ((await response.json()) as Listed).errors[0]?.code];
    };
    expect(await outcome(`${ACCOUNT}/stream`, {})).to.deep.equal([400, 9106]);
    expect(await outcome(`${ACCOUNT}/stream`, { authorization: "Bearer another" })).to.deep.equal([401, 1000]);
    expect(await outcome("x/stream")).to.deep.equal([404, 7003]);
    expect((await outcome(`${ACCOUNT}/stream`, { authorization: "Bearer reader" }))[0]).to.equal(200);
    emulator.injectFault({ kind: "status", status: 503, operation: "listVideos" });
    expect((await send(`${ACCOUNT}/stream/${video(1)}`)).status).to.equal(200);
    expect((await send(`${ACCOUNT}/stream?limit=1`)).status).to.equal(503);
    expect((await send(`${ACCOUNT}/stream?limit=1`)).headers.get("ratelimit")).to.match(/r=3;/);
    emulator.block(TOKEN, 1000);
    expect((await outcome(`${ACCOUNT}/stream`))[0]).to.equal(429);
    expect(emulator.requests.at(-1)).to.deep.include({
      operation: "listVideos",
      videoId: "",
      method: "GET",
      status: 429,
    });
    expect(emulator.requests.at(-1)?.path).to.equal(`/client/v4/accounts/${ACCOUNT}/stream`);
  });

  it("the list is what Cloudflare's official SDK reads, with its parameters", async () => {
    await start();
    emulator.addVideos({ count: 5, creator: "me" });
    const client = new Cloudflare({ apiToken: TOKEN, baseURL: emulator.baseUrl, maxRetries: 0 });
    const names: unknown[] = [];
    const params = { account_id: ACCOUNT, creator: "me", status: "ready", asc: true, limit: 3 } as const;
    for await (const { meta } of client.stream.list({ ...params, include_counts: true })) names.push(meta);
    expect(names).to.deep.equal([1, 2, 3].map((n) => ({ name: `video ${n}` })));
  });

  it("the emulator refuses a video that cannot be listed when a test declares or changes it, and names what is wrong", async () => {
    await start();
    const created = "yesterday";
    expect(() => emulator.addVideo({ videoId: video(1), created })).to.throw("created: must be a time");
    expect(() => emulator.changeVideo(video(1), { created })).to.throw("created: must be a time");
    expect(() => emulator.addVideos({ count: 1, created })).to.throw("created: must be a time");
    expect((await list()).result).to.deep.equal([]);
  });

  for (const [body, words] of [
    [{ count: 0 }, "count"],
    [{ count: 10_001 }, "count"],
    [{ count: 2, firstVideoId: "f".repeat(32) }, "there are not 2 ids"],
    [{ count: 2, created: "yesterday" }, "created"],
    [{ count: 2, createdEveryMs: -1 }, "createdEveryMs"],
    [{}, "count"],
  ] as const) {
    it(`the admin API refuses to make many videos of ${JSON.stringify(body)}`, async () => {
      await start();
      const response = await admin("POST", "/videos", body);
      expect(response.status).to.equal(400);
      expect(((await response.json()) as { error: string }).error).to.contain(words);
      expect(emulator.videos()).to.deep.equal([]);
    });
  }
});
