/** Runs the steps of the documented pipelines as their runners would, but for those that fetch something. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import type { Stack } from "./stack";

const pipelines = resolve(__dirname, "../../docs/pipelines");

/** What a repository gives its pipelines; a fork's pull request gets none of it. */
export interface Settings {
  readonly secrets?: Record<string, string>;
  readonly vars?: Record<string, string>;
  readonly inputs?: Record<string, string>;
}

export interface JobRun {
  readonly code: number | null;
  readonly text: string;
  /** What was written into the job's summary. */
  readonly summary: string;
  /** What was written as step outputs. */
  readonly outputs: string;
}

interface Workflow {
  readonly jobs: Record<
    string,
    {
      readonly env: Record<string, string>;
      readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
    }
  >;
}

/** Runs the only job of a GitHub workflow in a stack's folder. */
export async function runGitHub(name: string, stack: Stack, settings: Settings): Promise<JobRun> {
  const workflow = parse(readFileSync(join(pipelines, `${name}.yml`), "utf8")) as Workflow;
  const [job] = Object.values(workflow.jobs);
  if (job === undefined) throw new Error(`${name} has no job`);
  const contexts: Record<string, Record<string, string> | undefined> = { ...settings };
  const env = Object.fromEntries(
    Object.entries(job.env).map(([key, value]) => [
      key,
      String(value).replace(
        /\$\{\{ (\w+)\.(\w+) \}\}/g,
        (_, context: string, of: string) => contexts[context]?.[of] ?? "",
      ),
    ]),
  );
  const scripts = job.steps.flatMap(({ run }) => (run === undefined || run === "npm ci" ? [] : [run]));
  return runScripts(scripts, stack, env);
}

/** Runs one job of the GitLab pipeline. */
export async function runGitLab(job: string, stack: Stack, variables: Record<string, string>): Promise<JobRun> {
  const file = parse(readFileSync(join(pipelines, "gitlab-ci.yml"), "utf8")) as Record<string, { script: string[] }> & {
    variables: Record<string, string>;
  };
  const script = file[job]?.script.join("\n");
  if (script === undefined) throw new Error(`there is no job ${job}`);
  return runScripts([script], stack, { ...file.variables, ...variables });
}

async function runScripts(scripts: readonly string[], stack: Stack, env: Record<string, string>): Promise<JobRun> {
  const temp = mkdtempSync(join(stack.folder, "runner-"));
  const [summary, outputs] = [join(temp, "summary.md"), join(temp, "outputs")];
  // Of the stack's environment only what a runner has: no credentials, no state.
  const runner = Object.fromEntries(
    Object.entries(stack.env).filter(
      ([key, value]) => value !== undefined && !/^CLOUDFLARE_(API|ACCOUNT)|PULUMI_(BACKEND|CONFIG)/.test(key),
    ),
  );
  const all = {
    ...runner,
    ...env,
    CI: "true",
    RUNNER_TEMP: temp,
    CI_BUILDS_DIR: temp,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_OUTPUT: outputs,
  };
  let text = "";
  let code: number | null = 0;
  for (const script of scripts) {
    code = await new Promise<number | null>((done, fail) => {
      const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
        cwd: join(stack.folder, "program"),
        env: all as NodeJS.ProcessEnv,
        stdio: ["ignore", "pipe", "pipe"],
      });
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (text += data));
      child.on("error", fail);
      child.on("close", done);
    });
    if (code !== 0) break;
  }
  const read = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : "");
  return { code, text, summary: read(summary), outputs: read(outputs) };
}
