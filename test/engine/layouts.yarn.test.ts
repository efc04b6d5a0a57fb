import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Fixture } from "./fixture";
import { livesIn } from "./layouts";
import { PACKAGE, program, Projects, SDK } from "./projects";

describe("with Yarn the provider is found", () => {
  const fixture = new Fixture();
  let projects: Projects;
  const folder = (name: string) => join(projects.folder, name);

  /** A workspace whose program has the package from a component library. */
  function workspace(name: string, settings: Record<string, string>, dependencies: Record<string, string> = {}): void {
    projects.write(name, {
      "package.json": {
        private: true,
        workspaces: ["program"],
        resolutions: { [PACKAGE]: `file:${projects.tarball}` },
      },
      ...settings,
      // Marks the project's root for Yarn; what was resolved before is kept.
      ...(existsSync(folder(`${name}/yarn.lock`)) ? {} : { "yarn.lock": "" }),
    });
    const all = { ...SDK, "acme-video": `file:${projects.library}`, ...dependencies };
    projects.write(
      `${name}/program`,
      program('require("acme-video").declare();\n', { name: "program", dependencies: all }),
    );
  }

  before(function () {
    if (process.env.PULUMI_ENGINE === "missing") this.skip();
    projects = new Projects("yarn@1", "@yarnpkg/cli-dist@4");
  });
  after(() => projects?.remove());

  it("with Yarn the provider is found in a workspace of Yarn classic", async () => {
    workspace("classic", {});
    projects.install("yarn", "classic");
    await livesIn(fixture, folder("classic/program"));
  });

  it("with Yarn the provider is found in a workspace of Yarn berry with node_modules", async () => {
    workspace("berry", { ".yarnrc.yml": "nodeLinker: node-modules\nenableTelemetry: false\n" });
    projects.install("@yarnpkg/cli-dist", "berry");
    await livesIn(fixture, folder("berry/program"));
  });

  it("with Yarn the provider is found with Plug'n'Play, by a program that depends on the package itself", async () => {
    const settings = { ".yarnrc.yml": "nodeLinker: pnp\nenableTelemetry: false\n" };
    workspace("berry", settings, { [PACKAGE]: "*" });
    projects.install("@yarnpkg/cli-dist", "berry");
    // What `yarn exec pulumi …` sets.
    const hooks = `--require=${folder("berry/.pnp.cjs")} --experimental-loader=${pathToFileURL(folder("berry/.pnp.loader.mjs")).href}`;
    await livesIn(fixture, folder("berry/program"), { NODE_OPTIONS: hooks });
  });
});
