import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { ACCOUNT, video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import type { Stack } from "./stack";
import { type PipelineRun, runGitHub, runGitLab, type Settings } from "./workflow";

const TOKENS = {
  CLOUDFLARE_STREAM_READ_TOKEN: "read-token-of-tests",
  CLOUDFLARE_STREAM_WRITE_TOKEN: "write-token-of-tests",
};
const PULL_REQUEST = {
  event_name: "pull_request",
  repository: "acme/site",
  actor: "someone",
  event: { pull_request: { head: { repo: { full_name: "acme/site" } } } },
};

const program = (type: string, more = "") =>
  `const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
   const trailer = new StreamDownload("trailer", { videoId: "${video(1)}", type: "${type}" }, { customTimeouts: { create: "20m" } });
   new StreamDownloads("library", { videoIds: ["${video(2)}"] });
   new StreamDownload("unchanged", { videoId: "${video(3)}" });
   ${more}
   exports.url = trailer.url;`;

/** What a stack with an environment of Pulumi ESC and secrets in every place has in its repository. */
const CONFIGURATION = `secretsprovider: awskms://alias/acme
encryptedkey: AQICAHh
environment:
  - site/prod

  - shared
encryptionsalt: v1:salt
config:
  cloudflare:apiToken:
    secure: v1:of:cloudflare
  project:plain: value
  project:hook:
    secure: v1:of:hook
  project:list:
    - secure: v1:first
    - plain
    - user: me
      password:
        secure: v1:second
`;

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
  const github = (name: string, more: Settings = {}): Promise<PipelineRun> =>
    runGitHub(name, stack, { ...settings, ...more });

  beforeEach(async () => {
    emulator = await fixture.emulator({ tokens: ["write-token-of-tests"], readOnlyTokens: ["read-token-of-tests"] });
    stack = await fixture.stack(emulator, program("default"), {
      env: { CLOUDFLARE_API_TOKEN: TOKENS.CLOUDFLARE_STREAM_WRITE_TOKEN },
    });
    settings = {
      secrets: { ...TOKENS, PULUMI_CONFIG_PASSPHRASE: "passphrase" },
      vars: { PULUMI_BACKEND_URL: `file://${join(stack.folder, "state")}`, CLOUDFLARE_ACCOUNT_ID: ACCOUNT },
      github: PULL_REQUEST,
      stacks: [{ stack: "dev", folder: "program" }],
    };
  });

  it("the documented pipelines deploy what the approver has seen and nothing else, with urls that work, and find and repair drift", async () => {
    const seen: string[] = [];
    const first = await github("deploy", { before: (job) => seen.push(job, ...writes(emulator)) });
    expect(first.code, first.text).to.equal(0);
    // At the approval the summary had the plan, and nothing had been made.
    expect(seen).to.deep.equal(["plan", "deploy"]);
    expect(first.summary).to.contain("Compared with the stack dev.").and.contain("+ 4 to create");
    const { url } = JSON.parse(readFileSync(join(first.artifacts, "outputs-0", "outputs.json"), "utf8")) as {
      url: string;
    };
    expect((await fetch(url)).status).to.equal(200);
    expectNoNoise(first.text);

    const calm = await github("drift");
    expect(calm.code, calm.text).to.equal(0);
    emulator.setDownload(video(1), "default", undefined);
    const alarm = await github("drift");
    expect(alarm.code, alarm.text).to.equal(7);
    expect(alarm.text).to.contain(`${ACCOUNT}/${video(1)}/default`);
    expectNoNoise(alarm.text);

    // What happens between plan and approval is in no plan: it is refused. The next run has it in its plan.
    const late = await github("deploy", {
      before: (job) => job === "deploy" && emulator.setDownload(video(3), "default", undefined),
    });
    expect(late.code).to.not.equal(0);
    expect(late.text).to.match(/unchanged .*violates plan|not allowed by the plan/);
    expect((await github("deploy")).code).to.equal(0);
    expect(emulator.files()).to.include.members([`${video(1)}/default`, `${video(3)}/default`]);
  });

  it("the documented pipelines preview two stacks, one of whose programs is wrong: what changes and nothing else, without a request that writes", async () => {
    const removed = `for (const [name, options] of [["removed", {}], ["retained", { retainOnDelete: true }]])
      new StreamDownload(name, { videoId: name === "removed" ? "${video(7)}" : "${video(8)}" }, options);`;
    stack.program(program("default", removed));
    await stack.mustUp();
    const before = writes(emulator);
    // A video that does not exist.
    const missing = { operation: "videoDetails", videoId: video(6), times: 99 } as const;
    emulator.injectFault({ kind: "status", status: 404, code: 10003, ...missing });
    stack.program(
      program(
        "audio",
        `new StreamDownload("added", { videoId: "${video(4)}" });
         new StreamDownload("misspelt", { videoId: "${video(6)}" });
         console.log("long ".repeat(120_000));`,
      ).replace(`["${video(2)}"]`, `["${video(2)}", "${video(5)}"]`),
    );
    const wrong = join(stack.folder, "wrong");
    mkdirSync(wrong);
    symlinkSync(join(stack.folder, "program", "node_modules"), join(wrong, "node_modules"));
    writeFileSync(join(wrong, "Pulumi.yaml"), "name: project\nruntime: nodejs\nmain: index.js\n");
    const head = 'const { StreamDownload } = require("pulumi-cloudflare-stream-downloads");\n';
    writeFileSync(join(wrong, "index.js"), `${head}new StreamDownload("a", { videoId: "<nonsense>" });`);
    const preview = await github("preview", {
      stacks: [...(settings.stacks ?? []), { stack: "dev", folder: "wrong" }],
    });
    expect(preview.code, preview.text).to.equal(1);
    const [good = "", bad = ""] = readdirSync(preview.artifacts)
      .sort()
      .map((name) => readFileSync(join(preview.artifacts, name, `${name}.txt`), "utf8"));
    expect(good)
      .to.match(/^Compared with the stack dev\.\n/)
      .and.not.contain("failed");
    expect(good).to.match(/~ type +: "default" => "audio"/);
    expect(good)
      .to.contain(`+ [1]: "${video(5)}"`)
      .and.contain(`1 to add (${video(5)}/default)`);
    const found = good.split("\n").filter((line) => /^(warning: .*will fail|video .* is ready)/.test(line));
    expect(found).to.have.members([
      `video ${video(1)} is ready: \`pulumi up\` generates the audio`,
      `video ${video(4)} is ready: \`pulumi up\` generates the MP4`,
      `warning: there is no video ${video(6)} in this account, so \`pulumi up\` will fail. Check both ids.`,
    ]);
    expect(good).to.contain("1 checked at Cloudflare: 1 to generate").and.contain("its URL stops working");
    expect(good).to.contain("StreamDownload::added").and.not.contain("StreamDownload::unchanged");
    expect(good).to.contain("warning: 1 StreamDownload(s) will be deleted, with their files at Cloudflare");
    expect(bad)
      .to.contain("property videoId")
      .and.contain('"<nonsense>"')
      .and.contain("The preview failed with exit code 1.");
    expect(preview.summary)
      .to.contain("Compared with the stack dev.")
      .and.contain("&lt;nonsense&gt;")
      .and.contain("Cut after 500 kB")
      .and.not.contain("<nonsense>");
    expectNoNoise(good);
    expect(writes(emulator)).to.deep.equal(before);
    // For programs: the engine's own digest, of which a pipeline takes what the page says.
    const json = (await stack.mustRun("preview", "--diff", "--json")).stdout;
    for (const token of Object.values(TOKENS)) expect(json).to.not.contain(token);
    const { steps } = JSON.parse(json) as { steps: { op: string; urn: string; replaceReasons?: string[] }[] };
    const changes = steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn, replaceReasons }) => [op, urn.split("::").pop(), replaceReasons]);
    expect(changes).to.have.deep.members([
      ["replace", "trailer", ["type"]],
      ["update", "library", undefined],
      ["create", "added", undefined],
      ["create", "misspelt", undefined],
      ["delete", "removed", undefined],
      ["delete", "retained", undefined],
    ]);
  });

  it("the documented pipelines preview a fork's pull request without any secret, whatever its stack keeps elsewhere, and say what was not checked", async () => {
    const file = join(stack.folder, "program", "Pulumi.prod.yaml");
    writeFileSync(file, CONFIGURATION);
    stack.program(
      program(
        "audio",
        `const config = new pulumi.Config();
         exports.plain = config.require("plain");
         exports.hook = config.requireSecret("hook");
         exports.list = config.requireObject("list").length;`,
      ),
    );
    const fork = { ...PULL_REQUEST, event: { pull_request: { head: { repo: { full_name: "forker/site" } } } } };
    const preview = await github("preview", {
      secrets: {},
      vars: {},
      github: fork,
      stacks: [{ stack: "acme/prod", folder: "program" }],
    });
    expect(preview.code, preview.text).to.equal(0);
    expect(preview.summary)
      .to.contain("The stack acme/prod, without its secrets")
      .and.contain("Not checked: what is deployed")
      .and.contain("No Cloudflare credentials: compared with the state only");
    expect(preview.text).to.contain("trailer").and.contain('plain: "value"').and.contain("list : 3");
    expect(emulator.requests).to.have.length(0);
    expect(readFileSync(file, "utf8")).to.not.match(/secure:|awskms|environment|shared|v1:salt/);
  });

  it("the documented pipelines do the same on GitLab", async () => {
    const own = {
      PULUMI_BACKEND_URL: settings.vars?.PULUMI_BACKEND_URL ?? "",
      PULUMI_CONFIG_PASSPHRASE: "passphrase",
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
      CLOUDFLARE_API_TOKEN: TOKENS.CLOUDFLARE_STREAM_WRITE_TOKEN,
      STACK: "dev",
      FOLDER: "program",
      CI_MERGE_REQUEST_PROJECT_ID: "1",
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "1",
    };
    for (const job of ["plan", "deploy"]) {
      const { code, text } = await runGitLab(job, stack, own);
      expect(code, text).to.equal(0);
    }
    expect(readFileSync(join(stack.folder, "outputs-1.json"), "utf8")).to.contain("default.mp4");
    emulator.setDownload(video(1), "default", undefined);
    expect((await runGitLab("drift", stack, own)).code).to.equal(7);
    const { STACK, FOLDER, CI_MERGE_REQUEST_PROJECT_ID } = own;
    const fork = await runGitLab("preview", stack, { STACK, FOLDER, CI_MERGE_REQUEST_PROJECT_ID });
    expect(fork.code, fork.text).to.equal(0);
    expect(fork.text).to.contain("Not checked: what is deployed");
  });
});
