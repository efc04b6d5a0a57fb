import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { Fixture } from "./fixture";
import { FILES, PACKAGE, program, Projects, SDK } from "./projects";

const DECLARE = 'require("acme-video").declare();\n';

describe("where the package is not installed", () => {
  const fixture = new Fixture();
  let projects: Projects;
  let folder: string;

  before(function () {
    if (process.env.PULUMI_ENGINE === "missing") this.skip();
    projects = new Projects("esbuild@0.28");
    const overrides = { [PACKAGE]: `file:${projects.tarball}` };
    const dependencies = { ...SDK, "acme-video": `file:${projects.library}` };
    folder = projects.write("project", program(DECLARE, { dependencies, overrides }));
    projects.install("npm", "project");
  });
  after(() => projects?.remove());

  it("every command says in one line what to install, changes nothing, and works once it is installed", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, "");
    const run = (...args: string[]) => stack.run("--cwd", folder, "--stack", "dev", ...args);
    expect((await run("up", "--yes", "--skip-preview")).code).to.equal(0);
    const kept = async () => (await stack.resources()).map(({ id, inputs, outputs }) => ({ id, inputs, outputs }));
    const before = await kept();

    // A program that has this package in its bundle can run without an installed one.
    projects.bundle(join(folder, "index.js"), join(folder, "bundled", "index.js"), "@pulumi/pulumi");
    // The resources leave the program, and the library that declared them is uninstalled.
    execFileSync("npm", ["uninstall", "--no-audit", "--no-fund", "--offline", "acme-video"], {
      cwd: folder,
      stdio: "pipe",
    });
    projects.write("project", { "index.js": "" });
    projects.write("project/bundled", { "Pulumi.yaml": "name: project\nruntime: nodejs\n" });

    for (const [what, at, ...args] of [
      ["delete", folder, "up", "--yes", "--skip-preview"],
      ["refresh", folder, "refresh", "--yes", "--skip-preview"],
      ["destroy", folder, "destroy", "--yes", "--skip-preview"],
      ["check", join(folder, "bundled"), "up", "--yes", "--skip-preview"],
    ] as const) {
      const { code, text } = await stack.run("--cwd", at, "--stack", "dev", ...args);
      expect(code, what).to.not.equal(0);
      const line = `the package ${PACKAGE} is not installed: run \`npm install ${PACKAGE}\` (pnpm add, yarn add) in ${at}, then this command again`;
      expect(text, what).to.contain(line);
      expect(text, what).to.not.match(/^\s+at |Require stack|node:internal|Cannot find module/m);
      expect(emulator.files(), what).to.deep.equal(FILES);
      expect(await kept(), what).to.deep.equal(before);
    }

    projects.write("project", program("", { dependencies: { ...SDK, [PACKAGE]: `file:${projects.tarball}` } }));
    projects.install("npm", "project");
    expect((await run("up", "--yes", "--skip-preview")).code).to.equal(0);
    expect(emulator.files()).to.deep.equal([]);
  });
});
