import { expect } from "chai";
import type { Emulator } from "cloudflare-stream-emulator";
import { jsonOf, textOf } from "../src/report";
import { TOKEN, video } from "../../../test/support/ids";
import { contractOn, emulatorFor, failuresOf, LIVE, UNREADY, VIDEO } from "./support/contract";

const MINUTE_MS = 60_000;

describe("a run of the contract", () => {
  let emulator: Emulator;
  afterEach(() => emulator.close());

  it("a run of the contract refuses a video that has downloads, and touches nothing", async () => {
    emulator = await emulatorFor();
    emulator.startDownload(VIDEO, "audio");
    const { refused } = await contractOn(emulator);
    expect(refused).to.contain("the video has downloads (audio)").and.to.contain("--force");
    expect(emulator.requests.map(({ method }) => method)).to.deep.equal(["GET", "GET"]);
  });

  it("a run of the contract deletes a video's downloads where it is told to, and requests them again at the end", async () => {
    emulator = await emulatorFor();
    emulator.startDownload(VIDEO, "audio");
    const report = await contractOn(emulator, { force: true });
    expect([report.refused, failuresOf(report), report.leftovers]).to.deep.equal([undefined, [], []]);
    expect(emulator.files()).to.deep.equal([`${VIDEO}/audio`]);
  });

  for (const [what, videoId, credentials, hint] of [
    ["a video that does not exist", video(99), { authorization: `Bearer ${TOKEN}` }, "are the video's id"],
    ["a token that is not valid", VIDEO, { authorization: "Bearer another" }, "the credentials need Stream Write"],
  ] as const) {
    it(`a run of the contract says of ${what} that nothing could be checked, and why`, async () => {
      emulator = await emulatorFor();
      const { refused } = await contractOn(emulator, { videoId, credentials });
      expect(refused).to.contain(hint);
    });
  }

  it("a run of the contract says of an endpoint without this API that its address may be wrong", async () => {
    emulator = await emulatorFor();
    const fetch: typeof globalThis.fetch = async () => new Response("<html>Welcome</html>", { status: 200 });
    const { refused } = await contractOn(emulator, { fetch });
    expect(refused).to.contain("not JSON: <html>Welcome").and.to.contain("It includes /client/v4");
    const gone = await emulatorFor();
    await gone.close();
    const nobody = await contractOn(emulator, { baseUrl: gone.baseUrl });
    expect(nobody.refused).to.equal("GET: no response: ECONNREFUSED");
  });

  it("a run of the contract learns from a video that is not ready how a POST is refused, and waits for it", async () => {
    emulator = await emulatorFor();
    emulator.addVideo({ videoId: VIDEO, state: "queued", readyAfterMs: MINUTE_MS });
    const report = await contractOn(emulator, { otherVideos: [] });
    expect(report.findings.settings.get("videoNotReady")).to.include({ status: 400, code: 10005 });
    expect(report.findings.settings.get("repost")).to.equal("same");
    expect(report.findings.reasons.get("videoIsLive")).to.contain("--other-video <id>");
    expect(failuresOf(report)).to.deep.equal([]);
  });

  it("a run of the contract leaves other videos alone where they are ready or have downloads, and deletes what one accepted", async () => {
    emulator = await emulatorFor();
    emulator.setDownload(LIVE, "default", { status: "inprogress", percent: 1 });
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const isPost = init?.method === "POST" && String(input).includes(UNREADY);
      if (isPost) emulator.addVideo({ videoId: UNREADY });
      return globalThis.fetch(input, init);
    };
    const report = await contractOn(emulator, { otherVideos: [UNREADY, LIVE, VIDEO, video(99)], fetch });
    expect(report.findings.reasons.get("videoNotReady")).to.contain(
      "a POST for a video in state inprogress is accepted",
    );
    expect(report.findings.notes.join("\n"))
      .to.contain("other video 2 has downloads")
      .and.to.contain("other video 3 is ready")
      .and.to.contain("other video 4: 404, code 10003");
    expect(emulator.files()).to.deep.equal([`${LIVE}/default`]);
  });

  it("a run of the contract waits for as long as a 429 asks, and says so", async () => {
    emulator = await emulatorFor({}, { rateLimit: { quota: 15, blockMs: 90_000 } });
    const lines: string[] = [];
    const report = await contractOn(emulator, { progress: (line) => lines.push(line) });
    expect(failuresOf(report)).to.deep.equal([]);
    expect(lines).to.include("the API responds with 429; waiting 1m30s");
    expect(lines.join("\n")).to.match(/default \d+ %, audio \d+ %; looking again in \d+s/);
  });

  it("a run of the contract does not guess when a download came to be listed where a 429 kept it from looking", async () => {
    emulator = await emulatorFor({ listingLagMs: 2000 });
    const headers = { "retry-after": "60" };
    emulator.injectFault({ kind: "status", status: 429, headers, operation: "listDownloads", after: 3 });
    const { findings } = await contractOn(emulator);
    expect(findings.reasons.get("listingLagMs")).to.equal(
      "a new download was listed between 0 and 60500 ms after its POST",
    );
  });

  it("a run of the contract ends within its time limit where no file is ever ready, says what it could not tell, and cleans up", async () => {
    emulator = await emulatorFor({}, { encodingMs: 24 * 60 * MINUTE_MS });
    const begin = emulator.clock.now();
    const report = await contractOn(emulator, { timeLimitMs: 10 * MINUTE_MS });
    expect(emulator.clock.now() - begin).to.be.at.most(10 * MINUTE_MS);
    expect(failuresOf(report)).to.deep.equal([]);
    expect(report.findings.checks.get("ready")?.detail).to.contain("the time limit was exceeded");
    expect(report.findings.reasons.get("repost")).to.equal("no download became ready");
    expect(report.findings.checks.get("deleteAudio")?.verdict).to.equal("passed");
    expect(emulator.files()).to.deep.equal([]);
    expect(report.requests).to.be.lessThan(70);
  });

  it("a run of the contract cannot tell one behavior from another where files are there at once, and does not guess", async () => {
    emulator = await emulatorFor({ repost: "restart" }, { encodingMs: 0 });
    const { findings } = await contractOn(emulator);
    expect(findings.reasons.get("repost")).to.contain("so quickly");
    expect(findings.reasons.get("progressCurve")).to.contain("no file was seen both in progress and ready");
    expect(findings.reasons.get("urlWhileInProgress")).to.equal("no file was seen in progress");
  });

  it("a run of the contract shows the progress that it saw where it fits no curve", async () => {
    emulator = await emulatorFor({ progressCurve: (share) => 1 - share / 2 });
    const { findings } = await contractOn(emulator);
    expect(findings.reasons.get("progressCurve")).to.match(
      /^no curve of the emulator fits: 100 % after 0 s, .*ready after \d+ s$/,
    );
    expect(findings.checks.get("neverFalls")?.verdict).to.equal("failed");
  });

  for (const seenFiles of [0, 1, 2]) {
    it(`a run of the contract cleans up when it is interrupted with ${seenFiles} downloads requested, and says what it had found by then`, async () => {
      emulator = await emulatorFor();
      const interruption = new AbortController();
      const fetch: typeof globalThis.fetch = async (input, init) => {
        const response = await globalThis.fetch(input, init);
        if (emulator.files().length === seenFiles) interruption.abort();
        return response;
      };
      const report = await contractOn(emulator, { fetch, signal: interruption.signal });
      expect(report.interrupted).to.equal(true);
      expect(emulator.files()).to.deep.equal([]);
      expect(report.findings.reasons.get("repost")).to.equal("the run was interrupted");
      expect(textOf(report)).to.contain("Interrupted").and.to.contain("The video is as it was.");
    });
  }

  it("a run of the contract says which downloads it could not delete", async () => {
    emulator = await emulatorFor();
    for (const operation of ["deleteDownload", "deleteDefaultDownload"] as const) {
      emulator.injectFault({ kind: "status", status: 500, operation, times: 1000 });
    }
    const report = await contractOn(emulator);
    expect(report.leftovers.map((line) => line.split(":")[0])).to.deep.equal([
      "the default download is left",
      "the audio download is left",
    ]);
    expect(textOf(report)).to.contain("NOT CLEANED UP: the default download is left: 500, code 10001");
  });

  it("a run of the contract says which of the downloads that were there it could not request again", async () => {
    emulator = await emulatorFor();
    emulator.startDownload(VIDEO, "default");
    emulator.injectFault({ kind: "status", status: 500, operation: "createDownload", after: 2 + 1 + 2, times: 1000 });
    const report = await contractOn(emulator, { force: true });
    expect(report.leftovers.join()).to.contain(
      "the default download, which was there before, could not be requested again",
    );
  });

  it("a run of the contract has the emulator's own settings in its JSON, so that an emulator takes them as they are", async () => {
    emulator = await emulatorFor({ listNone: "404", listingLagMs: 1500, repost: "refuse" });
    const { behavior } = JSON.parse(jsonOf(await contractOn(emulator), "another", new Date(0)));
    const before = emulator.behavior();
    emulator.setBehavior(behavior);
    expect(emulator.behavior()).to.deep.equal(before);
  });

  it("a run of the contract finds its way where there are no paths with a type, as in the API's older version", async () => {
    emulator = await emulatorFor({ untypedPostShape: "flat" });
    const noRoute = { success: false, errors: [{ code: 7000, message: "No route for that URI" }], result: null };
    const fetch: typeof globalThis.fetch = async (input, init) =>
      /\/downloads\/\w+$/.test(String(input))
        ? new Response(JSON.stringify(noRoute), { status: 404 })
        : globalThis.fetch(input, init);
    const report = await contractOn(emulator, { fetch, otherVideos: [] });
    expect(report.findings.failures()).to.deep.equal(["createAudio"]);
    const { settings, reasons } = report.findings;
    expect([settings.get("untypedPostShape"), settings.get("repost")]).to.deep.equal(["flat", "same"]);
    expect(reasons.get("deleteNone")).to.contain("404, code 7000");
    expect([emulator.files(), report.leftovers]).to.deep.equal([[], []]);
  });

  it("a run of the contract takes a base URL with slashes at its end", async () => {
    emulator = await emulatorFor();
    expect(failuresOf(await contractOn(emulator, { baseUrl: `${emulator.baseUrl}//` }))).to.deep.equal([]);
    expect(emulator.requests.every(({ path }) => !path.includes("//"))).to.equal(true);
  });
});
