import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import engines from "../../tools/engines.json";
import { OLDEST_SDK } from "../../src/hosts/dynamic/pulumiSdk";
import { ACCOUNT, OTHER_ACCOUNT, video } from "../support/ids";
import { Fixture, FOREVER_MS, getsAfterPost, writes } from "./fixture";
import { installPackage } from "./installedPackage";
import type { Stack } from "./stack";

const newest = engines.find(({ name }) => name === "node24");

/** The ends of what is supported, as a user installs them; the version in between is that of most tests. */
const ENDS = [
  { what: "the oldest @pulumi/pulumi", sdk: OLDEST_SDK, node: undefined },
  { what: "the newest @pulumi/pulumi on a newer Node.js", sdk: newest?.sdk ?? "", node: newest?.node },
] as const;

/** Of each kind something; and two providers of their own. Nothing of it comes from the environment. */
const PROGRAM = `import * as pulumi from "@pulumi/pulumi";
import { StreamDownload, StreamDownloadArgs, StreamDownloads } from "pulumi-cloudflare-stream-downloads";
const config = new pulumi.Config();
const args: StreamDownloadArgs = { videoId: "${video(1)}", type: config.get("type") as "audio" | undefined };
const one: StreamDownload<boolean> = new StreamDownload("one", args, { customTimeouts: { create: "50m" } });
const many = new StreamDownloads("many", { videoIds: ["${video(2)}"] });
const looked = StreamDownload.get("looked", "${ACCOUNT}/${video(3)}/default");
class Account extends pulumi.ProviderResource {}
const provider = (name: string) => new Account("pulumi-nodejs", name, {
  "cloudflare:apiToken": config.requireSecret(name + "Token"),
  "cloudflare:baseUrl": config.require(name + "Url"),
  "cloudflare-stream:accountId": "${OTHER_ACCOUNT}",
});
new StreamDownload("northern", { videoId: "${video(4)}" }, { provider: provider("north") });
new StreamDownload("southern", { videoId: pulumi.secret("${video(5)}") }, { provider: provider("south") });
class Asset extends pulumi.ComponentResource {
  constructor(name: string) {
    super("acme:media:Asset", name);
    for (const type of ["default", "audio"] as const)
      new StreamDownload(\`\${name}-\${type}\`, { videoId: "${video(6)}", type }, { parent: this });
  }
}
if (config.getBoolean("asset")) new Asset("asset");
if (config.getBoolean("limited")) new StreamDownload("limited", { videoId: "${video(7)}" }, { customTimeouts: { create: "1s" } });
export const url = one.url;
export const all = many.urls.apply((urls) => urls["${video(2)}"]?.default);
export const there = looked.status;
`;

it("the peer range begins with the oldest version under test", () => {
  const manifest = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as {
    peerDependencies: Record<string, string>;
  };
  expect(manifest.peerDependencies["@pulumi/pulumi"]).to.equal(`^${OLDEST_SDK}`);
});

for (const { what, sdk, node } of ENDS) {
  describe(`with ${what}`, () => {
    const fixture = new Fixture("suite");
    const tokens = { config: "token-of-config", north: "token-of-north", south: "token-of-south" };
    const emulators = new Map<string, Emulator>();
    let folder: string;
    let stack: Stack;

    before(async () => {
      const newer = node === undefined ? [] : [`node@${node}`];
      ({ folder } = installPackage([`@pulumi/pulumi@${sdk}`, "typescript@5.9", ...newer]));
      const program = join(folder, "program");
      mkdirSync(program);
      writeFileSync(join(program, "Pulumi.yaml"), "name: project\nruntime: nodejs\n");
      writeFileSync(join(program, "package.json"), '{ "main": "index.ts", "private": true }\n');
      writeFileSync(join(program, "index.ts"), PROGRAM);
      writeFileSync(
        join(program, "tsconfig.json"),
        '{ "compilerOptions": { "strict": true, "module": "commonjs", "target": "ES2022", "moduleResolution": "node", "skipLibCheck": true, "types": [] } }\n',
      );

      const PATH = `${join(folder, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`;
      const none = {
        CLOUDFLARE_API_TOKEN: undefined,
        CLOUDFLARE_ACCOUNT_ID: undefined,
        CLOUDFLARE_BASE_URL: undefined,
      };
      for (const [name, token] of Object.entries(tokens))
        emulators.set(name, await fixture.emulator({ tokens: [token], encodingMs: FOREVER_MS }));
      const { config, north, south } = Object.fromEntries(emulators);
      if (config === undefined || north === undefined || south === undefined) throw new Error("an emulator is missing");
      config.setDownload(video(3), "default", { status: "ready", percent: 100 });
      stack = await fixture.stack(config, "", { env: node === undefined ? none : { ...none, PATH } });
      const secret = [
        `cloudflare:apiToken=${tokens.config}`,
        `northToken=${tokens.north}`,
        `southToken=${tokens.south}`,
      ];
      const plain = [
        `cloudflare-stream:accountId=${ACCOUNT}`,
        `cloudflare:baseUrl=${config.baseUrl}`,
        `northUrl=${north.baseUrl}`,
        `southUrl=${south.baseUrl}`,
      ];
      const flags = (flag: string, values: readonly string[]) => values.flatMap((value) => [flag, value]);
      await run("config", "set-all", ...flags("--secret", secret), ...flags("--plaintext", plain));
    });
    after(() => {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    });
    const inProgram = (...args: string[]) => ["--cwd", join(folder, "program"), "--stack", "dev", ...args];
    const run = (...args: string[]) => stack.mustRun(...inProgram(...args));
    const up = (...args: string[]) => run("up", "--yes", "--skip-preview", ...args);
    const files = () => Object.fromEntries([...emulators].map(([name, emulator]) => [name, emulator.files()]));
    /** What is to be made, by its emulator and its video. */
    const MADE = [
      ["config", 1],
      ["config", 2],
      ["north", 4],
      ["south", 5],
    ] as const;
    const each = (holds: (emulator: Emulator, videoId: string) => boolean) =>
      MADE.every(([name, n]) => {
        const emulator = emulators.get(name);
        return emulator !== undefined && holds(emulator, video(n));
      });

    it("the version under test is installed", () => {
      const version = (path: string) => (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
      const installed = version(join(folder, "node_modules", "@pulumi", "pulumi", "package.json"));
      expect(installed).to.equal(sdk);
      if (node !== undefined) {
        const text = execFileSync(join(folder, "node_modules", ".bin", "node"), ["--version"], { encoding: "utf8" });
        expect(text).to.match(new RegExp(`^v${node}\\.`));
      }
    });

    it("downloads are previewed, by a program whose types are right", async () => {
      await run("preview");
      // Once is enough: it takes each command three seconds of a core.
      stack.env.PULUMI_NODEJS_TRANSPILE_ONLY = "true";
      expect(each((emulator) => writes(emulator).length === 0)).to.equal(true);
    });

    it("Ctrl-C ends the wait at once, and the next update goes on", async () => {
      const running = stack.start(...inProgram("up", "--yes", "--skip-preview"));
      await running.until(() => each((emulator, videoId) => getsAfterPost(emulator, videoId) > 0));
      running.child.kill("SIGINT");
      const { code, text } = await running.done;
      expect(code).to.not.equal(0);
      expect(text).to.contain("cancelled while waiting");
      for (const emulator of emulators.values()) emulator.clock.advance(FOREVER_MS);
      expect((await up()).text).to.contain("ready after");
      expect(each((emulator, videoId) => writes(emulator, videoId).join() === "POST default")).to.equal(true);
    });

    it("each provider uses what it is configured with, and nothing of the environment is needed", async () => {
      const [config, north, south] = [[1, 2, 3], [4], [5]].map((all) => all.map((n) => `${video(n)}/default`));
      expect(files()).to.deep.equal({ config, north, south });
      const state = await stack.export();
      for (const secret of [...Object.values(tokens), `"${video(5)}"`]) expect(state).to.not.contain(secret);
    });

    it("a time limit of customTimeouts ends the wait", async () => {
      await run("config", "set", "limited", "true");
      const { code, text } = await stack.run(...inProgram("up", "--yes", "--skip-preview"));
      expect(code).to.not.equal(0);
      expect(text).to.contain("the time limit of 1s was exceeded");
      await run("config", "rm", "limited");
    });

    it("downloads are left alone, replaced, declared in a component, looked up and deleted", async () => {
      await up();
      await up("--expect-no-changes");
      await run("refresh", "--yes", "--skip-preview", "--expect-no-changes");
      await run("config", "set-all", "--plaintext", "type=audio", "--plaintext", "asset=true");
      const replacing = stack.start(...inProgram("up", "--yes", "--skip-preview"));
      const config = emulators.get("config");
      const made = [`${video(1)}/audio`, `${video(6)}/audio`, `${video(6)}/default`];
      await replacing.until(() => made.every((file) => config?.files().includes(file)));
      config?.clock.advance(FOREVER_MS);
      expect((await replacing.done).code).to.equal(0);
      expect(files().config).to.have.members([...made, `${video(2)}/default`, `${video(3)}/default`]);
      const outputs = JSON.parse((await run("stack", "output", "--json")).stdout) as Record<string, string>;
      expect(outputs).to.have.property("there", "ready");
      expect(outputs.url).to.match(/audio\.m4a$/);
      expect(outputs.all).to.match(/default\.mp4$/);
      await run("destroy", "--yes", "--skip-preview");
      expect(files()).to.deep.equal({ config: [`${video(3)}/default`], north: [], south: [] });
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
