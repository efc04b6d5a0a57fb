/** Runs the documented pipelines as their runners would: every step, but for the actions that only install something. */
import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { parse } from "yaml";
import { type Contexts, evaluate, interpolate } from "./expressions";
import type { Stack } from "./stack";

/** Where a pipeline runs. */
type Place = Pick<Stack, "folder" | "env">;

const pipelines = resolve(__dirname, "../../docs/pipelines");

/** What a repository and an event give a pipeline. */
export interface Settings {
  readonly secrets?: Record<string, string>;
  readonly vars?: Record<string, string>;
  readonly github?: Record<string, unknown>;
  /** In place of the list in the file. */
  readonly stacks?: readonly { readonly stack: string; readonly folder: string }[];
  /** The exit code of `npm ci`. */
  readonly npm?: number;
  /** Called before a job's first step, as a person's approval would come. */
  readonly before?: (job: string) => void;
}

export interface PipelineRun {
  /** Of the first step that failed, else 0. */
  readonly code: number;
  readonly text: string;
  /** The jobs' summaries, in the order in which they ran. */
  readonly summary: string;
  /** A folder with a folder for each artifact. */
  readonly artifacts: string;
}

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly if?: string;
  readonly env?: Record<string, string>;
  readonly with?: Record<string, string>;
  readonly "working-directory"?: string;
}

interface Workflow {
  readonly env?: Record<string, string>;
  readonly jobs: Record<
    string,
    {
      readonly env?: Record<string, string>;
      readonly strategy: { readonly matrix: { readonly include: Settings["stacks"] & object } };
      readonly steps: readonly Step[];
    }
  >;
}

export function readPipeline<T>(name: string): T {
  return parse(readFileSync(join(pipelines, name), "utf8")) as T;
}

/** Runs a GitHub workflow in the folder of a stack, whose program is in the folder `program`. */
export async function runGitHub(name: string, stack: Place, settings: Settings): Promise<PipelineRun> {
  const workflow = readPipeline<Workflow>(`${name}.yml`);
  const runner = new Runner(stack, settings.npm ?? 0);
  for (const [jobName, job] of Object.entries(workflow.jobs)) {
    // A job that needs one that has failed is skipped.
    if (runner.code !== 0) break;
    settings.before?.(jobName);
    for (const [index, matrix] of (settings.stacks ?? job.strategy.matrix.include).entries()) {
      const contexts: Contexts = {
        ...settings,
        matrix,
        strategy: { "job-index": index },
        runner: { temp: mkdtempSync(join(stack.folder, "runner-")) },
      };
      const env = { ...interpolateAll(workflow.env, contexts), ...interpolateAll(job.env, contexts) };
      await runner.steps(job.steps, contexts, env);
    }
  }
  return runner;
}

/** Runs one job of the GitLab pipeline. */
export async function runGitLab(job: string, stack: Place, variables: Record<string, string>): Promise<PipelineRun> {
  type Jobs = Record<
    string,
    { script: string[]; before_script: string[]; parallel: { matrix: [Record<string, string>] } }
  >;
  const file = readPipeline<Jobs>("gitlab-ci.yml");
  const { before_script: before = [], parallel } = file[".pulumi"] ?? {};
  const runner = new Runner(stack, 0);
  const env = { ...parallel?.matrix[0], CI_PROJECT_DIR: stack.folder, CI_NODE_INDEX: "1", ...variables };
  await runner.script([...before, ...(file[job]?.script ?? [])].join("\n"), stack.folder, env);
  return runner;
}

class Runner implements PipelineRun {
  code = 0;
  text = "";
  readonly artifacts: string;
  readonly #stack: Place;
  readonly #summary: string;
  readonly #bin: string;

  constructor(stack: Place, npm: number) {
    this.#stack = stack;
    this.artifacts = mkdtempSync(join(stack.folder, "artifacts-"));
    const temp = mkdtempSync(join(stack.folder, "tools-"));
    this.#summary = join(temp, "summary.md");
    this.#bin = join(temp, "bin");
    mkdirSync(this.#bin);
    writeFileSync(join(this.#bin, "npm"), `#!/bin/sh\necho "npm $*"\nexit ${npm}\n`);
    chmodSync(join(this.#bin, "npm"), 0o755);
    mkdirSync(join(stack.folder, "ci"), { recursive: true });
    cpSync(join(pipelines, "preview.sh"), join(stack.folder, "ci", "preview.sh"));
  }

  get summary(): string {
    return existsSync(this.#summary) ? readFileSync(this.#summary, "utf8") : "";
  }

  /** Whether one of them failed. */
  async steps(steps: readonly Step[], contexts: Contexts, env: Record<string, string>): Promise<boolean> {
    let failed = false;
    for (const step of steps) {
      const condition = step.if?.replace(/^\$\{\{(.*)\}\}$/, "$1");
      if (condition === undefined ? failed : !evaluate(condition, { ...contexts, env })) continue;
      const given = interpolateAll(step.with, contexts);
      const own = { ...env, ...interpolateAll(step.env, contexts) };
      if (step.uses === "./.github/actions/pulumi") {
        const { runs } = readPipeline<{ runs: { steps: Step[] } }>("pulumi/action.yml");
        failed = (await this.steps(runs.steps, { ...contexts, inputs: given }, own)) || failed;
      } else if (step.uses !== undefined) {
        this.#action(step.uses, given);
      } else {
        const folder = join(this.#stack.folder, interpolate(step["working-directory"] ?? ".", contexts));
        const temp = (contexts.runner as { temp: string }).temp;
        const runners = { RUNNER_TEMP: temp, GITHUB_WORKSPACE: this.#stack.folder, GITHUB_STEP_SUMMARY: this.#summary };
        failed = (await this.script(step.run ?? "", folder, { ...own, ...runners })) !== 0 || failed;
      }
    }
    return failed;
  }

  async script(script: string, cwd: string, env: Record<string, string>): Promise<number> {
    // Of the stack's environment only what a runner has: no credentials, no state.
    const runner = Object.entries(this.#stack.env).filter(
      ([key, value]) => value !== undefined && !/^CLOUDFLARE_(API|ACCOUNT)|PULUMI_(BACKEND|CONFIG)/.test(key),
    );
    const all = { ...Object.fromEntries(runner), CI: "true", ...env } as Record<string, string>;
    all.PATH = `${this.#bin}:${all.PATH ?? ""}`;
    const code = await new Promise<number | null>((done, fail) => {
      const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
        cwd,
        env: all as NodeJS.ProcessEnv,
        stdio: ["ignore", "pipe", "pipe"],
      });
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (this.text += data));
      child.on("error", fail);
      child.on("close", done);
    });
    if (this.code === 0) this.code = code ?? -1;
    return code ?? -1;
  }

  #action(uses: string, given: Record<string, string>): void {
    const [action = ""] = uses.split("@");
    if (["actions/checkout", "actions/setup-node", "pulumi/actions"].includes(action)) return;
    const { name = "", path = "" } = given;
    const artifact = join(this.artifacts, name);
    if (action === "actions/upload-artifact") {
      if (existsSync(path)) cpSync(path, join(artifact, basename(path)));
      else if (given["if-no-files-found"] !== "ignore") throw new Error(`nothing to upload: ${path}`);
    } else if (action === "actions/download-artifact") {
      for (const file of readdirSync(artifact)) cpSync(join(artifact, file), join(path, file));
    } else throw new Error(`what is ${uses}?`);
  }
}

function interpolateAll(texts: Record<string, unknown> | undefined, contexts: Contexts): Record<string, string> {
  const entries = Object.entries(texts ?? {}).map(([key, text]) => [key, interpolate(String(text), contexts)]);
  return Object.fromEntries(entries) as Record<string, string>;
}
