import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { evaluate } from "./expressions";
import { readPipeline, runGitHub } from "./workflow";

const repository = resolve(__dirname, "../..");
const pipelines = join(repository, "docs", "pipelines");
const workflows = readdirSync(pipelines).filter((file) => /(?<!gitlab-ci)\.yml$/.test(file));

describe("the files of the documented pipelines", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stream-pipelines-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("the pipeline files have nothing that actionlint finds, in a repository that has copied them", function () {
    const github = join(folder, ".github");
    cpSync(join(pipelines, "pulumi"), join(github, "actions", "pulumi"), { recursive: true });
    for (const file of workflows) cpSync(join(pipelines, file), join(github, "workflows", file));
    mkdirSync(join(folder, ".git"));
    const paths = workflows.map((file) => join(github, "workflows", file));
    const { error, status, stdout, stderr } = spawnSync("go", ["tool", "actionlint", "-shellcheck=", ...paths], {
      cwd: join(repository, "tools", "actionlint"),
      encoding: "utf8",
    });
    if (error !== undefined && process.env.CI === undefined) this.skip();
    expect(status, `${stdout}${stderr}${error?.message ?? ""}`).to.equal(0);
  });

  it("the pipeline files pin each action by its commit, with the version beside it, and each action by one commit only", () => {
    const pins = new Set<string>();
    for (const file of [...workflows, join("pulumi", "action.yml")]) {
      for (const [, used = ""] of readFileSync(join(pipelines, file), "utf8").matchAll(/\buses: (.*)$/gm)) {
        if (used !== "./.github/actions/pulumi") pins.add(used);
      }
    }
    for (const pin of pins) expect(pin).to.match(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect(new Set([...pins].map((pin) => pin.split("@")[0])).size).to.equal(pins.size);
  });

  it("the pipeline files have the same stacks in each list of a workflow, and the tested CLI on both hosts", () => {
    for (const file of workflows) {
      const lists = [...readFileSync(join(pipelines, file), "utf8").matchAll(/^ +- \{ stack: .*$/gm)].map(
        ([line]) => line,
      );
      expect(new Set(lists).size, file).to.be.at.most(1);
    }
    const { runs } = readPipeline<{ runs: { steps: { with?: Record<string, string> }[] } }>("pulumi/action.yml");
    const version = runs.steps.map((step) => step.with?.["pulumi-version"]).find((text) => text !== undefined);
    expect(readFileSync(join(pipelines, "gitlab-ci.yml"), "utf8")).to.contain(`pulumi/pulumi-nodejs:${version}\n`);
    expect(readFileSync(join(repository, "tools", "cli", "go.mod"), "utf8")).to.contain(`pulumi/pkg/v3 v${version} `);
  });

  it("the pipeline files have a GitLab pipeline whose jobs all have a stage, a rule and a script", () => {
    type Jobs = Record<string, { stage: string; rules: unknown[]; script: unknown[] }> & { stages: string[] };
    const { stages, default: _default, ".pulumi": _template, ...jobs } = readPipeline<Jobs>("gitlab-ci.yml");
    expect(Object.keys(jobs)).to.deep.equal(["preview", "plan", "deploy", "drift"]);
    for (const job of Object.values(jobs)) {
      expect(stages).to.include(job.stage);
      expect(job.rules).to.have.length(1);
      for (const line of job.script) expect(line).to.be.a("string");
    }
  });

  it("the pipeline files preview without secrets where there are none, and only there", () => {
    type Preview = { jobs: { preview: { env: { WITHOUT_SECRETS: string } } } };
    const { env } = readPipeline<Preview>("preview.yml").jobs.preview;
    const without = (event_name: string, from?: string, actor = "someone") => {
      const event = from === undefined ? {} : { pull_request: { head: { repo: { full_name: from } } } };
      const github = { event_name, repository: "acme/site", actor, event };
      return evaluate(/\$\{\{(.*)\}\}/.exec(env.WITHOUT_SECRETS)?.[1] ?? "", { github });
    };
    expect(without("pull_request", "acme/site")).to.equal(false);
    expect(without("pull_request", "forker/site")).to.equal(true);
    expect(without("pull_request", "acme/site", "dependabot[bot]")).to.equal(true);
    expect(without("merge_group")).to.equal(false);
  });

  describe("have a comment on the pull request of the run's head", () => {
    const run = {
      head_repository: { owner: { login: "forker" } },
      head_branch: "patch",
      head_sha: "head",
      workflow_id: 5,
      conclusion: "success",
      html_url: "https://github.com/acme/site/actions/runs/1",
    };
    const MARKER = "<!-- previews of workflow 5 -->";

    /** Runs the step that comments, beside the reports of a run. */
    async function comment(
      conclusion = "success",
      existing: object[] = [],
    ): Promise<[string, Record<string, unknown>]> {
      type Comment = { jobs: { comment: { steps: { with: { script?: string } }[] } } };
      const script = readPipeline<Comment>("comment.yml").jobs.comment.steps[1]?.with.script ?? "";
      const calls: [string, Record<string, unknown>][] = [];
      const record = (name: string) => async (args: Record<string, unknown>) => calls.push([name, args]);
      const pulls = [
        { number: 1, head: { sha: "another" } },
        { number: 2, head: { sha: "head" } },
      ];
      const client = {
        paginate: async () => existing,
        rest: {
          pulls: { list: async (args: Record<string, unknown>) => (calls.push(["list", args]), { data: pulls }) },
          issues: { listComments: {}, createComment: record("createComment"), updateComment: record("updateComment") },
        },
      };
      const context = { repo: { owner: "o", repo: "r" }, payload: { workflow_run: { ...run, conclusion } } };
      const main = new Function("github", "context", "core", "require", `return (async () => {${script}})();`) as (
        ...args: unknown[]
      ) => Promise<void>;
      const before = process.cwd();
      process.chdir(folder);
      try {
        await main(client, context, { info: () => undefined }, require);
      } finally {
        process.chdir(before);
      }
      const [list, written] = calls;
      expect(list?.[1]).to.include({ head: "forker:patch", state: "open" });
      if (written === undefined) throw new Error("there is no comment");
      return written;
    }
    const report = (name: string, text: string) => {
      mkdirSync(join(folder, "previews"), { recursive: true });
      writeFileSync(join(folder, "previews", `${name}.txt`), text);
    };

    it("the pipelines comment on the pull request with every stack's preview in it, in place of its own old one and of nobody else's", async () => {
      report("preview-0", "the first");
      report("preview-1", "the second");
      const body = `${MARKER}\n\n### Preview: success\n\n\`\`\`text\nthe first\n\`\`\`\n\n\`\`\`text\nthe second\n\`\`\``;
      expect(await comment()).to.deep.equal(["createComment", { owner: "o", repo: "r", issue_number: 2, body }]);
      const mine = { id: 7, user: { type: "Bot" }, body: `${MARKER}\nold` };
      const others = [
        { id: 8, user: { type: "User" }, body: MARKER },
        { id: 9, user: { type: "Bot" }, body: "<!-- previews of workflow 6 -->" },
      ];
      expect(await comment("success", [...others, mine])).to.deep.equal([
        "updateComment",
        { owner: "o", repo: "r", comment_id: 7, body },
      ]);
      expect((await comment("success", others))[0]).to.equal("createComment");
    });

    it("the comment on the pull request keeps a stranger's report as text, without working links, and says what is left out", async () => {
      report("preview-0", "````\n@everyone ![x](https://example.com)\n```\n<!-- previews of workflow 6 -->");
      report("preview-1", "a".repeat(100_000));
      symlinkSync(join(repository, "package.json"), join(folder, "previews", "preview-2.txt"));
      for (let index = 10; index < 40; index++) report(`preview-${index}`, "`".repeat(70_000));
      const body = String((await comment())[1].body);
      const fences = body.split("\n").filter((line) => line.includes("```"));
      expect(fences).to.have.length(40);
      expect(new Set(fences)).to.deep.equal(new Set(["```text", "```"]));
      expect(body).to.not.contain("devDependencies");
      expect(body).to.contain("Cut after 2500 of 100000 characters: [the run](https://github.com/");
      expect(body).to.contain("12 more are in [the run]");
      expect(body.length).to.be.below(65_536);
    });

    it("the pipelines comment on the pull request also where the packages could not be installed, so that nothing was previewed", async () => {
      const stacks = [{ stack: "prod", folder: "." }];
      const { code, text, artifacts } = await runGitHub("preview", { folder, env: process.env }, { stacks, npm: 1 });
      expect([code, text]).to.deep.equal([1, "npm ci\n"]);
      expect(readdirSync(artifacts)).to.deep.equal([]);
      const [, { body }] = await comment("failure");
      expect(body)
        .to.contain("### Preview: failure")
        .and.contain("It ended before the preview of any stack: see [the run]");
    });
  });
});
