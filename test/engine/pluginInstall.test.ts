import { execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { video } from "../support/ids";
import { Fixture } from "./fixture";
import { PROGRAM_HEAD } from "./hosts";

const repository = resolve(__dirname, "../..");

describe("the plugin as users install it", () => {
  const fixture = new Fixture();

  it("the plugin's archive is installed into an empty PULUMI_HOME, has nothing beside it, and works", async () => {
    const emulator = await fixture.emulator();
    const program = `${PROGRAM_HEAD} exports.url = new plugin.StreamDownload("one", { videoId: "${video(1)}" }).url;`;
    const stack = await fixture.stack(emulator, program);
    const project = join(stack.folder, "program", "Pulumi.yaml");
    writeFileSync(project, "name: project\nruntime: nodejs\n");
    const { OWN_SYSTEM } = (await import("../../scripts/executable.mjs" as string)) as { OWN_SYSTEM: string };
    const args = ["scripts/plugin.mjs", OWN_SYSTEM];
    const archive = execFileSync(process.execPath, args, { cwd: repository, encoding: "utf8" }).trim();
    const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { version: string };
    expect(archive).to.equal(`build/plugin/pulumi-resource-cloudflare-stream-v${version}-${OWN_SYSTEM}.tar.gz`);
    const install = [
      "plugin",
      "install",
      "resource",
      "cloudflare-stream",
      version,
      "--file",
      join(repository, archive),
    ];
    await stack.mustRun(...install);
    await stack.mustUp();
    expect((await stack.outputs()).url).to.contain(video(1));
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("the plugin runs from its source where Pulumi's host of such plugins starts it", async () => {
    const host = join(repository, "node_modules", "@pulumi", "pulumi", "cmd", "run-plugin", "index.js");
    const plugin = spawn(process.execPath, [host, repository, "127.0.0.1:1"], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const line = await new Promise<string>((done, fail) => {
        plugin.stdout.once("data", (data: Buffer) => done(data.toString()));
        plugin.once("exit", (code) => fail(new Error(`it exited with ${code}`)));
      });
      expect(line).to.match(/^\d+\n$/);
    } finally {
      plugin.kill();
    }
  });
});
