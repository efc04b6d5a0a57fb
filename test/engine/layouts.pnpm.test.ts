import { rmSync } from "node:fs";
import { join } from "node:path";
import { Fixture } from "./fixture";
import { livesIn } from "./layouts";
import { LIBRARY, PACKAGE, program, Projects, SDK } from "./projects";

describe("with pnpm, whose node_modules hold what a package depends on itself and nothing else, the provider is found", () => {
  const fixture = new Fixture();
  let projects: Projects;

  before(function () {
    if (process.env.PULUMI_ENGINE === "missing") this.skip();
    projects = new Projects("pnpm@10");
    const declare = 'require("acme-video").declare();\n';
    const member = { ...LIBRARY["package.json"], name: "acme-member" };
    projects.write("pnpm", {
      "package.json": { private: true, pnpm: { overrides: { [PACKAGE]: `file:${projects.tarball}` } } },
      "pnpm-workspace.yaml": "packages: [published, workspace, member]\n",
    });
    projects.write(
      "pnpm/published",
      program(declare, { dependencies: { ...SDK, "acme-video": `file:${projects.library}` } }),
    );
    projects.write(
      "pnpm/workspace",
      program(declare.replace("video", "member"), { dependencies: { ...SDK, "acme-member": "workspace:*" } }),
    );
    projects.write("pnpm/member", { ...LIBRARY, "package.json": { ...member, devDependencies: SDK } });
    projects.install("pnpm", "pnpm");
  });
  after(() => projects?.remove());

  it("with pnpm the provider is found in a program that has it from a published component library", async () => {
    await livesIn(fixture, join(projects.folder, "pnpm", "published"));
  });

  it("with pnpm the provider is found in a program that has it from a library of the same workspace", async () => {
    await livesIn(fixture, join(projects.folder, "pnpm", "workspace"));
  });

  it("with pnpm the provider is found without pnpm's store of everything, which can be switched off (hoist=false)", async () => {
    rmSync(join(projects.folder, "pnpm", "node_modules", ".pnpm", "node_modules"), { recursive: true });
    await livesIn(fixture, join(projects.folder, "pnpm", "published"));
  });
});
