import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Fixture } from "./fixture";
import { FILES, PACKAGE, program, Projects, SDK } from "./projects";

describe("with two versions of the package in a project", () => {
  const fixture = new Fixture();
  let projects: Projects;

  before(function () {
    if (process.env.PULUMI_ENGINE === "missing") this.skip();
    projects = new Projects();
  });
  after(() => projects?.remove());

  it("the program's own serves, also what a library declared with another and what another has put into the state", async () => {
    const [older, newer] = [`file:${projects.tarballOf("0.1.1")}`, `file:${projects.tarballOf("0.2.0")}`];
    const dependencies = { ...SDK, "acme-video": `file:${projects.library}` };
    const write = (manifest: object) =>
      projects.write("project", program('require("acme-video").declare();\n', manifest));
    const folder = write({ dependencies, overrides: { [PACKAGE]: older } });
    projects.install("npm", "project");

    const servedBy = join(projects.folder, "served-by");
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, "", { env: { SERVED_BY: servedBy } });
    /** Runs the CLI, and says which versions the plugin process loaded. */
    const run = async (...args: string[]) => {
      writeFileSync(servedBy, "");
      await stack.mustRun("--cwd", folder, "--stack", "dev", ...args, "--yes", "--skip-preview");
      return readFileSync(servedBy, "utf8").trim().split("\n");
    };
    expect(await run("up")).to.deep.equal(["0.1.1"]);

    write({ dependencies: { ...dependencies, [PACKAGE]: newer }, overrides: { "acme-video": { [PACKAGE]: older } } });
    projects.install("npm", "project");
    expect(existsSync(join(folder, "node_modules", "acme-video", "node_modules", PACKAGE))).to.equal(true);
    expect(await run("up", "--expect-no-changes")).to.deep.equal(["0.2.0"]);
    expect(await run("refresh", "--expect-no-changes")).to.deep.equal(["0.2.0"]);
    expect(emulator.files()).to.deep.equal(FILES);
    expect(await run("destroy")).to.deep.equal(["0.2.0"]);
    expect(emulator.files()).to.deep.equal([]);
  });
});
