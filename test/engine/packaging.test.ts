import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { publint } from "publint";
import { video } from "../support/ids";
import type { Emulator } from "../../packages/emulator/src";
import { Fixture } from "./fixture";
import { installPackage } from "./installedPackage";
import type { Stack } from "./stack";

const repository = resolve(__dirname, "../..");

/** The same program as each kind of project writes it. */
const PROGRAMS: Record<
  string,
  { readonly main: string; readonly body: string; readonly files: Record<string, string> }
> = {
  JavaScript: {
    main: "index.js",
    body: 'const { StreamDownload } = require("pulumi-cloudflare-stream-downloads");\nexports.url = new StreamDownload("a", { videoId }).url;\n',
    files: {},
  },
  ESM: {
    main: "index.mjs",
    body: 'import { StreamDownload } from "pulumi-cloudflare-stream-downloads";\nexport const url = new StreamDownload("a", { videoId }).url;\n',
    files: {},
  },
  TypeScript: {
    main: "index.ts",
    body: 'import { StreamDownload, StreamDownloadArgs } from "pulumi-cloudflare-stream-downloads";\nconst args: StreamDownloadArgs = { videoId };\nexport const url = new StreamDownload("a", args).url;\n',
    files: {
      "tsconfig.json":
        '{ "compilerOptions": { "strict": true, "module": "commonjs", "target": "ES2022", "moduleResolution": "node", "types": [] } }\n',
    },
  },
};

describe("the packed package in an unrelated project", () => {
  let folder: string;
  let tarball: string;

  before(function () {
    if (process.env.PULUMI_ENGINE === "missing") this.skip();
    ({ folder, tarball } = installPackage([
      "@pulumi/pulumi@3.248.0",
      "typescript@5.9",
      "typescript-7@npm:typescript@7",
    ]));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("the packed package contains what it needs and no file of tests, tools or examples", () => {
    const listed = execFileSync("tar", ["tzf", tarball], { encoding: "utf8" }).trim().split("\n");
    for (const file of ["dist/index.js", "dist/index.d.ts", "dist/hosts/dynamic/index.js", "README.md", "LICENSE"]) {
      expect(listed).to.include(`package/${file}`);
    }
    expect(
      listed.filter((file) => !/^package\/(dist\/|package\.json|README\.md|LICENSE|CHANGELOG\.md)/.test(file)),
    ).to.deep.equal([]);
  });

  it('the packed package is clean in the eyes of publint and of "are the types wrong"', async () => {
    const { messages } = await publint({ pkgDir: repository, strict: true });
    expect(messages).to.deep.equal([]);
    const attw = join(repository, "node_modules", "@arethetypeswrong", "cli", "dist", "index.js");
    const checked = spawnSync(process.execPath, [attw, tarball, "--format", "json"], { encoding: "utf8" });
    expect(checked.status, checked.stdout + checked.stderr).to.equal(0);
    const { analysis } = JSON.parse(checked.stdout) as { analysis: { problems: unknown[]; entrypoints: object } };
    expect(analysis.problems).to.deep.equal([]);
    expect(Object.keys(analysis.entrypoints)).to.include.members([".", "./testing"]);
  });

  for (const compiler of ["typescript", "typescript-7"]) {
    it(`the packed package has types that give programs what they need and refuse what is wrong, in the eyes of ${compiler}`, () => {
      cpSync(join(repository, "test", "types"), join(folder, "types"), { recursive: true });
      const tsc = join(folder, "node_modules", compiler, "bin", "tsc");
      const checked = spawnSync(process.execPath, [tsc, "-p", join(folder, "types")], { encoding: "utf8" });
      expect(checked.status, checked.stdout + checked.stderr).to.equal(0);
    });
  }

  it("the packed package is installed without a development dependency, and without the emulator and its web server", () => {
    for (const name of ["mocha", "chai", "fast-check", "tsx", "cloudflare-stream-emulator", "hono", "valibot"])
      expect(readdirSync(join(folder, "node_modules"))).to.not.include(name);
  });

  describe("on the engine", () => {
    const engine = new Fixture("suite");
    let emulator: Emulator;
    let stack: Stack;
    before(async () => {
      emulator = await engine.emulator();
      stack = await engine.stack(emulator, "");
    });
    /** Writes a project and returns what runs the CLI in it; all projects are the same stack, one after the other. */
    const project = (name: string, files: Record<string, string>) => {
      const program = join(folder, name);
      mkdirSync(program);
      writeFileSync(join(program, "Pulumi.yaml"), "name: project\nruntime: nodejs\n");
      for (const [file, text] of Object.entries(files)) writeFileSync(join(program, file), text);
      return (...args: string[]) => stack.mustRun("--cwd", program, "--stack", "dev", ...args);
    };

    for (const [n, [kind, { main, body, files }]] of Object.entries(PROGRAMS).entries()) {
      it(`the packed package works in a project in ${kind}: it generates a file, and deletes that of the previous project`, async () => {
        const inProgram = project(kind, {
          "package.json": JSON.stringify({ main, private: true }),
          [main]: body.replace("{ videoId }", `{ videoId: "${video(n)}" }`),
          ...files,
        });
        await inProgram("up", "--yes", "--skip-preview");
        expect(emulator.files()).to.deep.equal([`${video(n)}/default`]);
      });
    }

    it("the packed package works with the README's first program, as someone who starts from scratch has it", async () => {
      const readme = readFileSync(join(repository, "README.md"), "utf8");
      const inProgram = project("newcomer", {
        "package.json": '{ "main": "index.ts", "private": true }\n',
        "index.ts": /```ts\n([^]*?)```/.exec(readme)?.[1] ?? "",
        ...PROGRAMS.TypeScript?.files,
      });
      await inProgram("config", "set", "videoId", video(9));
      await inProgram("up", "--yes", "--skip-preview");
      const outputs = JSON.parse((await inProgram("stack", "output", "--json")).stdout) as Record<string, string>;
      expect(outputs.mp4Url).to.match(/default\.mp4$/);
      expect(outputs.audioUrl).to.match(/audio\.m4a$/);
      await inProgram("destroy", "--yes", "--skip-preview");
      expect(emulator.files()).to.deep.equal([]);
    });
  });
});
