import { execFile } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import type { EmulatorOptions } from "../../packages/emulator/src";
import { video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import { linkPackages } from "./newStack";
import { installedEmulator } from "../support/installedEmulator";

const repository = resolve(__dirname, "../..");
const examples = readdirSync(join(repository, "examples"), { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
);

/** In other languages, with tests of their own; that in TypeScript is held to its SDK (test/release/release.test.ts). */
const OTHER_LANGUAGES = ["go", "python", "typescript", "yaml"];

/** What has a test of its own below. */
const OWN_TEST = ["whole-account"];

/** What the examples look up is there. */
const EXISTING = "ea95132c15732412d22c1476fa83f27a";

/** Examples that need more than the usual. */
const SPECIAL: Record<string, { readonly emulator?: EmulatorOptions; readonly secrets?: Record<string, string> }> = {
  // The environment's token is none of these: each provider has to use its own.
  "multi-account": {
    emulator: { tokens: ["token-of-north", "token-of-south"] },
    secrets: { northToken: "token-of-north", southToken: "token-of-south" },
  },
};

/** Copies an example to where its stack may write, with the packages it needs. */
function copy(name: string, folder: string): string {
  const to = join(folder, "example");
  const isRoot = name === "quickstart";
  cpSync(join(repository, "examples", name), isRoot ? join(to, "examples", name) : to, { recursive: true });
  // The root's Pulumi.yaml leads to the quickstart.
  if (isRoot) cpSync(join(repository, "Pulumi.yaml"), join(to, "Pulumi.yaml"));
  linkPackages(join(to, "node_modules"));
  for (const dependency of ["mocha", "chai", "tsx"]) {
    symlinkSync(join(repository, "node_modules", dependency), join(to, "node_modules", dependency));
  }
  const emulator = join("node_modules", "cloudflare-stream-emulator");
  symlinkSync(join(installedEmulator().folder, emulator), join(to, emulator));
  // As npm does for workspaces.
  for (const workspace of workspacesOf(to)) {
    symlinkSync(join(to, workspace), join(to, "node_modules", manifest(join(to, workspace)).name));
  }
  return to;
}

interface Manifest {
  readonly name: string;
  readonly workspaces?: string[];
}

const manifest = (folder: string) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
const workspacesOf = (folder: string) =>
  existsSync(join(folder, "package.json")) ? (manifest(folder).workspaces ?? []) : [];

describe("each example", () => {
  const fixture = new Fixture();

  for (const { name } of examples.filter((example) => ![...OTHER_LANGUAGES, ...OWN_TEST].includes(example.name))) {
    it(`${name} is deployed, is unchanged by a second update, and is destroyed`, async () => {
      const { emulator: options, secrets = {} } = SPECIAL[name] ?? {};
      const emulator = await fixture.emulator(options);
      if (name === "existing") emulator.setDownload(EXISTING, "default", { status: "ready", percent: 100 });
      const before = emulator.files();
      const stack = await fixture.stack(emulator, "");
      const folder = copy(name, stack.folder);
      const inExample = (...args: string[]) => stack.mustRun("--cwd", folder, ...args);
      await inExample("stack", "init", "example");
      const flags = Object.entries(secrets).flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
      if (flags.length > 0) await inExample("config", "set-all", ...flags);
      await inExample("up", "--yes", "--skip-preview");
      if (name !== "existing") expect(emulator.files()).to.not.deep.equal(before);
      // The types of a program were right; to check them again takes three seconds of a core.
      stack.env.PULUMI_NODEJS_TRANSPILE_ONLY = "true";
      // What was not waited for is still being generated; everything else is done.
      const expectation = name === "fire-and-forget" ? [] : ["--expect-no-changes"];
      await inExample("up", "--yes", "--skip-preview", ...expectation);
      await inExample("destroy", "--yes", "--skip-preview");
      expect(emulator.files()).to.deep.equal(before);
    });
  }

  it("whole-account gains the file of a new video and loses that of one that left the list, as its preview says, unless the option retainOnDelete keeps it", async () => {
    const [gone, handedOver, staying, added] = [1, 2, 3, 4].map(video) as [string, string, string, string];
    const file = (id: string) => `${id}/default`;
    const emulator = await fixture.emulator();
    emulator.addVideos({ count: 3, firstVideoId: gone, creator: "acme", created: "2026-01-01T00:00:00Z" });
    emulator.addVideo({ videoId: video(8), creator: "acme", state: "inprogress" });
    emulator.addVideo({ videoId: video(9), creator: "someone else" });
    const stack = await fixture.stack(emulator, "");
    const folder = copy("whole-account", stack.folder);
    const inExample = (...args: string[]) => stack.mustRun("--cwd", folder, ...args);
    const up = (...args: string[]) => inExample("up", "--yes", "--skip-preview", ...args);
    await inExample("stack", "init", "example");
    await up();
    expect(emulator.files()).to.have.members([gone, handedOver, staying].map(file));
    await up("--expect-no-changes");

    emulator.removeVideo(gone);
    emulator.addVideo({ videoId: added, creator: "acme", created: "2026-02-01T00:00:00Z" });
    const { text } = await inExample("preview");
    expect(text).to.contain(`1 to add (${file(added)}); 1 to remove (${file(gone)})`);
    await up();
    expect(emulator.files()).to.have.members([handedOver, staying, added].map(file));
    expect(writes(emulator, staying)).to.deep.equal(["POST default"]);

    const program = join(folder, "index.mjs");
    const kept = readFileSync(program, "utf8").replace('"library", { videoIds }', "$&, { retainOnDelete: true }");
    writeFileSync(program, kept);
    await up();
    emulator.changeVideo(handedOver, { creator: "someone else" });
    await up();
    expect(emulator.files()).to.have.members([handedOver, staying, added].map(file));
    const { stdout } = await inExample("stack", "output", "urls", "--json");
    expect(Object.keys(JSON.parse(stdout) as object)).to.have.members([staying, added]);
    writeFileSync(program, kept.replace("{ retainOnDelete: true }", "{}"));
    await up();
    await inExample("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([file(handedOver)]);
  });

  it("each example has a line in the README of the examples", () => {
    const page = readFileSync(join(repository, "examples", "README.md"), "utf8");
    for (const { name } of examples) expect(page).to.contain(`| [${name}](${name}) | `);
  });

  for (const [example, file, tests] of [
    ["unit-testing", "index.test.mjs", 3],
    ["unit-testing", "engine.test.mjs", 2],
    ["component", "videoAsset.test.ts", 1],
  ] as const) {
    it(`${example} passes its own ${file}`, async () => {
      const stack = await fixture.stack(await fixture.emulator(), "");
      const folder = copy(example, stack.folder);
      // As its developer runs it, with nothing of Cloudflare's in the environment; only slower, perhaps.
      const env = {
        ...stack.env,
        CLOUDFLARE_BASE_URL: undefined,
        CLOUDFLARE_API_TOKEN: undefined,
        CLOUDFLARE_ACCOUNT_ID: undefined,
      };
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [
          "node_modules/mocha/bin/mocha.js",
          "--timeout=600000",
          ...(file.endsWith(".ts") ? ["--import=tsx"] : []),
          `test/${file}`,
        ],
        {
          cwd: folder,
          env: env as NodeJS.ProcessEnv,
        },
      ).catch((error: { stdout: string }) => error);
      expect(stdout).to.contain(`${tests} passing`).and.not.contain("failing");
    });
  }
});
