import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { ACCOUNT, OTHER_ACCOUNT, TOKEN, video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import type { Stack } from "./stack";

/** The videos, by what the tests do to their downloads. */
const [steady, changesType, changesVideo, otherVideo, changesAccount, drifts, existing] = [
  1, 2, 3, 4, 5, 6, 7,
] as const;

const declare = (name: string, args: string) => `exports.${name} = new StreamDownload("${name}", { ${args} }).url;\n`;
const id = (n: number) => `videoId: "${video(n)}"`;
const FIRST =
  declare("a", id(steady)) +
  declare("byType", id(changesType)) +
  declare("byVideo", id(changesVideo)) +
  declare("byAccount", id(changesAccount)) +
  declare("drifts", id(drifts)) +
  declare("adopted", id(existing));
const THEN =
  declare("a", id(steady)) +
  declare("byType", `${id(changesType)}, type: "audio"`) +
  declare("byVideo", id(otherVideo)) +
  declare("byAccount", `${id(changesAccount)}, accountId: "${OTHER_ACCOUNT}"`) +
  declare("drifts", id(drifts)) +
  declare("adopted", id(existing)) +
  `const found = StreamDownload.get("found", "${ACCOUNT}/${video(existing)}/audio");
   exports.found = { url: found.url, status: found.status, videoId: found.videoId };
   exports.listed = getStreamDownloads({ videoId: "${video(existing)}" }).then((all) => all.audio.url);`;

describe("a StreamDownload on the real engine", () => {
  const fixture = new Fixture("suite");
  let emulator: Emulator;
  let stack: Stack;
  /** Everything printed. */
  let printed = "";
  const resource = async (name: string) => (await stack.resources()).find(({ urn }) => urn.endsWith(`::${name}`));

  before(async () => {
    emulator = await fixture.emulator({ tokens: [TOKEN] });
    for (const type of ["default", "audio"] as const)
      emulator.setDownload(video(existing), type, { status: "ready", percent: 100 });
    stack = await fixture.stack(emulator, FIRST, { env: { CLOUDFLARE_API_TOKEN: undefined } });
    await stack.config({}, { "cloudflare:apiToken": TOKEN });
  });

  it("a StreamDownload is previewed without a request", async () => {
    const preview = await stack.mustRun("preview");
    expect(preview.text).to.contain("7 to create");
    expect(emulator.requests).to.have.length(0);
  });

  it("a StreamDownload is created ready, with a url that works", async () => {
    const run = await stack.mustUp("--logtostderr", "-v=5");
    printed += run.text;
    const { a: url } = await stack.outputs();
    expect(url).to.match(/\/downloads\/default\.mp4$/);
    const file = await fetch(String(url));
    expect(file.status).to.equal(200);
    expect(
      Buffer.from(await file.arrayBuffer())
        .subarray(4, 8)
        .toString(),
    ).to.equal("ftyp");
    const state = await resource("a");
    expect(state?.id).to.equal(`${ACCOUNT}/${video(steady)}/default`);
    expect(state?.outputs).to.include({ status: "ready", percentComplete: 100, type: "default", waitForReady: true });
    expect(writes(emulator, video(steady))).to.deep.equal(["POST default"]);
  });

  it("a StreamDownload adopts a download that exists already and says so", () => {
    expect(printed).to.contain("the file already exists: it is not generated again, and belongs to this resource");
    expect(writes(emulator, video(existing))).to.deep.equal([]);
  });

  it("a StreamDownload takes less than 3 KB of state", async () => {
    // The program's source positions are the engine's own, and as long as the paths on the machine are.
    const { sourcePosition, stackTrace, ...rest } = (await resource("a")) as unknown as Record<string, unknown>;
    expect(JSON.stringify(rest).length).to.be.below(3000);
  });

  it("a StreamDownload is left alone when unchanged", async () => {
    const before = emulator.requests.length;
    const unchanged = await stack.mustRun("up", "--yes", "--expect-no-changes");
    expect(unchanged.text).to.contain("7 unchanged");
    expect(emulator.requests.length).to.equal(before);
  });

  it("a StreamDownload is replaced, the new file first, when its type, its videoId or its accountId changes", async () => {
    stack.program(THEN);
    const preview = await stack.mustRun("preview", "--diff");
    expect(preview.text).to.match(/~ accountId *: "a{32}" => "b{32}"/);
    const run = await stack.mustUp();
    expect(run.text).to.contain("3 replaced");
    expect(writes(emulator, video(changesType))).to.deep.equal(["POST default", "POST audio", "DELETE default"]);
    const moved = emulator.requests.filter(({ method, videoId }) => method !== "GET" && videoId !== video(changesType));
    const order = moved.map(({ method, videoId }) => `${method} ${Number.parseInt(videoId, 16)}`);
    expect(order.indexOf(`POST ${otherVideo}`)).to.be.within(0, order.indexOf(`DELETE ${changesVideo}`));
    expect(emulator.files())
      .to.include.members([`${video(changesType)}/audio`, `${video(otherVideo)}/default`])
      .and.not.include.members([`${video(changesType)}/default`])
      .and.not.include.members([`${video(changesVideo)}/default`]);
    expect((await stack.outputs()).byType).to.match(/audio\.m4a$/);
    expect((await resource("byAccount"))?.id).to.equal(`${OTHER_ACCOUNT}/${video(changesAccount)}/default`);
  });

  it("a StreamDownload is looked up by get, which manages nothing, and by getStreamDownloads", async () => {
    const { found, listed } = (await stack.outputs()) as { found: Record<string, string>; listed: string };
    expect(found).to.include({ status: "ready", videoId: video(existing), url: listed });
    expect(listed).to.match(/audio\.m4a$/);
  });

  it("a StreamDownload names the cause when a refresh fails, without a token that the API repeats", async () => {
    const message = `no good: ${TOKEN}`;
    emulator.injectFault({
      kind: "status",
      status: 400,
      code: 1,
      message,
      operation: "listDownloads",
      videoId: video(steady),
    });
    const refresh = await stack.run("refresh", "--yes", "--skip-preview");
    printed += refresh.text;
    expect(refresh.code).to.not.equal(0);
    expect(refresh.text).to.contain("no good: [redacted] [code: 1]");
  });

  it("a StreamDownload is found missing by a refresh and created again by the next update", async () => {
    emulator.clearFaults();
    emulator.setDownload(video(drifts), "default", undefined);
    const refresh = await stack.mustRun("refresh", "--yes");
    expect(refresh.text).to.contain("1 deleted");
    expect(await resource("drifts")).to.equal(undefined);
    await stack.mustUp();
    expect(emulator.files()).to.include(`${video(drifts)}/default`);
  });

  it("a StreamDownload keeps the token out of the state, the logs and the errors", async () => {
    for (const text of [printed, await stack.export(), (await stack.mustRun("stack", "export")).text])
      expect(text).to.not.contain(TOKEN);
  });

  it("a StreamDownload is deleted by destroy, and one that was only looked up is not", async () => {
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([`${video(existing)}/audio`]);
    expect(writes(emulator, video(steady))).to.deep.equal(["POST default", "DELETE default"]);
  });

  it("the get of a download that does not exist fails with its id", async () => {
    stack.program(`StreamDownload.get("found", "${ACCOUNT}/${video(99)}/audio");`);
    const run = await stack.up();
    expect(run.code).to.not.equal(0);
    expect(run.text)
      .to.contain(`${ACCOUNT}/${video(99)}/audio`)
      .and.contain("does not exist");
  });

  it("a StreamDownload loads the installed provider through the constant string: the contract with Pulumi's dynamic provider", async () => {
    // If this fails after an upgrade of @pulumi/pulumi, the engine's Node.js provider no longer evaluates `__provider` in the
    // program's folder or no longer calls `exports.handler()`: no resource of this package can be created, and those in state
    // files cannot be refreshed or destroyed. src/program/providerString.ts has to follow, and stay able to read old states.
    stack.program(
      `class Raw extends pulumi.CustomResource {
         constructor(name, props) { super("pulumi-nodejs:dynamic/contract:Raw", name, { ...props, where: undefined }, {}); }
       }
       const code = 'exports.handler = () => ({ create: async (inputs) => ({ id: "1", outs: { where: process.cwd() } }) });';
       exports.where = new Raw("raw", { __provider: code }).where;`,
    );
    await stack.mustUp();
    expect((await stack.outputs()).where).to.match(/program$/);
  });
});
