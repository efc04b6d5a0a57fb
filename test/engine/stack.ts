/** A stack on the real Pulumi CLI: a program in a folder of its own, with its own backend, driven as a user drives it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Emulator } from "../../packages/emulator/src";
import { ACCOUNT, TOKEN } from "../support/ids";
import { until } from "../support/until";
import { isOwnType } from "./hosts";
import { linkPackages, PASSPHRASE, stateFile, writeNewStack } from "./newStack";
import { endSessions } from "./processes";

const repository = resolve(__dirname, "../..");

/** The key by which the state tells a secret from other values. */
const SECRET = '"4dabf18193072939515e22adb298388d"';

/** How the folder of the claims begins; a user's id follows. */
const CLAIMS = "pulumi-cloudflare-stream-downloads-";

/** What a run of the CLI came to. */
export interface Run {
  readonly code: number | null;
  /** Both streams together, without colours. */
  readonly text: string;
  readonly stdout: string;
}

/** A resource as the state has it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly initErrors?: string[];
  /** Whether it is only read. */
  readonly external?: boolean;
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
  /** Waits for what is to happen while it runs; a CLI that ends before fails the test with what was printed. */
  until(condition: () => boolean): Promise<void>;
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

  /** Makes a stack, named dev, whose program talks to the emulator. The program is the body of a CommonJS module. */
  static create(emulator: Emulator, program: string, options: StackOptions = {}): Stack {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), "stream-downloads-"));
    writeNewStack(folder);
    const ownTmp = join(folder, "tmp");
    mkdirSync(ownTmp);
    linkPackages(join(folder, "program", "node_modules"));
    const env = {
      ...process.env,
      CI: undefined,
      // Claims are in the folder for temporary files: each stack has its own, so that a test sees those of its own processes alone.
      TMPDIR: ownTmp,
      CLOUDFLARE_BASE_URL: emulator.baseUrl,
      CLOUDFLARE_API_TOKEN: TOKEN,
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      ...hooks(),
      ...options.env,
    };
    const stack = new Stack(folder, env);
    stack.program(program);
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

  /** Runs a program of the Automation API, with this stack's environment; anything but success fails the test. */
  async runProgram(folder: string, command: string, ...args: string[]): Promise<Run> {
    const run = await this.#start(folder, command, ...args).done;
    if (run.code !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${run.code}:\n${run.text}`);
    return run;
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
    let ended = false;
    const end = () => {
      ended = true;
    };
    done.then(end, end);
    const untilIn = async (condition: () => boolean) => {
      await until(() => ended || condition());
      if (!condition()) throw new Error(`pulumi ${args.join(" ")} ended before what was waited for:\n${text}`);
    };
    return { child, done, text: () => text, until: untilIn };
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

  /** Sets configuration; what is secret is encrypted. */
  async config(plain: Record<string, string>, secret: Record<string, string> = {}): Promise<void> {
    const flags = (flag: string, values: Record<string, string>) =>
      Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
    await this.mustRun("config", "set-all", ...flags("--plaintext", plain), ...flags("--secret", secret));
  }

  /** The program's outputs, what is secret too; only for that the CLI is needed. */
  async outputs(): Promise<Record<string, unknown>> {
    const outputs = this.#stateResources().find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
    if (!JSON.stringify(outputs).includes(SECRET)) return outputs;
    const { stdout } = await this.mustRun("stack", "output", "--json", "--show-secrets");
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** The state as it is on the disk, where `pulumi stack export` takes it from. */
  async export(): Promise<string> {
    return readFileSync(stateFile(this.folder), "utf8");
  }

  /** This package's resources in the state. */
  async resources(): Promise<StateResource[]> {
    return this.#stateResources().filter(isOwn);
  }

  /**
   * Whether the state on the disk is as wanted. A CLI that is killed while it writes leaves half a file, which Pulumi cannot
   * read: whoever kills one waits for the state that it is to have written last.
   */
  hasWritten(wanted: (resources: readonly StateResource[]) => boolean): boolean {
    try {
      return wanted(this.#stateResources().filter(isOwn));
    } catch {
      // It is being written.
      return false;
    }
  }

  /** The files in which this stack's provider processes have claims, each named after its process. */
  claimFiles(): string[] {
    const claims = readdirSync(join(this.folder, "tmp")).filter((name) => name.startsWith(CLAIMS));
    const names = claims.flatMap((name) => readdirSync(join(this.folder, "tmp", name)));
    // A program's file outlives it, because the engine deletes after its end.
    // What it has sent counts for five minutes, for whoever comes next.
    return names.filter((name) => !/\.program$|\.\d+\.\d+$/.test(name));
  }

  #stateResources(): StateResource[] {
    const state = JSON.parse(readFileSync(stateFile(this.folder), "utf8")) as {
      checkpoint: { latest: { resources?: StateResource[] } };
    };
    return state.checkpoint.latest.resources ?? [];
  }

  /** Removes the folder, and ends what a killed CLI left running. What the state still holds stays at the emulator. */
  remove(): void {
    endSessions(this.#sessions);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const isOwn = ({ type }: StateResource) => isOwnType(type);

/** What the engine's Node.js processes load first: in a coverage run what writes down what they covered, else what makes them start sooner. */
function hooks(): Record<string, string> {
  const { STREAM_COVERAGE_HOOK: coverage, NODE_V8_COVERAGE: folder = "" } = process.env;
  if (coverage !== undefined)
    return { NODE_OPTIONS: `--require=${coverage}`, NODE_V8_COVERAGE: "", STREAM_COVERAGE_FOLDER: folder };
  return {
    NODE_OPTIONS: `--require=${join(repository, "test", "support", "quickStart.cjs")}`,
    STREAM_COMPILE_CACHE: join(repository, ".work", "compiled"),
  };
}
