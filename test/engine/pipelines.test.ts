import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import type { Emulator } from "../../src/emulator";
import { ACCOUNT, video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import type { Stack } from "./stack";
import { type JobRun, runGitHub, runGitLab, type Settings } from "./workflow";

const docs = resolve(__dirname, "../../docs");
const TOKENS = {
  CLOUDFLARE_STREAM_READ_TOKEN: "read-token-of-tests",
  CLOUDFLARE_STREAM_WRITE_TOKEN: "write-token-of-tests",
};

const program = (type: string, more = "") =>
  `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
   const trailer = new StreamDownload("trailer", { videoId: "${video(1)}", type: "${type}" }, { customTimeouts: { create: "20m" } });
   new StreamDownloads("library", { videoIds: ["${video(2)}"] });
   new StreamDownload("unchanged", { videoId: "${video(3)}" });
   ${more}
   exports.url = trailer.url;`;

/** Nothing that is internal, secret, or of no use to a reviewer. */
function expectNoNoise(text: string): void {
  for (const noise of ["__", "createRequire", "undefined", "null", "    at ", ...Object.values(TOKENS)]) {
    expect(text).to.not.contain(noise);
  }
}

describe("the documented pipelines", () => {
  const fixture = new Fixture();
  let emulator: Emulator;
  let stack: Stack;
  let settings: Settings;
  const github = (name: string, more: Settings = {}): Promise<JobRun> =>
    runGitHub(name, stack, { ...settings, ...more });

  beforeEach(async function () {
    if (process.env.PULUMI_ENGINE === "missing") this.skip();
    emulator = await fixture.emulator({ tokens: ["write-token-of-tests"], readOnlyTokens: ["read-token-of-tests"] });
    stack = await fixture.stack(emulator, program("default"));
    await stack.mustRun("stack", "init", "prod");
    settings = {
      secrets: { ...TOKENS, PULUMI_CONFIG_PASSPHRASE: "passphrase" },
      vars: { PULUMI_BACKEND_URL: `file://${join(stack.folder, "state")}`, CLOUDFLARE_ACCOUNT_ID: ACCOUNT },
    };
  });

  it("deploy, and end with urls that work among the outputs", async () => {
    const deploy = await github("deploy");
    expect(deploy.code, deploy.text).to.equal(0);
    const outputs = /^stack<<END_OF_OUTPUTS\n([^]*)\nEND_OF_OUTPUTS$/m.exec(deploy.outputs)?.[1] ?? "";
    const { url } = JSON.parse(outputs) as { url: string };
    expect((await fetch(url)).status).to.equal(200);
    expectNoNoise(deploy.text);
  });

  it("preview a changed program: what changes and nothing else, without a request that writes", async () => {
    expect((await github("deploy")).code).to.equal(0);
    const before = writes(emulator);
    stack.program(
      program("audio", `new StreamDownload("added", { videoId: "${video(4)}" });`).replace(
        `["${video(2)}"]`,
        `["${video(2)}", "${video(5)}"]`,
      ),
    );
    const preview = await github("preview");
    expect(preview.code, preview.text).to.equal(0);
    expect(preview.summary).to.contain("### Preview: succeeded").and.contain("Compared with the stack prod.");
    expect(preview.text).to.match(/~ type +: "default" => "audio"/);
    expect(preview.text)
      .to.contain(`+ [1]: "${video(5)}"`)
      .and.contain(`library: 1 to add (${video(5)}/default)`);
    expect(preview.text).to.contain("StreamDownload::added").and.not.contain("StreamDownload::unchanged");
    expectNoNoise(preview.text);
    expect(writes(emulator)).to.deep.equal(before);
    // For programs: the engine's own digest, of which a pipeline takes what the page says.
    const json = (await stack.mustRun("preview", "--stack", "prod", "--diff", "--json")).stdout;
    for (const token of Object.values(TOKENS)) expect(json).to.not.contain(token);
    const { steps } = JSON.parse(json) as { steps: { op: string; urn: string; replaceReasons?: string[] }[] };
    const changes = steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn, replaceReasons }) => [op, urn.split("::").pop(), replaceReasons]);
    expect(changes).to.have.deep.members([
      ["replace", "trailer", ["type"]],
      ["update", "library", undefined],
      ["create", "added", undefined],
    ]);
  });

  it("preview a fork's pull request without any secret, and say what was not checked", async () => {
    await stack.mustRun("config", "set", "--stack", "prod", "--secret", "webhook", "secret-of-the-stack");
    await stack.mustRun("config", "set", "--stack", "prod", "plain", "value");
    expect((await github("deploy")).code).to.equal(0);
    const asked = emulator.requests.length;
    stack.program(program("audio", 'exports.plain = new pulumi.Config().require("plain");'));
    const preview = await github("preview", { secrets: {}, vars: {} });
    expect(preview.code, preview.text).to.equal(0);
    expect(preview.summary)
      .to.contain("Not checked: what is deployed")
      .and.contain("No Cloudflare credentials: compared with the state only");
    expect(preview.summary).to.contain("trailer").and.contain('plain: "value"');
    expect(emulator.requests).to.have.length(asked);
    expect(readFileSync(join(stack.folder, "program", "Pulumi.prod.yaml"), "utf8")).to.not.contain("secure:");
  });

  it("fail a preview whose program is wrong, with the reason in the summary", async () => {
    stack.program(program("default").replace(video(3), "<nonsense>"));
    const preview = await github("preview");
    expect(preview.code).to.equal(1);
    expect(preview.summary).to.contain("### Preview: failed (1)");
    expect(preview.summary).to.contain("property videoId").and.contain("&lt;nonsense&gt;");
  });

  it("notice drift by its own exit code, change nothing, and repair it when asked to", async () => {
    expect((await github("deploy")).code).to.equal(0);
    const calm = await github("drift");
    expect(calm.code, calm.text).to.equal(0);
    emulator.setDownload(video(1), "default", undefined);
    const alarm = await github("drift");
    expect(alarm.code, alarm.text).to.equal(7);
    expect(alarm.text).to.contain(`${ACCOUNT}/${video(1)}/default`);
    expectNoNoise(alarm.text);
    expect(emulator.files()).to.not.include(`${video(1)}/default`);
    expect((await github("drift", { inputs: { repair: "true" } })).code).to.equal(0);
    expect(emulator.files()).to.include(`${video(1)}/default`);
  });

  it("do the same on GitLab", async () => {
    const own = {
      PULUMI_BACKEND_URL: settings.vars?.PULUMI_BACKEND_URL ?? "",
      PULUMI_CONFIG_PASSPHRASE: "passphrase",
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
      CLOUDFLARE_API_TOKEN: TOKENS.CLOUDFLARE_STREAM_WRITE_TOKEN,
    };
    const deploy = await runGitLab("deploy", stack, own);
    expect(deploy.code, deploy.text).to.equal(0);
    expect(existsSync(join(stack.folder, "program", "outputs.json"))).to.equal(true);
    emulator.setDownload(video(1), "default", undefined);
    expect((await runGitLab("drift", stack, own)).code).to.equal(7);
    const preview = await runGitLab("preview", stack, own);
    expect(preview.text).to.contain("unchanged");
    const fork = await runGitLab("preview", stack, {});
    expect(fork.code, fork.text).to.equal(0);
    expect(fork.text).to.contain("Not checked: what is deployed");
  });
});

describe("the pages about pipelines", () => {
  const files = readdirSync(join(docs, "pipelines"));

  it("have workflows in which actionlint finds nothing", function () {
    this.timeout(180_000);
    const workflows = files.filter((file) => file !== "gitlab-ci.yml").map((file) => join(docs, "pipelines", file));
    const tool = resolve(docs, "../tools/actionlint");
    const { error, status, stdout, stderr } = spawnSync("go", ["tool", "actionlint", "-shellcheck=", ...workflows], {
      cwd: tool,
      encoding: "utf8",
    });
    if (error !== undefined && process.env.CI === undefined) this.skip();
    expect(status, `${stdout}${stderr}${error?.message ?? ""}`).to.equal(0);
  });

  it("have a GitLab pipeline whose jobs all have a stage, a rule and a script", () => {
    const {
      stages,
      default: _default,
      variables: _variables,
      ...jobs
    } = parse(readFileSync(join(docs, "pipelines", "gitlab-ci.yml"), "utf8")) as Record<
      string,
      { stage: string; rules: unknown[]; script: unknown[] }
    > & { stages: string[] };
    expect(Object.keys(jobs)).to.deep.equal(["preview", "deploy", "drift"]);
    for (const job of Object.values(jobs)) {
      expect(stages).to.include(job.stage);
      expect(job.rules).to.have.length(1);
      for (const line of job.script) expect(line).to.be.a("string");
    }
  });

  for (const [what, comments, expected] of [
    ["a new comment", [], "createComment"],
    [
      "its old comment",
      [{ id: 7, user: { type: "Bot" }, body: "<!-- preview of the stack -->\nold" }],
      "updateComment",
    ],
    [
      "no comment of a person's",
      [{ id: 8, user: { type: "User" }, body: "<!-- preview of the stack -->" }],
      "createComment",
    ],
  ] as const) {
    it(`comment on the pull request of the run's head, in ${what}`, async () => {
      const { jobs } = parse(readFileSync(join(docs, "pipelines", "comment.yml"), "utf8")) as {
        jobs: { comment: { steps: { with: { script?: string } }[] } };
      };
      const script = jobs.comment.steps[1]?.with.script ?? "";
      const calls: [string, Record<string, unknown>][] = [];
      const record = (name: string) => async (args: Record<string, unknown>) => calls.push([name, args]);
      const pulls = [
        { number: 1, head: { sha: "another" } },
        { number: 2, head: { sha: "head" } },
      ];
      const client = {
        paginate: async () => comments,
        rest: {
          pulls: { list: async (args: Record<string, unknown>) => (calls.push(["list", args]), { data: pulls }) },
          issues: { listComments: {}, createComment: record("createComment"), updateComment: record("updateComment") },
        },
      };
      const run = { head_repository: { owner: { login: "forker" } }, head_branch: "patch", head_sha: "head" };
      const context = { repo: { owner: "o", repo: "r" }, payload: { workflow_run: run } };

      const main = new Function("github", "context", "core", "require", `return (async () => {${script}})();`) as (
        ...args: unknown[]
      ) => Promise<void>;
      await main(client, context, { info: () => undefined }, () => ({ readFileSync: () => "the preview" }));
      const [[, list], [name, written] = ["", {}]] = calls as [
        [string, Record<string, unknown>],
        [string, Record<string, unknown>],
      ];
      expect(list).to.include({ head: "forker:patch", state: "open" });
      expect(name).to.equal(expected);
      expect(written.body).to.equal("<!-- preview of the stack -->\nthe preview");
      if (expected === "createComment") expect(written.issue_number).to.equal(2);
    });
  }
});
