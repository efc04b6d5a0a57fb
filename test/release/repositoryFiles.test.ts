import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import engines from "../../tools/engines.json";

const repository = resolve(__dirname, "../..");
const read = (path: string) => readFileSync(join(repository, path), "utf8");
const workflows = readdirSync(join(repository, ".github", "workflows"));

interface Workflow {
  readonly permissions: Record<string, string>;
  readonly on: Record<string, unknown>;
  readonly jobs: Record<
    string,
    {
      readonly permissions?: Record<string, string>;
      readonly needs?: string[];
      readonly strategy?: { readonly matrix: Record<string, unknown[]> };
      readonly steps: { readonly run?: string; readonly uses?: string }[];
    }
  >;
}
const workflow = (name: string) => parse(read(`.github/workflows/${name}`)) as Workflow;

describe("the project's own pipelines and pages", () => {
  it("the project's pipelines have nothing that actionlint finds", function () {
    const folder = mkdtempSync(join(tmpdir(), "stream-workflows-"));
    try {
      cpSync(join(repository, ".github"), join(folder, ".github"), { recursive: true });
      mkdirSync(join(folder, ".git"));
      const paths = workflows.map((name) => join(folder, ".github", "workflows", name));
      const { error, status, stdout, stderr } = spawnSync("go", ["tool", "actionlint", "-shellcheck=", ...paths], {
        cwd: join(repository, "tools", "actionlint"),
        encoding: "utf8",
      });
      if (error !== undefined && process.env.CI === undefined) this.skip();
      expect(status, `${stdout}${stderr}${error?.message ?? ""}`).to.equal(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("the project's pipelines pin each action by its commit, as the documented pipelines do, or say above why not", () => {
    const documented = new Set<string>();
    const pipelines = join(repository, "docs", "pipelines");
    for (const file of ["preview.yml", "deploy.yml", "pulumi/action.yml"]) {
      for (const [, pin = ""] of readFileSync(join(pipelines, file), "utf8").matchAll(/\buses: (\S+@\S+ # \S+)$/gm))
        documented.add(pin);
    }
    for (const name of workflows) {
      const lines = read(`.github/workflows/${name}`).split("\n");
      for (const [index, line] of lines.entries()) {
        const [, used] = /\buses: (.*)$/.exec(line) ?? [];
        if (used === undefined || documented.has(used)) continue;
        expect(lines[index - 1], `${name}: ${used}`).to.match(/^ +# Not pinned by a digest: /);
      }
    }
  });

  it("the checks of a pull request may only read and see no secret, so that those of a fork are the same", () => {
    const { permissions, on } = workflow("ci.yml");
    expect(permissions).to.deep.equal({ contents: "read" });
    expect(Object.keys(on)).to.deep.equal(["push", "pull_request", "merge_group"]);
    expect(read(".github/workflows/ci.yml")).to.not.contain("secrets.");
  });

  it("the checks run on every Node.js and every engine that is said to work, and a release waits for all of them", () => {
    const { jobs } = workflow("ci.yml");
    const [usual, ...others] = engines;
    expect(jobs.engines?.strategy?.matrix.engine).to.have.members(others.map(({ name }) => name));
    expect(jobs.node?.strategy?.matrix.node?.map(String)).to.have.members([
      ...new Set(engines.map(({ node }) => node)),
    ]);
    expect(read(".nvmrc").trim()).to.equal(usual?.node);
    expect(workflow("release.yml").jobs.publish?.needs).to.include.members(["verify", "archives"]);
  });

  it("a release's pipeline gives the right to write to the job that publishes alone, which runs no script of the repository", () => {
    const { permissions, jobs } = workflow("release.yml");
    expect(permissions).to.deep.equal({ contents: "read" });
    for (const [name, { permissions: own, steps }] of Object.entries(jobs)) {
      if (own === undefined) continue;
      expect(name).to.equal("publish");
      for (const { run = "" } of steps) expect(run).to.not.match(/npm (ci|run|install|test)|scripts\/|\.ci\//);
    }
    expect(read(".github/workflows/release.yml")).to.not.contain("secrets.");
  });

  it("a release's notes are what the changelog says of the tag's version", () => {
    const { jobs } = workflow("release.yml");
    const script = jobs.publish?.steps.find(({ run }) => run?.includes("gh release create"))?.run ?? "";
    const folder = mkdtempSync(join(tmpdir(), "stream-notes-"));
    try {
      cpSync(join(repository, "CHANGELOG.md"), join(folder, "CHANGELOG.md"));
      mkdirSync(join(folder, "packages", "emulator"), { recursive: true });
      cpSync(join(repository, "packages/emulator/CHANGELOG.md"), join(folder, "packages/emulator/CHANGELOG.md"));
      const run = (TAG: string) =>
        spawnSync(
          "bash",
          ["-eo", "pipefail", "-c", `gh() { echo "$@"; }; mkdir -p release; touch release/a.tgz\n${script}`],
          {
            cwd: folder,
            env: { ...process.env, TAG },
            encoding: "utf8",
          },
        );
      const { status, stdout, stderr } = run("v0.1.0");
      expect(status, stderr).to.equal(0);
      expect(stdout).to.contain("release create v0.1.0 ").and.contain("release/a.tgz");
      expect(readFileSync(join(folder, "notes.md"), "utf8"))
        .to.contain("`StreamDownloads`")
        .and.not.contain("## ");
      expect(run("emulator-v0.1.0").status).to.equal(0);
      expect(readFileSync(join(folder, "notes.md"), "utf8")).to.contain(
        "Cloudflare Stream's downloads API on your own machine",
      );
      expect(run("v9.9.9").stderr).to.contain("CHANGELOG.md says nothing of 9.9.9");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("the forms of issues ask for something, and dependencies are updated, those of the pipelines too", () => {
    for (const name of ["bug", "feature"]) {
      const form = parse(read(`.github/ISSUE_TEMPLATE/${name}.yml`)) as {
        name: string;
        description: string;
        body: object[];
      };
      expect(form.name.length * form.description.length * form.body.length).to.be.greaterThan(0);
    }
    const { updates } = parse(read(".github/dependabot.yml")) as { updates: { "package-ecosystem": string }[] };
    expect(updates.map((update) => update["package-ecosystem"])).to.deep.equal(["npm", "github-actions"]);
  });

  it("the changelogs have no section but those of versions: what is new is noted in the folder changes", () => {
    for (const folder of ["", "packages/emulator/"]) {
      const headings = [...read(`${folder}CHANGELOG.md`).matchAll(/^## (.*)$/gm)].map(([, heading = ""]) => heading);
      for (const heading of headings) expect(heading).to.match(/^\d+\.\d+\.\d+$/);
      const notes = readdirSync(join(repository, folder, "changes")).filter((name) => name !== "README");
      for (const name of notes) expect(name).to.match(/\.md$/);
    }
  });
});
