import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { ACCOUNT, OTHER_ACCOUNT, TOKEN } from "../support/ids";
import { Fixture, writes } from "./fixture";
import { eachHost, type Host, HOSTS, onBothHosts } from "./hosts";
import type { Stack } from "./stack";

/** The videos, by what the tests do to their downloads. */
const [steady, changesType, changesVideo, otherVideo, changesAccount, drifts, existing] = [
  1, 2, 3, 4, 5, 6, 7,
] as const;

const FIRST = onBothHosts(
  (host) =>
    host.download("a", steady) +
    host.download("byType", changesType) +
    host.download("byVideo", changesVideo) +
    host.download("byAccount", changesAccount) +
    host.download("drifts", drifts) +
    host.download("adopted", existing),
);
const THEN = onBothHosts(
  (host) =>
    host.download("a", steady) +
    host.download("byType", changesType, 'type: "audio"') +
    host.download("byVideo", otherVideo) +
    host.download("byAccount", changesAccount, `accountId: "${OTHER_ACCOUNT}"`) +
    host.download("drifts", drifts) +
    host.download("adopted", existing) +
    `{ const { url, status, videoId } = ${host.name}.get("${host.named("found")}", "${host.id(existing, "audio")}");
       exports["${host.named("found")}"] = { url, status, videoId };
       const listed = ${host.name}.getStreamDownloads({ videoId: "${host.video(existing)}" });
       exports["${host.named("listed")}"] = listed.then((all) => all.audio.url); }\n`,
);
/** What a resource may take in the state: for a dynamic one the engine keeps the provider and the inputs twice. */
const STATE_BYTES = { dynamic: 3000, plugin: 1500 };

describe("a StreamDownload on the real engine", () => {
  const fixture = new Fixture("suite");
  let emulator: Emulator;
  let stack: Stack;
  /** Everything printed. */
  let printed = "";
  const resource = async (host: Host, name: string) =>
    (await stack.resources()).find(({ urn }) => urn.endsWith(`::${host.named(name)}`));
  const output = async (host: Host, name: string) => (await stack.outputs())[host.named(name)];

  before(async () => {
    emulator = await fixture.emulator({ tokens: [TOKEN] });
    for (const host of HOSTS) {
      for (const type of ["default", "audio"] as const)
        emulator.setDownload(host.video(existing), type, { status: "ready", percent: 100 });
    }
    const env = { CLOUDFLARE_API_TOKEN: undefined, CLOUDFLARE_ACCOUNT_ID: undefined };
    stack = await fixture.stack(emulator, FIRST, { env });
    await stack.config({ "cloudflare-stream:accountId": ACCOUNT }, { "cloudflare-stream:apiToken": TOKEN });
  });

  it("a StreamDownload is previewed without a request that writes", async () => {
    const preview = await stack.mustRun("preview");
    expect(preview.text).to.contain("13 to create");
    expect(writes(emulator)).to.deep.equal([]);
  });

  it("a StreamDownload is created ready, with a url that works", async () => {
    const run = await stack.mustUp("--logtostderr", "-v=5");
    printed += run.text;
    await eachHost(async (host) => {
      expect(host.linesAbout("a", run.text)).to.contain("ready after");
      const url = await output(host, "a");
      expect(url).to.match(/\/downloads\/default\.mp4$/);
      const file = await fetch(String(url));
      expect(file.status).to.equal(200);
      const start = Buffer.from(await file.arrayBuffer()).subarray(4, 8);
      expect(start.toString()).to.equal("ftyp");
      const state = await resource(host, "a");
      expect(state?.id).to.equal(host.id(steady));
      expect(state?.outputs).to.include({ status: "ready", percentComplete: 100, type: "default", waitForReady: true });
      expect(writes(emulator, host.video(steady))).to.deep.equal(["POST default"]);
    });
  });

  it("a StreamDownload adopts a download that exists already and says so", async () => {
    const adopted =
      "the file already exists: it is not generated again, and belongs to this resource " +
      "(if another stack has it too, destroying one deletes it for both; if @pulumi/cloudflare has it too, set retainOnDelete there before you remove it there)";
    await eachHost((host) => {
      expect(host.linesAbout("adopted", printed)).to.contain(adopted);
      expect(writes(emulator, host.video(existing))).to.deep.equal([]);
    });
  });

  it("a StreamDownload takes less than 3 KB of state, and 1.5 KB with the plugin", () =>
    eachHost(async (host) => {
      // The program's source positions are the engine's own, and as long as the paths on the machine are.
      const { sourcePosition, stackTrace, ...rest } = (await resource(host, "a")) as unknown as Record<string, unknown>;
      expect(JSON.stringify(rest).length).to.be.below(STATE_BYTES[host.name]);
    }));

  it("a StreamDownload is left alone when unchanged", async () => {
    const before = emulator.requests.length;
    const unchanged = await stack.mustRun("up", "--yes", "--expect-no-changes");
    expect(unchanged.text).to.contain("13 unchanged");
    expect(emulator.requests.length).to.equal(before);
  });

  it("a StreamDownload is replaced, the new file first, when its type, its videoId or its accountId changes", async () => {
    stack.program(THEN);
    const preview = await stack.mustRun("preview", "--diff");
    expect(preview.text.match(/~ accountId *: "a{32}" => "b{32}"/g)).to.have.length(2);
    const run = await stack.mustUp();
    expect(run.text).to.contain("6 replaced");
    await eachHost(async (host) => {
      expect(writes(emulator, host.video(changesType))).to.deep.equal(["POST default", "POST audio", "DELETE default"]);
      const order = emulator.requests.map(({ method, videoId }) => `${method} ${videoId}`);
      const deleted = order.indexOf(`DELETE ${host.video(changesVideo)}`);
      expect(order.indexOf(`POST ${host.video(otherVideo)}`)).to.be.within(0, deleted);
      expect(emulator.files())
        .to.include.members([host.file(changesType, "audio"), host.file(otherVideo)])
        .and.not.include.members([host.file(changesType)])
        .and.not.include.members([host.file(changesVideo)]);
      expect(await output(host, "byType")).to.match(/audio\.m4a$/);
      expect((await resource(host, "byAccount"))?.id).to.equal(host.id(changesAccount, "default", OTHER_ACCOUNT));
    });
  });

  it("a StreamDownload is looked up by get, which manages nothing, and by getStreamDownloads", () =>
    eachHost(async (host) => {
      const listed = await output(host, "listed");
      expect(await output(host, "found")).to.include({ status: "ready", videoId: host.video(existing), url: listed });
      expect(listed).to.match(/audio\.m4a$/);
    }));

  it("a StreamDownload names the cause when a refresh fails, without a token that the API repeats", async () => {
    const fault = {
      kind: "status",
      status: 400,
      code: 1,
      message: `no good: ${TOKEN}`,
      operation: "listDownloads",
    } as const;
    await eachHost(async (host) => {
      emulator.injectFault({ ...fault, videoId: host.video(steady) });
      const { urn = "" } = (await resource(host, "a")) ?? {};
      const { code, text } = await stack.run("refresh", "--yes", "--skip-preview", "--target", urn);
      printed += text;
      expect(code).to.not.equal(0);
      expect(text).to.contain("no good: [redacted] [code: 1]");
    });
  });

  it("a StreamDownload is found missing by a refresh and created again by the next update", async () => {
    emulator.clearFaults();
    for (const host of HOSTS) emulator.setDownload(host.video(drifts), "default", undefined);
    const refresh = await stack.mustRun("refresh", "--yes");
    await eachHost(async (host) => {
      expect(host.linesAbout("drifts", refresh.text)).to.contain("deleted");
      expect(await resource(host, "drifts")).to.equal(undefined);
    });
    await stack.mustUp();
    await eachHost((host) => expect(emulator.files()).to.include(host.file(drifts)));
  });

  it("a StreamDownload keeps the token out of the state, the logs and the errors", async () => {
    for (const text of [printed, await stack.export(), (await stack.mustRun("stack", "export")).text])
      expect(text).to.not.contain(TOKEN);
  });

  it("a StreamDownload is deleted by destroy, and one that was only looked up is not", async () => {
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal(HOSTS.map((host) => host.file(existing, "audio")));
    await eachHost((host) =>
      expect(writes(emulator, host.video(steady))).to.deep.equal(["POST default", "DELETE default"]),
    );
  });

  it("the get of a download that does not exist fails with its id", async () => {
    stack.program(onBothHosts((host) => `${host.name}.get("${host.named("found")}", "${host.id(99, "audio")}");\n`));
    const run = await stack.up("--continue-on-error");
    expect(run.code).to.not.equal(0);
    await eachHost((host) => {
      expect(run.text).to.contain(`video ${host.video(99)}: it does not exist`);
      expect(run.text).to.contain(`correct the id ${host.id(99, "audio")}`);
      // Through the dynamic provider the engine cannot be told so.
      if (host.name === "plugin") expect(run.text).to.contain(`resource '${host.id(99, "audio")}' does not exist`);
    });
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
