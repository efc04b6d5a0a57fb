import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { expect } from "chai";
import { Fixture } from "../engine/fixture";
import { need, succeeds } from "../engine/languages";

const repository = resolve(__dirname, "../..");

describe("a release, of a copy whose package.json names a repository", function () {
  let folder: string;
  let copy: string;
  let cache: string;
  let system: string;
  const made = (name: string) => join(copy, "build", "release", name);
  const release = (...args: string[]) =>
    spawnSync(process.execPath, ["scripts/release.mjs", ...args], { cwd: copy, encoding: "utf8" });
  const git = (...args: string[]) => execFileSync("git", args, { cwd: copy, encoding: "utf8" }).trim();
  /** What an archive has, unpacked. */
  const unpacked = (name: string) => {
    const place = join(folder, `unpacked-${name}`);
    if (existsSync(place)) return place;
    mkdirSync(place);
    if (/gz$/.test(name)) execFileSync("tar", ["xzf", made(name), "-C", place]);
    else execFileSync("python3", ["-m", "zipfile", "-e", made(name), place]);
    return place;
  };
  const load = async <T>(path: string) => (await import(path as string)) as T;
  const write = (path: string, text: string) => writeFileSync(join(copy, path), text);

  before(async function () {
    need(this, "Go, which makes the SDKs,", succeeds("go", "version"));
    need(this, "Python 3.10 or newer, with venv,", succeeds("python3", "-c", "import ensurepip"));
    folder = mkdtempSync(join(tmpdir(), "stream-release-"));
    copy = join(folder, "copy");
    const { layRunnableCopy } = await load<{ layRunnableCopy: (to: string) => void }>("../../scripts/workingCopy.mjs");
    cache = (await load<{ cacheFolder: () => string }>("../../tools/cacheFolder.mjs")).cacheFolder();
    // This machine's alone: all six take a minute of a core.
    system = (await load<{ OWN_SYSTEM: string }>("../../scripts/executable.mjs")).OWN_SYSTEM;
    layRunnableCopy(copy);
    const manifest = JSON.parse(readFileSync(join(copy, "package.json"), "utf8")) as object;
    write("package.json", `${JSON.stringify({ ...manifest, repository: "github:acme/downloads" }, null, 2)}\n`);
    for (const place of ["", "packages/emulator/"]) {
      mkdirSync(join(copy, `${place}changes`), { recursive: true });
      write(`${place}changes/second.md`, "The second change, [documented](README.md),\nin two lines.\n");
      write(`${place}changes/first.md`, "The first change.\n");
    }
    execFileSync("git", ["init", "--quiet", "--bare", join(folder, "remote")]);
    git("init", "--quiet", "--initial-branch=main");
    git("config", "user.name", "Releaser");
    git("config", "user.email", "releaser@example.com");
    git("remote", "add", "origin", join(folder, "remote"));
    git("add", "--all");
    git("commit", "--quiet", "--message", "Everything");
    const { status, stderr } = release("1.8.9", "--emulator", "4.5.6", "--dry-run", "--system", system);
    expect(status, stderr).to.equal(0);
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it("a dry run changes nothing of the tree, and pushes nothing", () => {
    expect(git("status", "--porcelain")).to.equal("");
    expect(git("tag")).to.equal("");
    expect(git("ls-remote", "origin")).to.equal("");
  });

  it("a release has the plugin, the SDKs, the packages for npm with what they depend on, the schema, the notes, and checksums of all", () => {
    const files = [
      `pulumi-resource-cloudflare-stream-v1.8.9-${system}.tar.gz`,
      ...["pulumi-cloudflare-stream-1.8.9.tgz", "cloudflarestream-go-v1.8.9.zip"],
      ...["pulumi_cloudflare_stream-1.8.9-py3-none-any.whl", "pulumi_cloudflare_stream-1.8.9.tar.gz"],
      ...["pulumi-cloudflare-stream-downloads-1.8.9", "cloudflare-stream-emulator-4.5.6"].flatMap((name) => [
        `${name}.tgz`,
        `${name}.cdx.json`,
      ]),
      ...["schema.json", "notes.md"],
    ];
    expect(readdirSync(made(""))).to.have.members([...files, "SHA256SUMS"]);
    const sums = files.map(
      (name) =>
        `${createHash("sha256")
          .update(readFileSync(made(name)))
          .digest("hex")}  ${name}`,
    );
    expect(readFileSync(made("SHA256SUMS"), "utf8").trim().split("\n")).to.have.members(sums);
  });

  it("a release's packages and SDKs have no relative link, nothing undefined, and no address but that of the repository", () => {
    const places = {
      "pulumi-cloudflare-stream-downloads-1.8.9.tgz": "v1.8.9",
      "cloudflare-stream-emulator-4.5.6.tgz": "emulator-v4.5.6",
    };
    for (const [name, tag] of Object.entries(places)) {
      for (const page of ["README.md", "CHANGELOG.md"]) {
        const text = readFileSync(join(unpacked(name), "package", page), "utf8");
        const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
        expect(targets.filter((target) => !/^(https?:|#)/.test(target))).to.deep.equal([]);
        expect(text).to.not.contain("undefined/").and.not.contain("undefined)");
        const own = targets.filter((target) => target.includes("acme/downloads"));
        expect(own.length, page).to.be.greaterThan(0);
        for (const target of own)
          expect(target).to.match(
            new RegExp(
              `^https://(github.com/acme/downloads/blob|raw.githubusercontent.com/acme/downloads)/${tag}/(?!\\.)`,
            ),
          );
      }
    }
    const emulator = join(unpacked("cloudflare-stream-emulator-4.5.6.tgz"), "package");
    expect(JSON.parse(readFileSync(join(emulator, "package.json"), "utf8"))).to.deep.include({
      version: "4.5.6",
      repository: { type: "git", url: "git+https://github.com/acme/downloads.git", directory: "packages/emulator" },
    });
    const sdks = [
      ...["pulumi-cloudflare-stream-1.8.9.tgz", "cloudflarestream-go-v1.8.9.zip"],
      "pulumi_cloudflare_stream-1.8.9.tar.gz",
    ];
    for (const name of sdks) {
      const text = execFileSync("grep", ["-rh", "downloads\\|/sdk/go\\|0\\.1\\.0\\|: undefined", unpacked(name)], {
        encoding: "utf8",
      });
      expect(text, name).to.contain("https://github.com/acme/downloads/releases/download/v1.8.9");
      expect(text, name)
        .to.not.match(/(?<!github\.com\/acme\/downloads)\/sdk\/go/)
        .and.not.match(/[^\d.]0\.1\.0[^\d.]/);
    }
  });

  it("a release's schema has the version and the addresses, and so has the plugin, which brings the licences of what is in it", () => {
    const schema = JSON.parse(readFileSync(made("schema.json"), "utf8")) as object;
    const pluginDownloadURL = "https://github.com/acme/downloads/releases/download/v1.8.9";
    expect(schema).to.deep.include({ version: "1.8.9", pluginDownloadURL });
    const place = unpacked(`pulumi-resource-cloudflare-stream-v1.8.9-${system}.tar.gz`);
    const licences = readFileSync(join(place, "LICENSES-OF-OTHERS"), "utf8");
    for (const name of ["@grpc/grpc-js", "@pulumi/pulumi", "axios", "google-protobuf", "agent-base"])
      expect(licences).to.match(new RegExp(`^${name} \\d`, "m"));
    expect(readFileSync(join(place, "LICENSE-NODE"), "utf8")).to.contain("Node.js");
    const executable = readFileSync(join(place, "pulumi-resource-cloudflare-stream"));
    expect(executable.includes("github:acme/downloads")).to.equal(true);
    expect(executable.includes("fast-check")).to.equal(false);
  });

  it("a release's plugin is one executable, which needs nothing else: no Node.js, no PATH", async () => {
    const place = unpacked(`pulumi-resource-cloudflare-stream-v1.8.9-${system}.tar.gz`);
    const name = "pulumi-resource-cloudflare-stream";
    expect(readdirSync(place)).to.have.members([name, "LICENSE", "LICENSE-NODE", "LICENSES-OF-OTHERS"]);
    const plugin = spawn(join(place, name), [], { env: {}, cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    try {
      const line = await new Promise<string>((done, fail) => {
        plugin.stdout.once("data", (data: Buffer) => done(data.toString()));
        plugin.once("error", fail);
        plugin.once("exit", (code) => fail(new Error(`it exited with ${code}`)));
      });
      expect(line).to.match(/^\d+\n$/);
    } finally {
      plugin.kill();
    }
  });

  describe("on the real engine", () => {
    const fixture = new Fixture();

    it("a release's plugin deploys, refreshes and destroys a program in YAML on a PATH without Node.js", async () => {
      const bin = join(folder, "bin");
      mkdirSync(bin);
      const { yamlHost } = await load<{ yamlHost: (say: () => void) => string }>("../../tools/goPrograms.mjs");
      const cli = execFileSync("which", ["pulumi"], { encoding: "utf8" }).trim();
      for (const program of [cli, yamlHost(() => undefined)]) symlinkSync(program, join(bin, basename(program)));
      const emulator = await fixture.emulator();
      const stack = await fixture.stack(emulator, "", { env: { PATH: bin } });
      const archive = made(`pulumi-resource-cloudflare-stream-v1.8.9-${system}.tar.gz`);
      await stack.mustRun("plugin", "install", "resource", "cloudflare-stream", "1.8.9", "--file", archive);
      const example = readFileSync(join(repository, "examples", "yaml", "Pulumi.yaml"), "utf8");
      writeFileSync(join(stack.folder, "program", "Pulumi.yaml"), example.replace(/^name: .*/, "name: project"));
      expect(spawnSync("node", ["--version"], { env: { PATH: bin } }).error).to.include({ code: "ENOENT" });

      await stack.mustUp();
      const outputs = Object.values((await stack.outputs()) as Record<string, string>);
      expect(outputs).to.have.length(2);
      for (const url of outputs) expect((await fetch(url)).status).to.equal(200);
      await stack.mustRun("refresh", "--yes", "--expect-no-changes");
      await stack.mustUp("--expect-no-changes");
      await stack.mustRun("destroy", "--yes");
      expect(emulator.files()).to.deep.equal([]);
    });
  });

  it("a release's SDK for Node.js is installed from its archive, compiles the example in TypeScript, and declares its resources", () => {
    const program = join(folder, "typescript");
    mkdirSync(join(program, "node_modules"), { recursive: true });
    const sdk = join(cache, "node-sdk-3.276.0", "node_modules");
    for (const name of readdirSync(sdk).filter((entry) => !entry.startsWith(".")))
      symlinkSync(join(sdk, name), join(program, "node_modules", name));
    execFileSync("cp", [
      "-r",
      join(unpacked("pulumi-cloudflare-stream-1.8.9.tgz"), "package"),
      join(program, "node_modules", "pulumi-cloudflare-stream"),
    ]);
    for (const file of ["index.ts", "tsconfig.json", "package.json"])
      writeFileSync(join(program, file), readFileSync(join(repository, "examples", "typescript", file)));
    const tsc = join(repository, "node_modules", "typescript", "bin", "tsc");
    const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", "."], { cwd: program, encoding: "utf8" });
    expect(status, stdout).to.equal(0);
    writeFileSync(
      join(program, "run.js"),
      `const pulumi = require("@pulumi/pulumi");
       const declared = [];
       pulumi.runtime.setMocks({
         newResource: ({ type, name, inputs }) => (declared.push([type, name]), { id: name, state: { url: "u", urls: {}, ...inputs } }),
         call: () => ({}),
       });
       require("./index.js").trailerUrl.apply((url) => console.log(JSON.stringify({ url, declared })));`,
    );
    const ran = execFileSync(process.execPath, ["run.js"], { cwd: program, encoding: "utf8" });
    expect(JSON.parse(ran)).to.deep.equal({
      url: "u",
      declared: [
        ["cloudflare-stream:index:StreamDownload", "trailer"],
        ["cloudflare-stream:index:StreamDownload", "podcast"],
        ["cloudflare-stream:index:StreamDownloads", "season"],
      ],
    });
  });

  it("a release's SDK for Python is installed from its wheel, and has the resources", () => {
    const venv = join(cache, "python-pulumi-3.272.0");
    if (!existsSync(join(venv, "ready"))) {
      execFileSync("python3", ["-m", "venv", "--clear", venv]);
      execFileSync(join(venv, "bin", "pip"), ["install", "--quiet", "pulumi==3.272.0"], { stdio: "pipe" });
      mkdirSync(join(venv, "ready"));
    }
    const place = join(folder, "python");
    const wheel = made("pulumi_cloudflare_stream-1.8.9-py3-none-any.whl");
    execFileSync(join(venv, "bin", "pip"), ["install", "--quiet", "--no-deps", "--no-index", "--target", place, wheel]);
    const program =
      "import pulumi_cloudflare_stream as s; print(s.StreamDownload, s.StreamDownloads, s.DownloadType.AUDIO)";
    const env = { ...process.env, PYTHONPATH: place };
    const printed = execFileSync(join(venv, "bin", "python"), ["-c", program], { encoding: "utf8", env });
    expect(printed).to.contain("stream_downloads.StreamDownloads").and.contain("DownloadType.AUDIO");
  });

  it("a release's SDK for Go compiles from its archive at the address that the repository gives it", async () => {
    const { goBuild, goEnvironment } = (await import("../../tools/goBuild.mjs" as string)) as {
      goBuild: (output: string, source: string) => string[];
      goEnvironment: () => NodeJS.ProcessEnv;
    };
    const module = "github.com/acme/downloads/sdk/go";
    const place = join(folder, "go");
    mkdirSync(place);
    const text = readFileSync(join(repository, "examples", "go", "go.mod"), "utf8").replace(
      /^.*\/sdk\/go (v|=>).*\n/gm,
      "",
    );
    const from = join(unpacked("cloudflarestream-go-v1.8.9.zip"), `${module}@v1.8.9`);
    expect(readdirSync(from)).to.include.members(["go.mod", "LICENSE", "cloudflarestream"]);
    writeFileSync(join(place, "go.mod"), `${text}\nrequire ${module} v1.8.9\nreplace ${module} => ${from}\n`);
    writeFileSync(join(place, "go.sum"), readFileSync(join(repository, "examples", "go", "go.sum")));
    writeFileSync(join(place, "main.go"), `package main\n\nimport _ "${module}/cloudflarestream"\n\nfunc main() {}\n`);
    const built = spawnSync("go", goBuild(join(place, "sdk.a"), `${module}/cloudflarestream`), {
      cwd: place,
      env: goEnvironment(),
      encoding: "utf8",
    });
    expect(built.status, built.stderr).to.equal(0);
  });

  it("a release's bills of materials name what a package depends on, and nothing that only its development needs", () => {
    const named = (file: string) =>
      (JSON.parse(readFileSync(made(file), "utf8")) as { components: { name: string }[] }).components.map(
        ({ name }) => name,
      );
    expect(named("pulumi-cloudflare-stream-downloads-1.8.9.cdx.json")).to.include("axios").and.not.include("mocha");
    expect(named("cloudflare-stream-emulator-4.5.6.cdx.json")).to.include("hono").and.not.include("axios");
  });

  it("a release's notes are the changes that were noted, in the order of their files", () => {
    const first = "- The first change.\n- The second change, [documented](README.md),\n  in two lines.\n";
    expect(readFileSync(made("notes.md"), "utf8")).to.equal(
      `## pulumi-cloudflare-stream-downloads 1.8.9\n\n${first}\n## cloudflare-stream-emulator 4.5.6\n\n${first}`,
    );
    const packed = join(unpacked("pulumi-cloudflare-stream-downloads-1.8.9.tgz"), "package", "CHANGELOG.md");
    expect(readFileSync(packed, "utf8")).to.match(/\n## 1\.8\.9\n\n- The first change\.\n[^]*\n## 0\.1\.0\n/);
  });

  it("a release needs a version, of three numbers, and a tree in which everything is committed", () => {
    for (const args of [[], ["1.2"], ["1.2.3", "1.2.4"], ["1.2.3", "--system", system]]) {
      const { status, stderr } = release(...args);
      expect([status, stderr]).to.deep.equal([
        2,
        "usage: npm run release -- [<version>] [--emulator <version>] [--dry-run [--system <system>]]\n",
      ]);
    }
    write("new.txt", "");
    const { status, stderr } = release("1.8.9");
    expect(status).to.equal(1);
    expect(stderr).to.contain("commit what has changed first");
    rmSync(join(copy, "new.txt"));
  });
});
