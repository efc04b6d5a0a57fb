import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type ServerHttp2Session } from "node:http2";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { ACCOUNT, video } from "../support/ids";
import { until } from "../support/until";
import { isEngineSince } from "./engineVersion";
import { Fixture, writes } from "./fixture";
import { PLUGIN_TYPE, PROGRAM_HEAD } from "./hosts";
import { inlineProgram } from "./inlineProgram";
import type { Stack } from "./stack";

const grpc = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js") as typeof import("@grpc/grpc-js");

/** What only the plugin does; what both hosts do is in the other suites. */
describe("the plugin on the real engine", () => {
  const fixture = new Fixture("suite");
  let emulator: Emulator;
  let stack: Stack;
  const declare = (name: string, n: number, more = "") =>
    `const ${name} = new plugin.StreamDownload("${name}", { videoId: "${video(n)}", ${more} }); exports.${name} = [${name}.id, ${name}.url];\n`;
  const id = (n: number) => `${ACCOUNT}/${video(n)}/default`;
  before(async () => {
    emulator = await fixture.emulator();
    stack = await fixture.stack(emulator, PROGRAM_HEAD + declare("one", 1));
  });

  it("the plugin previews what is known, and writes nothing", async () => {
    const { text } = await stack.mustRun("preview", "--diff");
    expect(text)
      .to.contain(`videoId     : "${video(1)}"`)
      .and.match(/\[unknown\]/)
      .and.contain(`video ${video(1)} is ready`);
    expect(writes(emulator)).to.deep.equal([]);
  });

  it("the plugin imports a download, which the program then declares without a change", async () => {
    for (const n of [1, 2]) emulator.setDownload(video(n), "default", { status: "ready", percent: 100 });
    await stack.mustRun("import", PLUGIN_TYPE, "two", id(2), "--yes", "--generate-code=false", "--protect=false");
    stack.program(PROGRAM_HEAD + declare("one", 1) + declare("two", 2));
    const { text } = await stack.mustUp();
    expect(text).to.contain("1 created").and.contain("2 unchanged").and.not.contain("updated");
    expect(writes(emulator)).to.deep.equal([]);
    const inputs = (await stack.resources()).map(({ inputs = {} }) => Object.keys(inputs).sort());
    for (const keys of inputs) expect(keys).to.deep.equal(["accountId", "type", "videoId", "waitForReady"]);
  });

  it("the plugin says what is wrong with an id that is imported", async () => {
    const { code, text } = await stack.run("import", PLUGIN_TYPE, "x", id(9), "--yes");
    expect(code).to.not.equal(0);
    expect(text)
      .to.contain(`resource '${id(9)}' does not exist`)
      .and.contain("correct the id");
  });

  it("the plugin reads a download for pulumi do, and says what to do where it does not exist", async function () {
    if (!isEngineSince(3, 257)) this.skip();
    const read = (n: number) => {
      const path = join(__dirname, "../../dist/hosts/plugin/cli.js");
      return stack.run("do", "--package", path, PLUGIN_TYPE, "read", id(n));
    };
    const found = await read(1);
    expect(found.code, found.text).to.equal(0);
    expect(found.text).to.contain("/downloads/default.mp4");
    const missing = await read(9);
    expect(missing.code).to.not.equal(0);
    expect(missing.text).to.contain("was not found").and.contain("Declare it with new StreamDownload");
  });

  it("the plugin lists the downloads of a creator or a video for pulumi do, and a file for pulumi import is made of that", async function () {
    if (!isEngineSince(3, 257)) this.skip();
    const path = join(__dirname, "../../dist/hosts/plugin/cli.js");
    const list = async (...args: string[]) => {
      const { code, stdout, text } = await stack.run("do", "--package", path, PLUGIN_TYPE, "list", ...args);
      expect(code, text).to.equal(0);
      return JSON.parse(stdout) as { id: string; name: string }[];
    };
    emulator.addVideos({ count: 60, firstVideoId: video(101), creator: "acme" });
    emulator.changeVideo(video(160), { state: "error" });
    for (const n of [120, 155, 160]) emulator.setDownload(video(n), "default", { status: "ready", percent: 100 });
    emulator.setDownload(video(120), "audio", { status: "ready", percent: 100 });
    const [mp4, audio, other] = [120, 120, 155].map((n, i) => ({
      id: `${ACCOUNT}/${video(n)}/${i === 1 ? "audio" : "default"}`,
      name: `${video(n)}-${i === 1 ? "audio" : "default"}`,
    }));
    expect(await list("--creator", "acme", "--status", "ready")).to.deep.equal([mp4, audio, other]);
    expect(await list("--creator", "acme", "--count", "2")).to.deep.equal([mp4, audio]);
    expect(await list("--video-id", video(120))).to.deep.equal([mp4, audio]);
    const refused = await stack.run("do", "--package", path, PLUGIN_TYPE, "list", "--status", "done");
    expect(refused.code).to.not.equal(0);
    expect(refused.text).to.contain('getStreamVideos: status must be one of "pendingupload"');

    const resources = [audio, other].map((listed) => ({ ...listed, type: PLUGIN_TYPE }));
    writeFileSync(join(stack.folder, "import.json"), JSON.stringify({ resources }));
    const flags = ["--yes", "--generate-code=false", "--protect=false"];
    await stack.mustRun("import", "--file", join(stack.folder, "import.json"), ...flags);
    expect((await stack.resources()).map((resource) => resource.id)).to.include.members([audio?.id, other?.id]);

    const adHoc = ["do", "--package", path, "--stateless", PLUGIN_TYPE];
    await stack.mustRun(...adHoc, "create", "--video-id", video(110), "--yes");
    expect(writes(emulator, video(110))).to.deep.equal(["POST default"]);
    await stack.mustRun(...adHoc, "delete", id(110), "--yes");
    expect(writes(emulator, video(110))).to.deep.equal(["POST default", "DELETE default"]);
    // What was imported is in no program.
    await stack.mustUp();
    expect(emulator.files()).to.include.members([`${video(120)}/default`, `${video(160)}/default`]);
    expect(emulator.files()).to.not.include.members([`${video(120)}/audio`]);
  });

  it("the plugin says whether a download exists, without a word about one that does not", async function () {
    const { existsResource } = pulumi.runtime as { existsResource?: unknown };
    if (existsResource === undefined || !isEngineSince(3, 269)) this.skip();
    const run = inlineProgram(
      stack,
      `const exists = (id) => pulumi.runtime.existsResource("${PLUGIN_TYPE}", id);
       exports.found = [exists("${id(1)}"), exists("${id(9)}")];`,
    );
    const { text } = await run("preview");
    expect(text.replace(/\s+/g, " ")).to.contain("true").and.contain("false").and.not.contain("does not exist");
  });

  it("the plugin shows in a preview which property replaces, and no other", async () => {
    stack.program(PROGRAM_HEAD + declare("one", 1, 'type: "audio"') + declare("two", 2));
    const { stdout } = await stack.mustRun("preview", "--diff");
    expect(stdout).to.contain('~ type: "default" => "audio"').and.not.contain("~ videoId");
    expect(stdout).to.contain("1 to replace");
  });

  it("the plugin ends with its engine, also where that asked for the schema alone", async () => {
    const engine = createServer();
    await once(engine.listen(0, "127.0.0.1"), "listening");
    const sessions: ServerHttp2Session[] = [];
    engine.on("session", (session) => sessions.push(session));
    const { port } = engine.address() as AddressInfo;
    const path = join(__dirname, "../../dist/hosts/plugin/cli.js");
    const started = spawn(process.execPath, [path, `127.0.0.1:${port}`], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(started, "exit");
    const [own] = (await once(started.stdout, "data")) as [Buffer];
    const client = new ResourceProviderClient(`127.0.0.1:${String(own).trim()}`, grpc.credentials.createInsecure());
    await new Promise((resolve) => client.getSchema(new messages.GetSchemaRequest(), resolve));
    client.close();
    await until(() => sessions.length > 0);
    engine.close();
    for (const session of sessions) session.destroy();
    await ended;
  });

  it("the plugin that a developer has started serves an engine that is told of it, and outlives it", async () => {
    const started = spawn(process.execPath, [join(__dirname, "../../dist/hosts/plugin/cli.js")], {
      stdio: ["ignore", "pipe", "inherit"],
      env: stack.env as NodeJS.ProcessEnv,
    });
    try {
      const [port] = (await once(started.stdout, "data")) as [Buffer];
      stack.env.PULUMI_DEBUG_PROVIDERS = `cloudflare-stream:${String(port).trim()}`;
      const { text } = await stack.mustUp();
      expect(text).to.contain("1 replaced");
      await stack.mustRun("destroy", "--yes", "--skip-preview");
      expect(started.exitCode).to.equal(null);
    } finally {
      delete stack.env.PULUMI_DEBUG_PROVIDERS;
      started.kill();
    }
  });
});
