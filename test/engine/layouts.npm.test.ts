import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Fixture } from "./fixture";
import { livesIn } from "./layouts";
import { FILES, PACKAGE, program, Projects, SDK } from "./projects";

const DECLARE = 'require("acme-video").declare();\n';

describe("with npm the provider is found", () => {
  const fixture = new Fixture();
  let projects: Projects;
  let folder: string;

  before(function () {
    if (process.env.PULUMI_ENGINE === "missing") this.skip();
    projects = new Projects("esbuild@0.28");
    const overrides = { [PACKAGE]: `file:${projects.tarball}` };
    const dependencies = { ...SDK, "acme-video": `file:${projects.library}` };
    folder = projects.write("npm", { "package.json": { private: true, workspaces: ["program"], overrides } });
    projects.write("npm/program", program(DECLARE, { name: "program", dependencies }, "infra/"));
    projects.install("npm", "npm");
    projects.write("nested", program(DECLARE, { dependencies, overrides }));
    projects.install("npm", "nested", "--install-strategy=shallow");
  });
  after(() => projects?.remove());

  it("with npm the provider is found in a workspace, by a program in a subfolder (main: in Pulumi.yaml)", async () => {
    expect(existsSync(join(folder, "program", "node_modules"))).to.equal(false);
    await livesIn(fixture, join(folder, "program"));
  });

  it("with npm the provider is found below the package that depends on it, where npm puts a second version", async () => {
    const nested = join(projects.folder, "nested", "node_modules");
    expect(existsSync(join(nested, PACKAGE))).to.equal(false);
    expect(existsSync(join(nested, "acme-video", "node_modules", PACKAGE))).to.equal(true);
    await livesIn(fixture, join(projects.folder, "nested"));
  });

  for (const [what, external] of [
    ["bundled with the libraries that it uses", ["@pulumi/pulumi", PACKAGE]],
    ["bundled with this package too", ["@pulumi/pulumi"]],
  ] as const) {
    it(`with npm the provider is found by a program that is ${what}`, async () => {
      const bundled = projects.write("npm/bundled", program("", {}, "dist/"));
      projects.bundle(join(folder, "program", "infra", "index.js"), join(bundled, "dist", "index.js"), ...external);
      await livesIn(fixture, bundled);
    });
  }

  it("with npm the provider is found by an inline program of the Automation API", async () => {
    const script = `const { LocalWorkspace } = require("@pulumi/pulumi/automation");
      (async () => {
        const program = async () => require("acme-video").declare();
        const stack = await LocalWorkspace.createOrSelectStack({ stackName: "inline", projectName: "inline", program });
        await stack[process.argv[2]]();
        if (process.argv[2] === "up") await stack.refresh();
      })();\n`;
    projects.write("npm/program", { "app.js": script });
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, "");
    await stack.runProgram(join(folder, "program"), process.execPath, "app.js", "up");
    expect(emulator.files()).to.deep.equal(FILES);
    await stack.runProgram(join(folder, "program"), process.execPath, "app.js", "destroy");
    expect(emulator.files()).to.deep.equal([]);
  });
});
