/** A stack on the real Pulumi CLI: a program in a folder of its own, with its own backend, driven as a user drives it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Emulator } from "../../src/emulator";
import { ACCOUNT, TOKEN } from "../support/ids";
import { endSessions } from "./processes";

const repository = resolve(__dirname, "../..");

/** What a run of the CLI came to. */
export interface Run {
  readonly code: number | null;
  /** Both streams together, without colours. */
  readonly text: string;
  readonly stdout: string;
}

/** A resource as the exported state has it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly initErrors?: string[];
}

/** Settings of a stack that differ from the usual. */
export interface StackOptions {
  /** Environment on top of, or (undefined) instead of, credentials and endpoint. */
  readonly env?: Record<string, string | undefined>;
}

/** A CLI that is still running. */
export interface RunningCli {
  readonly child: ChildProcess;
  readonly done: Promise<Run>;
  /** Everything printed so far. */
  text(): string;
}

export class Stack {
  readonly folder: string;
  readonly env: Record<string, string | undefined>;
  /** The sessions that the CLIs led. */
  readonly #sessions: number[] = [];

  private constructor(folder: string, env: Record<string, string | undefined>) {
    this.folder = folder;
    this.env = env;
  }

  /** Makes a stack whose program talks to the emulator. The program is the body of a CommonJS module. */
  static async create(emulator: Emulator, program: string, options: StackOptions = {}): Promise<Stack> {
    const folder = mkdtempSync(join(tmpdir(), "stream-downloads-"));
    for (const name of ["state", "home", "program"]) mkdirSync(join(folder, name));
    for (const name of ["@pulumi/pulumi", "pulumi-cloudflare-stream-downloads"]) {
      const link = join(folder, "program", "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(name.startsWith("@") ? join(repository, "node_modules", name) : repository, link);
    }
    const env = {
      ...process.env,
      CI: undefined,
      CLOUDFLARE_BASE_URL: emulator.baseUrl,
      CLOUDFLARE_API_TOKEN: TOKEN,
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "passphrase",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      NODE_OPTIONS: coverageOptions(),
      ...options.env,
    };
    const stack = new Stack(folder, env);
    writeFileSync(join(folder, "program", "Pulumi.yaml"), "name: project\nruntime: nodejs\n");
    writeFileSync(join(folder, "program", "package.json"), '{ "main": "index.js" }\n');
    stack.program(program);
    try {
      await stack.mustRun("stack", "init", "dev");
    } catch (error) {
      stack.remove();
      throw error;
    }
    return stack;
  }

  /** Replaces the program. */
  program(body: string): void {
    const head =
      'const pulumi = require("@pulumi/pulumi");\nconst { StreamDownload, getStreamDownloads, getStreamDownloadsOutput } = require("pulumi-cloudflare-stream-downloads");\n';
    writeFileSync(join(this.folder, "program", "index.js"), head + body);
  }

  /** Starts the CLI and returns at once. It leads a process group of its own, as under a shell. */
  start(...args: string[]): RunningCli {
    return this.#start(join(this.folder, "program"), "pulumi", ...args, "--non-interactive", "--color", "never");
  }

  /** Runs a program of the Automation API, with this stack's environment. */
  async runScript(folder: string, ...args: string[]): Promise<void> {
    const { code, text } = await this.#start(folder, process.execPath, ...args).done;
    if (code !== 0) throw new Error(`node ${args.join(" ")} exited with ${code}:\n${text}`);
  }

  #start(folder: string, command: string, ...args: string[]): RunningCli {
    const child = spawn(command, args, {
      cwd: folder,
      env: Object.fromEntries(Object.entries(this.env).filter(([, value]) => value !== undefined)) as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    if (child.pid !== undefined) this.#sessions.push(child.pid);
    let stdout = "";
    let text = "";
    child.stdout?.on("data", (data: Buffer) => {
      stdout += data;
      text += data;
    });
    child.stderr?.on("data", (data: Buffer) => {
      text += data;
    });
    const done = new Promise<Run>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, text, stdout }));
    });
    return { child, done, text: () => text };
  }

  run(...args: string[]): Promise<Run> {
    return this.start(...args).done;
  }

  /** Runs the CLI; anything but success fails the test with what was printed. */
  async mustRun(...args: string[]): Promise<Run> {
    const run = await this.run(...args);
    if (run.code !== 0) throw new Error(`pulumi ${args.join(" ")} exited with ${run.code}:\n${run.text}`);
    return run;
  }

  up(...args: string[]): Promise<Run> {
    return this.run("up", "--yes", "--skip-preview", ...args);
  }

  mustUp(...args: string[]): Promise<Run> {
    return this.mustRun("up", "--yes", "--skip-preview", ...args);
  }

  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse((await this.mustRun("stack", "output", "--json", "--show-secrets")).stdout) as Record<
      string,
      unknown
    >;
  }

  async export(): Promise<string> {
    return (await this.mustRun("stack", "export")).stdout;
  }

  /** This package's resources in the state. */
  async resources(): Promise<StateResource[]> {
    const state = JSON.parse(await this.export()) as { deployment: { resources?: StateResource[] } };
    return (state.deployment.resources ?? []).filter((resource) => resource.type.includes("cloudflare-stream"));
  }

  /** Removes the folder, and ends what a killed CLI left running. What the state still holds stays at the emulator. */
  remove(): void {
    endSessions(this.#sessions);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** In a coverage run the plugin processes write down what they covered. */
function coverageOptions(): string | undefined {
  const hook = process.env.STREAM_COVERAGE_HOOK;
  return hook === undefined ? undefined : `--require=${hook}`;
}
