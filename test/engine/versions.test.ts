import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import type { Emulator } from "../../src/emulator";
import { OLDEST_SDK } from "../../src/provider/pulumiSdk";
import { ACCOUNT, OTHER_ACCOUNT, video } from "../support/ids";
import { until } from "../support/until";
import { Fixture, writes } from "./fixture";
import { installPackage } from "./installedPackage";
import type { Stack } from "./stack";

/** The ends of what is supported; the version in between is that of all other tests. */
const ENDS = [
  { what: "the oldest @pulumi/pulumi", sdk: OLDEST_SDK, node: undefined },
  { what: "the newest @pulumi/pulumi on a newer Node.js", sdk: "3.270.0", node: "24" },
] as const;

const PROGRAM = `import * as pulumi from "@pulumi/pulumi";
import { StreamDownload, StreamDownloadArgs, StreamDownloads } from "pulumi-cloudflare-stream-downloads";
const args: StreamDownloadArgs = { videoId: "${video(1)}", type: new pulumi.Config().get("type") as "audio" | undefined };
const one: StreamDownload = new StreamDownload("one", args, { customTimeouts: { create: "10m" } });
const many = new StreamDownloads("many", { videoIds: ["${video(2)}"] });
const looked = StreamDownload.get("looked", "${ACCOUNT}/${video(3)}/default");
export const url = one.url;
export const all = many.urls.apply((urls) => urls["${video(2)}"]?.default);
export const there = looked.status;
`;

/** The stack's configuration, two providers of their own, and a secret: nothing of it comes from the environment. */
const CONFIGURED = `const pulumi = require("@pulumi/pulumi");
const { StreamDownload } = require("pulumi-cloudflare-stream-downloads");
const config = new pulumi.Config();
const provider = (name) => new pulumi.ProviderResource("pulumi-nodejs", name, {
  "cloudflare:apiToken": config.requireSecret(name + "Token"),
  "cloudflare:baseUrl": config.require(name + "Url"),
  "cloudflare-stream:accountId": "${OTHER_ACCOUNT}",
});
new StreamDownload("configured", { videoId: "${video(1)}" });
new StreamDownload("northern", { videoId: "${video(2)}" }, { provider: provider("north") });
new StreamDownload("southern", { videoId: pulumi.secret("${video(3)}") }, { provider: provider("south") });
`;

it("the peer range begins with the oldest version under test", () => {
  const manifest = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as {
    peerDependencies: Record<string, string>;
  };
  expect(manifest.peerDependencies["@pulumi/pulumi"]).to.equal(`^${OLDEST_SDK}`);
});

for (const { what, sdk, node } of ENDS) {
  describe(`with ${what}`, () => {
    const fixture = new Fixture();
    let folder: string;
    let emulator: Emulator;
    let stack: Stack;

    before(function () {
      if (process.env.PULUMI_ENGINE === "missing") this.skip();
      this.timeout(180_000);
      const newer = node === undefined ? [] : [`node@${node}`];
      ({ folder } = installPackage(`@pulumi/pulumi@${sdk}`, "typescript@5.9", ...newer));
      const program = join(folder, "program");
      mkdirSync(program);
      writeFileSync(join(program, "Pulumi.yaml"), "name: project\nruntime: nodejs\n");
      writeFileSync(join(program, "package.json"), '{ "main": "index.ts", "private": true }\n');
      writeFileSync(join(program, "index.ts"), PROGRAM);
      writeFileSync(
        join(program, "tsconfig.json"),
        '{ "compilerOptions": { "strict": true, "module": "commonjs", "target": "ES2022", "moduleResolution": "node", "skipLibCheck": true, "types": [] } }\n',
      );
    });
    after(() => {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    });
    beforeEach(async () => {
      emulator = await fixture.emulator();
      emulator.setDownload(video(3), "default", { status: "ready", percent: 100 });
      const PATH = `${join(folder, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`;
      stack = await fixture.stack(emulator, "", node === undefined ? {} : { env: { PATH } });
    });
    const run = (...args: string[]) => stack.mustRun("--cwd", join(folder, "program"), "--stack", "dev", ...args);
    const up = (...args: string[]) => run("up", "--yes", "--skip-preview", ...args);

    it("the version under test is another than that of the other tests", () => {
      const version = (path: string) => (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
      const installed = version(join(folder, "node_modules", "@pulumi", "pulumi", "package.json"));
      const usual = version(require.resolve("@pulumi/pulumi/package.json"));
      expect(installed.localeCompare(usual, "en", { numeric: true })).to.equal(node === undefined ? -1 : 1);
      if (node !== undefined) {
        const text = execFileSync(join(folder, "node_modules", ".bin", "node"), ["--version"], { encoding: "utf8" });
        expect(text).to.match(new RegExp(`^v${node}\\.`));
      }
    });

    it("downloads are previewed, made, left alone, replaced, looked up and deleted", async () => {
      await run("preview");
      const first = await up();
      expect(first.text).to.contain("ready after");
      await up("--expect-no-changes");
      await run("refresh", "--yes", "--skip-preview", "--expect-no-changes");
      await run("config", "set", "type", "audio");
      await up();
      expect(emulator.files()).to.deep.equal([`${video(1)}/audio`, `${video(2)}/default`, `${video(3)}/default`]);
      const outputs = JSON.parse((await run("stack", "output", "--json")).stdout) as Record<string, string>;
      expect(outputs).to.have.property("there", "ready");
      expect(outputs.url).to.match(/audio\.m4a$/);
      expect(outputs.all).to.match(/default\.mp4$/);
      await run("destroy", "--yes", "--skip-preview");
      expect(emulator.files()).to.deep.equal([`${video(3)}/default`]);
    });

    it("each provider uses what it is configured with, and nothing of the environment is needed", async () => {
      const other = join(folder, "configured");
      mkdirSync(other, { recursive: true });
      writeFileSync(join(other, "Pulumi.yaml"), "name: project\nruntime: nodejs\n");
      writeFileSync(join(other, "package.json"), '{ "main": "index.js", "private": true }\n');
      writeFileSync(join(other, "index.js"), CONFIGURED);
      for (const name of ["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_BASE_URL"])
        stack.env[name] = undefined;
      const inOther = (...args: string[]) => stack.mustRun("--cwd", other, "--stack", "dev", ...args);
      const tokens = { config: "token-of-config", north: "token-of-north", south: "token-of-south" };
      const emulators = new Map<string, Emulator>();
      for (const [name, token] of Object.entries(tokens)) {
        const own = await fixture.emulator({ tokens: [token] });
        emulators.set(name, own);
        const [tokenKey, urlKey] =
          name === "config" ? ["cloudflare:apiToken", "cloudflare:baseUrl"] : [`${name}Token`, `${name}Url`];
        await inOther("config", "set", "--secret", tokenKey, token);
        await inOther("config", "set", urlKey, own.baseUrl);
      }
      await inOther("config", "set", "cloudflare-stream:accountId", ACCOUNT);
      await inOther("preview");
      await inOther("up", "--yes", "--skip-preview");
      await inOther("up", "--yes", "--skip-preview", "--expect-no-changes");
      await inOther("refresh", "--yes", "--skip-preview", "--expect-no-changes");
      const files = () => Object.fromEntries([...emulators].map(([name, own]) => [name, own.files()]));
      const [config, north, south] = [1, 2, 3].map((n) => [`${video(n)}/default`]);
      expect(files()).to.deep.equal({ config, north, south });
      const state = await stack.export();
      for (const secret of [...Object.values(tokens), `"${video(3)}"`]) expect(state).to.not.contain(secret);
      await inOther("destroy", "--yes", "--skip-preview");
      expect(files()).to.deep.equal({ config: [], north: [], south: [] });
    });

    it("Ctrl-C ends the wait at once, and the next update goes on", async () => {
      emulator = await fixture.emulator({ encodingMs: 60_000 });
      emulator.setDownload(video(3), "default", { status: "ready", percent: 100 });
      stack.env.CLOUDFLARE_BASE_URL = emulator.baseUrl;
      const running = stack.start("--cwd", join(folder, "program"), "--stack", "dev", "up", "--yes", "--skip-preview");
      await until(() => emulator.files().length === 3);
      running.child.kill("SIGINT");
      const { code, text } = await running.done;
      expect(code).to.not.equal(0);
      expect(text).to.contain("cancelled while waiting");
      emulator.clock.advance(60_000);
      await up();
      expect(writes(emulator).filter((request) => request.startsWith("POST"))).to.have.length(2);
    });

    it("the mocks for unit tests work", () => {
      const script = `const pulumi = require("@pulumi/pulumi");
        const { streamDownloadMocks } = require("pulumi-cloudflare-stream-downloads/testing");
        const { StreamDownload, getStreamDownloads } = require("pulumi-cloudflare-stream-downloads");
        (async () => {
          await pulumi.runtime.setMocks(streamDownloadMocks());
          const { default: found } = await getStreamDownloads({ videoId: "${video(1)}" });
          new StreamDownload("a", { videoId: "${video(1)}" }).url.apply((url) => console.log(url === found.url ? "the same" : url));
        })();`;
      const binary = node === undefined ? process.execPath : join(folder, "node_modules", ".bin", "node");
      expect(execFileSync(binary, ["-e", script], { cwd: folder, encoding: "utf8" })).to.contain("the same");
    });
  });
}
