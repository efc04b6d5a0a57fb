import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { OLDEST_SDK } from "../../src/hosts/dynamic/pulumiSdk";
import { ACCOUNT, OTHER_ACCOUNT, video } from "../support/ids";
import { Fixture } from "./fixture";
import { installPackage } from "./installedPackage";
import { stateFile } from "./newStack";

/** The last version that does not hand a dynamic provider its configuration. */
const TOO_OLD = "3.138.0";

describe("with a @pulumi/pulumi that is too old", () => {
  const fixture = new Fixture();
  let folder: string;

  before(function () {
    if (process.env.PULUMI_ENGINE === "missing") this.skip();
    ({ folder } = installPackage([`@pulumi/pulumi@${TOO_OLD}`], "--legacy-peer-deps"));
    const program = join(folder, "program");
    mkdirSync(program);
    writeFileSync(join(program, "Pulumi.yaml"), "name: project\nruntime: nodejs\n");
    writeFileSync(join(program, "package.json"), '{ "main": "index.js", "private": true }\n');
    writeFileSync(
      join(program, "index.js"),
      `const { StreamDownload, StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
       new StreamDownload("one", { videoId: "${video(1)}", accountId: "${ACCOUNT}" });
       new StreamDownloads("many", { videoIds: ["${video(2)}"] });`,
    );
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it("every command says so, and none acts with the environment's token in place of the configured one", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, "");
    const run = (...args: string[]) => stack.run("--cwd", join(folder, "program"), "--stack", "dev", ...args);
    const configured = ["--secret", "cloudflare:apiToken=token-of-config"];
    await run("config", "set-all", ...configured, "--plaintext", `cloudflare-stream:accountId=${OTHER_ACCOUNT}`);

    const refused = async (...args: string[]) => {
      const { code, text } = await run(...args);
      expect(code, args[0]).to.not.equal(0);
      const flat = text.replace(/\s+/g, " ");
      expect(flat).to.contain(`@pulumi/pulumi ${TOO_OLD} does not hand the stack's configuration to this provider`);
      expect(flat).to.contain(`every version before ${OLDEST_SDK} is too old`);
      // A frame, with line and column: such an old SDK may add a warning of its own, which has a line that begins so.
      expect(text).to.not.match(/^\s+at .+:\d+:\d+\)?$/m);
      expect(emulator.requests).to.deep.equal([]);
    };
    await refused("preview");
    await refused("up", "--yes", "--skip-preview");

    // A state that a newer version has made, on a colleague's computer perhaps.
    const newer = await fixture.stack(
      emulator,
      `new StreamDownload("one", { videoId: "${video(1)}" });
       new (require("pulumi-cloudflare-stream-downloads").StreamDownloads)("many", { videoIds: ["${video(2)}"] });`,
    );
    await newer.mustUp();
    writeFileSync(stateFile(stack.folder), await newer.export());
    emulator.clearRequests();
    await refused("refresh", "--yes", "--skip-preview");
    await refused("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`, `${video(2)}/default`]);
  });
});
