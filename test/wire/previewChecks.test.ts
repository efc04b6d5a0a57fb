import { expect } from "chai";
import { type Emulator, startEmulator } from "../../packages/emulator/src";
import { type Finding, libraryLines, singleLines } from "../../src/downloads/previewFindings";
import type { LogLine } from "../../src/provider/engineLog";
import { EngineModel, type Program } from "../support/engineModel";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { MODEL_HOSTS } from "../support/modelHosts";
import { SteppedTime } from "../support/steppedTime";

const READ_TOKEN = "token-that-may-only-read";
const READY = { status: "ready", percent: 100 } as const;
/** What each video of these tests is. */
const VIDEOS = { ready: 1, existing: 2, encoding: 3, missing: 4, failed: 5, live: 6, old: 7 } as const;
type Situation = keyof typeof VIDEOS;

const OTHERS =
  "if another stack has it too, destroying one deletes it for both; if @pulumi/cloudflare has it too, set retainOnDelete there before you remove it there";
const idOf = (situation: Situation) => video(VIDEOS[situation]);
/** What a StreamDownload of each video says in a preview, and how many requests that takes. */
const SINGLE: Readonly<Record<Exclude<Situation, "old">, readonly [severity: string, text: string, requests: number]>> =
  {
    ready: ["info", `video ${idOf("ready")} is ready: \`pulumi up\` generates the MP4`, 2],
    existing: [
      "warning",
      `the MP4 of video ${idOf("existing")} exists already: it is not generated again, and will belong to this stack (${OTHERS})`,
      1,
    ],
    encoding: [
      "info",
      `video ${idOf("encoding")} itself is not ready (video encoding 0%): \`pulumi up\` waits for it, then generates the MP4`,
      2,
    ],
    missing: [
      "warning",
      `there is no video ${idOf("missing")} in this account, so \`pulumi up\` will fail. Check both ids.`,
      2,
    ],
    failed: ["warning", `video ${idOf("failed")} could not be encoded (not a video), so \`pulumi up\` will fail`, 2],
    live: [
      "warning",
      `video ${idOf("live")} is a live stream in progress, so \`pulumi up\` will fail until its recording has ended`,
      2,
    ],
  };
const SITUATIONS = Object.keys(SINGLE) as (keyof typeof SINGLE)[];

/** Under which circumstances a preview runs, and what it says where it can check nothing; the rest checks all. */
const CIRCUMSTANCES: Readonly<Record<string, { config?: Record<string, string>; hangs?: boolean; why?: RegExp }>> = {
  "a token": {},
  "a token that may only read": { config: { "cloudflare-stream:apiToken": READ_TOKEN } },
  "a refused token": { config: { "cloudflare-stream:apiToken": "refused" }, why: /Cloudflare responded with 40\d/ },
  "no credentials": { config: { "cloudflare-stream:apiToken": "" }, why: /no Cloudflare credentials were given/ },
  "no network": { config: { "cloudflare-stream:baseUrl": "http://127.0.0.1:1/client/v4" }, why: /ECONNREFUSED/ },
  "no response": { hangs: true, why: /a preview waits at most 5s for that/ },
};
/** In which form a download of each situation is declared. A component's parts come to the provider as any others. */
const FORMS = ["single", "library", "replacement", "of a provider of its own"] as const;

it("a preview names no video of a StreamDownload or a StreamDownloads whose ids are secret", () => {
  const identity = { accountId: ACCOUNT, videoId: video(1), type: "default" } as const;
  const context = { total: 3, ifExists: "fail", waitForReady: true, onFailure: "fail", areIdsSecret: true } as const;
  const findings: Finding[] = [
    { is: "existing", download: { status: "ready", percentComplete: 100 } },
    { is: "existing", download: { status: "inprogress", percentComplete: 43 } },
    { is: "existing", download: { status: "error", percentComplete: 0 } },
    { is: "to generate", isSigned: true },
    { is: "awaited", state: "video encoding 37%", isSigned: true },
    { is: "missing" },
    { is: "failed", reason: undefined },
    { is: "live" },
  ];
  for (const isExplained of [true, false]) {
    const found = findings.map((finding) => ({ identity, finding, isExplained }));
    const lines = [...found.flatMap((each) => singleLines([each], context)), ...libraryLines(found, context)];
    expect(lines).to.have.length(findings.length + 2);
    for (const { message } of lines) expect(message).to.not.contain(video(1));
  }
});

for (const [hostName, startHost] of Object.entries(MODEL_HOSTS)) {
  describe(`what a preview says of Cloudflare (${hostName})`, () => {
    const time = new SteppedTime();
    let emulator: Emulator;
    let lines: LogLine[];
    const model = (config: Record<string, string> = {}) => {
      lines = [];
      const all = {
        "cloudflare-stream:apiToken": TOKEN,
        "cloudflare-stream:accountId": ACCOUNT,
        "cloudflare-stream:baseUrl": emulator.baseUrl,
        ...config,
      };
      const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
      // How much a new library declares is said without a look at Cloudflare.
      const isOfState = ({ message }: LogLine) => /^[\d,]+ downloads? of/.test(message);
      const log = async (line: LogLine) => void (line.ephemeral || isOfState(line) || lines.push(line));
      return new EngineModel(given, { clock: time, transport: { retryDelayMs: 0 }, env: {}, log }, startHost);
    };
    const said = () => lines.map(({ severity, message }) => [severity, message]);
    const saidOf = (urn: RegExp) => lines.filter((line) => urn.test(line.urn)).map(({ message }) => message);
    const previewed = async (program: Program, config?: Record<string, string>, engine = model(config)) => {
      emulator.clearRequests();
      lines = [];
      await time.run(() => engine.preview(program));
      return emulator.requests.length;
    };
    beforeEach(async () => {
      emulator = await startEmulator({
        ...time.emulator,
        encodingMs: 0,
        strict: true,
        tokens: [TOKEN],
        readOnlyTokens: [READ_TOKEN],
        rateLimit: false,
      });
      for (const situation of ["ready", "existing", "old"] as const) emulator.addVideo({ videoId: idOf(situation) });
      emulator.addVideo({ videoId: idOf("encoding"), state: "inprogress", readyAfterMs: 3_600_000 });
      emulator.addVideo({ videoId: idOf("failed"), state: "error", errorReason: "not a video" });
      emulator.addVideo({ videoId: idOf("live"), state: "live-inprogress" });
      emulator.setDownload(idOf("existing"), "default", READY);
    });
    afterEach(() => emulator.close());

    for (const situation of SITUATIONS) {
      const [severity, text, requests] = SINGLE[situation];

      it(`a StreamDownload that is created says what becomes of it: ${situation}`, async () => {
        expect(await previewed({ a: { videoId: idOf(situation) } })).to.equal(requests);
        expect(said()).to.deep.equal([[severity, text]]);
        expect(lines[0]?.urn).to.match(/::a$/);
        expect(emulator.requests.every(({ method }) => method === "GET")).to.equal(true);
      });

      it(`a StreamDownload that is replaced says what becomes of the new file, and that the old one is deleted: ${situation}`, async () => {
        const engine = model();
        expect(await time.run(() => engine.up({ a: { videoId: idOf("old") } }))).to.equal(true);
        expect(await previewed({ a: { videoId: idOf(situation) } }, {}, engine)).to.equal(requests);
        const [cost, ...more] = said();
        expect(cost?.[1]).to.contain("the file that it has now is deleted and its URL stops working");
        expect(more).to.deep.equal([[severity, text]]);
      });
    }

    it("a StreamDownloads says how many of each there are, and names those that will fail", async () => {
      const engine = model();
      const library = { videoIds: SITUATIONS.map(idOf) };
      expect(await previewed({ L: library }, {}, engine)).to.equal(11);
      const counts = "6 checked at Cloudflare: 1 to generate; 1 exists already; 1 waits for its video; 3 will fail";
      const reasons =
        `1 whose video is not in this account (${idOf("missing")}/default); 1 whose video could not be encoded ` +
        `(${idOf("failed")}/default); 1 whose video is a live stream in progress (${idOf("live")}/default)`;
      expect(said()).to.deep.equal([
        ["info", counts],
        ["warning", `1 will belong to this stack (${idOf("existing")}/default): ${OTHERS}`],
        ["warning", `\`pulumi up\` will fail: ${reasons}`],
      ]);
      await previewed({ L: { ...library, onFailure: "warn", ifExists: "fail", waitForReady: false } });
      expect(said()[0]?.[1]).to.contain("1 is not requested yet, because its video is not ready; 4 will fail");
      expect(said()[1]?.[1]).to.match(
        /^`pulumi up` will warn: 1 already there, and ifExists is "fail" \(0+2\/default\); /,
      );
    });

    it("a download says that its URL needs a token, where the details of its video show that it requires signed URLs", async () => {
      for (const situation of ["ready", "encoding", "existing"] as const)
        emulator.changeVideo(idOf(situation), { requireSignedURLs: true });
      for (const [situation, pattern] of [
        ["ready", /generates the MP4; its URL needs a token, because the video requires signed URLs$/],
        ["encoding", /then generates the MP4; its URL needs a token, because the video requires signed URLs$/],
        ["existing", /remove it there\)$/],
      ] as const) {
        await previewed({ a: { videoId: idOf(situation) } });
        expect(said()[0]?.[1]).to.match(pattern);
      }
      await previewed({ L: { videoIds: SITUATIONS.map(idOf) } });
      expect(said()[0]?.[1]).to.match(/; 2 need a token for their URLs$/);
    });

    it(`a preview finds the same whatever declares it, sends GETs alone and never fails: ${FORMS.length} forms, ${SITUATIONS.length} situations, ${Object.keys(CIRCUMSTANCES).length} circumstances`, async () => {
      for (const [circumstance, { config = {}, hangs = false, why }] of Object.entries(CIRCUMSTANCES)) {
        for (const situation of SITUATIONS) {
          for (const form of FORMS) {
            const where = `${form}, ${situation}, ${circumstance}`;
            emulator.clearFaults();
            const engine = model(form === "replacement" ? {} : config);
            if (form === "replacement") await time.run(() => engine.up({ a: { videoId: idOf("old") } }));
            if (hangs) emulator.injectFault({ kind: "hang", times: 9 });
            emulator.clearRequests();
            engine.configure(config);
            lines = [];
            const args = form === "library" ? { videoIds: [idOf(situation)] } : { videoId: idOf(situation) };
            const kind = form === "of a provider of its own" ? "explicit" : "default";
            await time.run(() => engine.preview({ a: args }, kind));
            const found = lines.filter(
              ({ urn, message }) => urn !== "" && !/the file that it has now|^`pulumi up` would/.test(message),
            );
            const rest = lines.filter((line) => !found.includes(line)).map(({ message }) => message);
            if (why === undefined) {
              expect(found.at(-1)?.severity, where).to.equal(SINGLE[situation][0]);
              if (form !== "library")
                expect(
                  found.map(({ message }) => message),
                  where,
                ).to.deep.equal([SINGLE[situation][1]]);
            } else {
              expect(found, where).to.deep.equal([]);
              expect(
                rest.some((message) => why.test(message)),
                where,
              ).to.equal(true);
            }
            expect(
              emulator.requests.every(({ method }) => method === "GET"),
              where,
            ).to.equal(true);
          }
        }
      }
    });

    it("a StreamDownloads names ten that will fail and how many more there are, and none where the ids are secret", async () => {
      const videoIds = Array.from({ length: 15 }, (_, n) => video(0x1300 + n));
      await previewed({ L: { videoIds } });
      expect(saidOf(/L$/)[1]).to.match(
        /: 15 whose video is not in this account \((0+130[0-9]\/default(, | )){10}and 5 more\)$/,
      );
    });

    it("a StreamDownloads checks what is added alone, in an update and where something else is given up", async () => {
      const engine = model();
      await time.run(() => engine.up({ L: { videoIds: [idOf("old"), idOf("ready")] } }));
      expect(await previewed({ L: { videoIds: [idOf("old"), idOf("ready"), idOf("missing")] } }, {}, engine)).to.equal(
        2,
      );
      expect(saidOf(/L$/).slice(1)).to.deep.equal([
        "1 checked at Cloudflare: 1 will fail",
        `\`pulumi up\` will fail: 1 whose video is not in this account (${idOf("missing")}/default)`,
      ]);
      expect(await previewed({ L: { videoIds: [idOf("ready"), idOf("existing")] } }, {}, engine)).to.equal(1);
      expect(saidOf(/L$/)).to.have.length(3);
      expect(saidOf(/L$/)[0]).to.contain("so that their URLs stop working");
      expect(saidOf(/L$/)[1]).to.equal("1 checked at Cloudflare: 1 exists already");
    });

    it("a file that exists is refused where ifExists says so, by the resource or by the settings", async () => {
      const text = `the MP4 of video ${idOf("existing")} exists already, and ifExists is "fail", so \`pulumi up\` will fail`;
      await previewed({ a: { videoId: idOf("existing"), ifExists: "fail" } });
      expect(said()).to.deep.equal([["warning", text]]);
      await previewed({ a: { videoId: idOf("existing") } }, { "cloudflare-stream:ifExists": "fail" });
      expect(said()).to.deep.equal([["warning", text]]);
    });

    it("a preview with a provider of its own says of which provider it could check nothing, and else the same", async () => {
      const program = { a: { videoId: idOf("missing") } };
      const of = async (token: string) => {
        const engine = model({ "cloudflare-stream:apiToken": token });
        await time.run(() => engine.preview(program, "explicit"));
        return said();
      };
      expect(await of(TOKEN)).to.deep.equal([["warning", SINGLE.missing[1]]]);
      const name = hostName === "plugin" ? "" : ' for the provider "other"';
      expect((await of("refused"))[0]?.[1]).to.match(new RegExp(`^Nothing was checked at Cloudflare${name}: `));
    });

    it("an MP4 and an audio of one video share its requests", async () => {
      const program = { a: { videoId: idOf("ready") }, b: { videoId: idOf("ready"), type: "audio" } };
      expect(await previewed(program)).to.equal(2);
      expect(said()[1]?.[1]).to.equal(`video ${idOf("ready")} is ready: \`pulumi up\` generates the audio`);
    });

    it("a preview says once why it checked nothing, and does not fail: a refused token, no network, no response", async () => {
      const program = {
        a: { videoId: idOf("ready") },
        b: { videoId: idOf("missing") },
        L: { videoIds: [idOf("old")] },
      };
      expect(await previewed(program, { "cloudflare-stream:apiToken": "refused" })).to.equal(1);
      expect(lines).to.have.length(1);
      expect(lines[0]).to.include({ severity: "info", urn: "" });
      expect(lines[0]?.message).to.match(/^Nothing was checked at Cloudflare: Cloudflare responded with 40\d/);

      await previewed(program, { "cloudflare-stream:baseUrl": "http://127.0.0.1:1/client/v4" });
      expect(lines).to.have.length(1);
      expect(lines[0]?.message).to.match(/^Nothing was checked at Cloudflare: .*127\.0\.0\.1:1, ECONNREFUSED/);

      emulator.injectFault({ kind: "hang", times: 9 });
      const since = time.now();
      expect(await previewed(program)).to.equal(1);
      expect(said()).to.deep.equal([
        ["info", "Nothing was checked at Cloudflare: a preview waits at most 5s for that"],
      ]);
      expect(time.now() - since).to.be.within(4900, 6000);
    });

    it("a StreamDownloads of many videos sends a token that is refused once", async () => {
      const L = { videoIds: Array.from({ length: 30 }, (_, n) => video(100 + n)) };
      expect(await previewed({ L }, { "cloudflare-stream:apiToken": "refused" })).to.equal(1);
      expect(lines).to.have.length(1);
    });

    it("what was checked before a failure is said, and the rest is not asked again", async () => {
      emulator.injectFault({ kind: "status", status: 500, videoId: idOf("missing"), times: 9 });
      const program = {
        a: { videoId: idOf("existing") },
        b: { videoId: idOf("missing") },
        c: { videoId: idOf("ready") },
      };
      expect(await previewed(program)).to.equal(2);
      expect(said()[0]).to.deep.equal(["warning", SINGLE.existing[1]]);
      expect(said()[1]?.[1]).to.match(/^Not everything was checked at Cloudflare: Cloudflare responded with 500/);
      expect(said()).to.have.length(2);
    });

    it("a preview checks nothing without credentials, where the setting says so, or while ids are unknown", async () => {
      const program = { a: { videoId: idOf("missing") }, L: { videoIds: [idOf("live")] } };
      expect(await previewed(program, { "cloudflare-stream:apiToken": "" })).to.equal(0);
      expect(lines.filter(({ message }) => message.includes("checked at"))).to.deep.equal([]);
      expect(await previewed(program, { "cloudflare-stream:previewChecks": "false" })).to.equal(0);
      expect(said()).to.deep.equal([]);
      const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
      expect(await previewed({ a: { videoId: UNKNOWN }, L: { videoIds: [UNKNOWN] } })).to.equal(0);
      expect(said()).to.deep.equal([]);
    });

    it("an unchanged preview sends nothing, nor does one of what is unfinished: the state tells", async () => {
      const engine = model();
      const program = {
        a: { videoId: idOf("ready") },
        L: { videoIds: [idOf("old")] },
        b: { videoId: idOf("encoding"), waitForReady: false },
      };
      await time.run(() => engine.up(program));
      expect(await previewed(program, {}, engine)).to.equal(0);
      expect(said()).to.deep.equal([
        ["info", "the video itself was not ready when last checked; this update requests its download if it is now"],
      ]);
    });

    it("an update checks nothing ahead", async () => {
      const engine = model();
      await time.run(() => engine.up({ a: { videoId: idOf("ready") } }));
      expect(lines.map(({ message }) => message).join()).to.not.match(/pulumi up|checked at/);
    });

    it("a preview sends two requests for one new StreamDownload, 20 for ten, and 100 at most: for 200, and for a library of 5,000", async () => {
      const ids = emulator.addVideos({ count: 5200 });
      const singles = (count: number) =>
        Object.fromEntries(
          ids.slice(0, count).map((videoId, n): [string, object] => [`s${n}`, { videoId }]),
        ) as Program;
      expect(await previewed(singles(1))).to.equal(2);
      expect(await previewed(singles(10))).to.equal(20);
      expect(await previewed(singles(200))).to.equal(100);
      const limit = "Not everything was checked at Cloudflare: a preview sends at most 100 requests for that";
      expect(saidOf(/^$/)).to.deep.equal([limit]);
      expect(saidOf(/s\d+$/)).to.have.length(50);
      expect(await previewed({ L: { videoIds: ids.slice(200) } })).to.equal(100);
      expect(saidOf(/L$/)).to.deep.equal(["50 of 5,000 checked at Cloudflare: 50 to generate"]);
      expect(saidOf(/^$/)).to.deep.equal([limit]);
      for (const videoId of ids.slice(200)) emulator.setDownload(videoId, "default", READY);
      expect(await previewed({ L: { videoIds: ids.slice(200) } })).to.be.within(98, 100);
    });

    it("a preview leaves a small budget to the update: of 100 requests it sends eight", async () => {
      const program = { L: { videoIds: emulator.addVideos({ count: 60 }) } };
      expect(await previewed(program, { "cloudflare-stream:requestsPer5Minutes": "100" })).to.equal(8);
      const limit = "Not everything was checked at Cloudflare: a preview sends at most 8 requests for that";
      expect(saidOf(/^$/)).to.deep.equal([limit]);
    });
  });
}
