import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { publint } from "publint";
import { installedEmulator } from "../../../test/support/installedEmulator";

const packageFolder = resolve(__dirname, "..");

describe("the packed emulator", () => {
  let folder: string;
  let tarball: string;
  before(() => {
    ({ folder, tarball } = installedEmulator());
  });

  it("the emulator's tarball holds what its sources compile to, and what a user reads", () => {
    const listed = execFileSync("tar", ["tzf", tarball], { encoding: "utf8" }).trim().split("\n");
    const sources = readdirSync(join(packageFolder, "src"), { recursive: true, encoding: "utf8" });
    const compiled = sources
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => [".js", ".d.ts"].map((extension) => `dist/${file.slice(0, -3)}${extension}`));
    const others = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "openapi.json"];
    expect(listed).to.have.members([...compiled, ...others].map((file) => `package/${file}`));
  });

  it('the emulator is clean in the eyes of publint and of "are the types wrong"', async () => {
    expect((await publint({ pkgDir: packageFolder, strict: true })).messages).to.deep.equal([]);
    const attw = resolve(packageFolder, "../../node_modules/@arethetypeswrong/cli/dist/index.js");
    const checked = spawnSync(process.execPath, [attw, tarball, "--format", "json"], { encoding: "utf8" });
    expect(checked.status, checked.stdout + checked.stderr).to.equal(0);
  });

  it("the emulator is installed with three packages besides itself, and as a command", () => {
    const lock = readFileSync(join(folder, "node_modules", ".package-lock.json"), "utf8");
    const { packages } = JSON.parse(lock) as { packages: object };
    expect(Object.keys(packages)).to.have.members(
      ["cloudflare-stream-emulator", "hono", "@hono/node-server", "valibot"].map((name) => `node_modules/${name}`),
    );
    const args = ["--no-install", "cloudflare-stream-emulator", "--help"];
    expect(execFileSync("npx", args, { cwd: folder, encoding: "utf8" })).to.contain("--encoding <time>");
  });
});
