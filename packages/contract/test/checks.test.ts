import { expect } from "chai";
import { ASSUMED, type CheckId, DOCUMENTED } from "../src/findings";
import type { Behavior, Emulator } from "cloudflare-stream-emulator";
import { TOKEN } from "../../../test/support/ids";
import { contractOn, emulatorFor, failuresOf, VIDEO } from "./support/contract";
import { type Back, type Sent, type Tamper, tampered } from "./support/tamper";

/** Changes the responses to one kind of request. */
const on =
  (method: string, path: string, change: (back: Back) => void): Tamper =>
  (sent, back) => {
    if (sent.method === method && sent.path === path && sent.authorization === `Bearer ${TOKEN}`) change(back);
  };
/** The video of all other requests is no longer in the path. */
const unknownVideo = ({ method, path }: Sent) => method === "GET" && /^[0-9a-f]{32}$/.test(path);
const refusedWith =
  (matches: (sent: Sent) => boolean, change: (back: Back) => void): Tamper =>
  (sent, back) => {
    if (matches(sent)) change(back);
  };
const accepted = (back: Back) => {
  back.status = 200;
  back.body = { success: true, errors: [], messages: [], result: { uid: VIDEO } };
};
const recoded = (back: Back) => {
  back.status = 418;
  back.body.errors[0].code = 12_345;
};
const eachDownload = (change: (download: Record<string, unknown>) => void) =>
  on("GET", "/downloads", ({ body }) => Object.values(body.result as object).forEach(change));
const malformedId = ({ path }: Sent) => path === "not-an-id";
const withoutCredentials = ({ authorization, path }: Sent) => authorization === undefined && path === "/downloads";
const withMalformedToken = ({ authorization }: Sent) => authorization === "Bearer two words";
const withUnknownToken = ({ authorization }: Sent) => /^Bearer [0-9a-f]{40}$/.test(authorization ?? "");
const ofFile =
  (change: (back: Back) => void): Tamper =>
  (sent, back) => {
    if (sent.method === "HEAD") change(back);
  };

/** Each check, and a response that makes this one fail and no other. */
const BROKEN: { readonly [Id in CheckId]: (emulator: Emulator) => Tamper } = {
  videoDetails: () => on("GET", "", ({ body }) => (body.result.status.state = "encoding")),
  listNone: () =>
    on("GET", "/downloads", ({ body }) => {
      if (Object.keys(body.result).length === 0) body.result = { downloads: 0 };
    }),
  createDefault: () => on("POST", "/downloads", ({ body }) => (body.result = { audio: body.result.default })),
  createAudio: () => on("POST", "/downloads/audio", ({ body }) => (body.success = "yes")),
  list: () => eachDownload((download) => (download.status = String(download.status).toUpperCase())),
  progress: () =>
    eachDownload((download) => {
      if (download.status === "inprogress") download.percentComplete = 100.5;
    }),
  ready: () =>
    eachDownload((download) => {
      if (download.status === "ready") download.percentComplete = 99;
    }),
  file: () => ofFile((back) => (back.status = 404)),
  filename: () => ofFile(({ headers }) => headers.set("content-disposition", "attachment")),
  badType: () => on("POST", "/downloads/gif", (back) => (back.status = 200)),
  deleteDefault: (emulator) => on("DELETE", "/downloads", () => emulator.setDownload(VIDEO, "audio", undefined)),
  deleteAudio: () =>
    on("DELETE", "/downloads/audio", ({ body }) => {
      if (body.success) body.result = {};
    }),
  missingVideo: () => refusedWith(unknownVideo, accepted),
  malformedId: () => refusedWith(malformedId, accepted),
  noCredentials: () => refusedWith(withoutCredentials, accepted),
  malformedToken: () => refusedWith(withMalformedToken, (back) => (back.status = 500)),
  unknownToken: () => refusedWith(withUnknownToken, ({ body }) => (body.success = true)),
  successStatus: () => on("POST", "/downloads/audio", (back) => (back.status = 201)),
  rateLimitHeaders: () => on("GET", "/downloads", ({ headers }) => headers.delete("ratelimit-policy")),
  ray: () => on("GET", "", ({ headers }) => headers.delete("cf-ray")),
  neverFalls: () =>
    eachDownload((download) => {
      const percent = Number(download.percentComplete);
      if (percent > 50 && percent < 70) download.percentComplete = percent - 30;
    }),
  fileNames: () => eachDownload((download) => (download.url = `${download.url}`.replace(".mp4", ".mov"))),
  contentTypes: () => ofFile(({ headers }) => headers.set("content-type", "application/octet-stream")),
  deleteResult: () => on("DELETE", "/downloads", ({ body }) => (body.result = "deleted")),
  badTypeCode: () => on("POST", "/downloads/gif", recoded),
  missingVideoCode: () => refusedWith(unknownVideo, recoded),
  malformedIdCode: () => refusedWith(malformedId, recoded),
  noCredentialsCode: () => refusedWith(withoutCredentials, recoded),
  malformedTokenCode: () => refusedWith(withMalformedToken, recoded),
  repostRefusal: () => on("POST", "/downloads/default", recoded),
};

/** What else fails where a check does, because it rests on the same response. */
const TOO: Partial<Record<CheckId, readonly CheckId[]>> = {
  progress: ["list"],
  fileNames: ["file"],
  deleteDefault: ["deleteAudio"],
};

describe("the contract, where the API does otherwise than documented", () => {
  let emulator: Emulator;
  afterEach(() => emulator.close());

  for (const id of Object.keys({ ...DOCUMENTED, ...ASSUMED }) as CheckId[]) {
    it(`the contract reports that ${id} does not hold, goes on, and cleans up`, async () => {
      const behavior: Partial<Behavior> = id === "repostRefusal" ? { repost: "refuse" } : {};
      emulator = await emulatorFor(behavior, { encodingFails: () => false });
      const report = await contractOn(emulator, { fetch: tampered(BROKEN[id](emulator), VIDEO) });
      expect(failuresOf(report).map((line) => line.split(":")[0])).to.have.members([id, ...(TOO[id] ?? [])]);
      expect(emulator.files()).to.deep.equal([]);
      expect(report.leftovers).to.deep.equal([]);
      // The last step has been reached, and has told what it is there for.
      expect(report.findings.settings.get("invalidTokenCode")).to.equal(1000);
    });
  }

  it("the contract reports a response that does not come, takes it that the download was created, and goes on", async () => {
    emulator = await emulatorFor();
    emulator.injectFault({ kind: "reset", operation: "createDownload", videoId: VIDEO, afterProcessing: true });
    const report = await contractOn(emulator);
    expect(failuresOf(report).join()).to.match(/^createAudio: POST: no response: \S+$/);
    expect(report.findings.settings.get("progressCurve")).to.equal("linear");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("the contract repeats reads after a server error, and no writes", async () => {
    emulator = await emulatorFor();
    emulator.injectFault({
      kind: "status",
      status: 502,
      body: "<h1>Bad gateway</h1>",
      operation: "listDownloads",
      after: 4,
      times: 2,
    });
    emulator.injectFault({
      kind: "status",
      status: 502,
      body: "<h1>Bad gateway</h1>",
      operation: "deleteDefaultDownload",
    });
    const report = await contractOn(emulator);
    expect(failuresOf(report)).to.deep.equal([
      "deleteDefault: status 502, not JSON: <h1>Bad gateway</h1>; the download is still listed",
    ]);
    expect(emulator.requests.filter(({ operation }) => operation === "deleteDefaultDownload")).to.have.length(1);
    expect(emulator.files()).to.deep.equal([]);
  });

  it("the contract tells what shape a body has that is no JSON, and leaves nothing behind", async () => {
    emulator = await emulatorFor();
    emulator.injectFault({ kind: "body", body: "[]", operation: "createDefaultDownload", afterProcessing: true });
    const report = await contractOn(emulator);
    expect(failuresOf(report).join()).to.contain(
      "createDefault: no envelope: 200; the default download is not in the result",
    );
    expect(report.findings.settings.get("typedPostShape")).to.equal("keyed");
    expect(emulator.files()).to.deep.equal([]);
  });
});
