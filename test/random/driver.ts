/** Runs a sequence on the real Pulumi CLI before an emulator, and says what is wrong. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DownloadType, type Emulator, startEmulator } from "../../packages/emulator/src";
import { untilQuiet } from "../engine/fixture";
import { stateFile } from "../engine/newStack";
import { endSessions, providersOf } from "../engine/processes";
import { type Run, type RunningCli, Stack } from "../engine/stack";
import { TOKEN } from "../support/ids";
import { COMPONENT, type Sequence, type Step } from "./description";
import { FILES } from "./edits";
import { interrupt } from "./interrupt";
import { type Ended, isClean, isSettled, violationsOf, type Observation } from "./oracle";
import { secretsOf, shownIn, TOKENS } from "./secrecy";
import { viewOf } from "./state";

/** What came of a sequence. */
export interface Verdict {
  /** How many steps were run, the failed one and those at the end included. */
  readonly steps: number;
  readonly commands: number;
  /** Nothing where all is well. */
  readonly wrong: readonly string[];
  /** The number of the step that failed, from 0. */
  readonly failedStep: number;
  /** What the commands of the failed step printed. */
  readonly printed: string;
}

/** How long a provider may outlive its CLI. */
const PROVIDER_END_MS = 30_000;
/** A command that takes longer hangs. */
const LONGEST_COMMAND_MS = 300_000;

/** After all steps everything recovers, where there is something to recover from, and is destroyed. */
function withEnd({ steps }: Sequence): Step[] {
  const program = steps.at(-1)?.program ?? [];
  const end = { program, drift: [], faults: [] };
  const recovers = steps.every(isCalm)
    ? []
    : [{ ...end, command: "up" as const, refresh: true as const, expectNoChanges: true as const }];
  return [...steps, ...recovers, { ...end, command: "destroy" }];
}

function isCalm({ command, drift, faults, failingFiles, interruption, targets }: Step): boolean {
  const isPlain = command === "up" && targets === undefined;
  return isPlain && drift.length + faults.length === 0 && failingFiles === undefined && interruption === undefined;
}

export async function run(sequence: Sequence, say: (line: string) => void = () => undefined): Promise<Verdict> {
  const driver = await Driver.start(sequence);
  const steps = withEnd(sequence);
  try {
    for (const [n, step] of steps.entries()) {
      const wrong = await driver.step(step);
      say(`${n + 1}/${steps.length} ${driver.told}${wrong.length > 0 ? ` WRONG: ${wrong.join("; ")}` : ""}`);
      if (wrong.length > 0)
        return { steps: n + 1, commands: driver.commands, wrong, failedStep: n, printed: driver.printed };
    }
    return { steps: steps.length, commands: driver.commands, wrong: [], failedStep: -1, printed: "" };
  } finally {
    await driver.end();
  }
}

/** Files that cannot be made: how many more, and those of which the last attempt failed. */
interface Failing {
  left: number;
  readonly files: Set<string>;
}

class Driver {
  readonly #emulator: Emulator;
  readonly #stack: Stack;
  /** A folder with a file for each provider process that has run this package's code, named by its id. */
  readonly #usedProviders: string;
  readonly #secrets: readonly string[];
  readonly #failing: Failing;
  commands = 0;
  printed = "";
  told = "";

  private constructor(emulator: Emulator, stack: Stack, used: string, sequence: Sequence, failing: Failing) {
    this.#emulator = emulator;
    this.#stack = stack;
    this.#usedProviders = used;
    this.#secrets = secretsOf(sequence);
    this.#failing = failing;
  }

  static async start(sequence: Sequence): Promise<Driver> {
    const failing: Failing = { left: 0, files: new Set() };
    const emulator = await startEmulator({
      encodingMs: sequence.encodingMs,
      behavior: sequence.behavior,
      tokens: [TOKEN, ...Object.values(TOKENS)],
      rateLimit: false,
      encodingFails: (videoId, type) => {
        const fails = failing.left > 0;
        failing.left -= fails ? 1 : 0;
        failing.files[fails ? "add" : "delete"](`${videoId}/${type}`);
        return fails;
      },
    });
    const body = `module.exports = require(${JSON.stringify(join(__dirname, "program.cjs"))})(
      pulumi, require("pulumi-cloudflare-stream-downloads"), require("./description.json"));\n`;
    const used = mkdtempSync(join(tmpdir(), "used-providers-"));
    const hooks = [process.env.STREAM_COVERAGE_HOOK, join(__dirname, "markUse.cjs")].filter(
      (hook) => hook !== undefined,
    );
    const env = { USED_PROVIDERS: used, NODE_OPTIONS: hooks.map((hook) => `--require=${hook}`).join(" ") };
    return new Driver(emulator, Stack.create(emulator, body, { env }), used, sequence, failing);
  }

  async end(): Promise<void> {
    this.#stack.remove();
    rmSync(this.#usedProviders, { recursive: true });
    await this.#emulator.close();
  }

  /** Takes a step, and says what is wrong then. */
  async step(step: Step): Promise<string[]> {
    this.printed = "";
    this.told = "";
    const description = { program: step.program, tokens: TOKENS, component: COMPONENT };
    writeFileSync(join(this.#stack.folder, "program", "description.json"), JSON.stringify(description));
    for (const { file, to } of step.drift) this.#drift(file, to);
    const before = this.#observe();
    for (const fault of step.faults) this.#emulator.injectFault(fault);
    this.#failing.left = step.failingFiles ?? 0;
    const { ended, wrong } = await this.#command(step, before);
    const isKilled = ended.interrupted && step.interruption?.who !== "Ctrl-C";
    if (wrong.length > 0) return wrong;
    if (isKilled && step.command !== "refresh") return this.#recover(step, before);
    const after = this.#observe();
    const wantsPreview = step.expectNoChanges === true && step.command === "up" && isClean(step, after, ended);
    return wantsPreview && isSettled(step.program, after) ? this.#expectNoChanges(step) : [];
  }

  /** After a crash Pulumi tells to run the command again; the result is judged against what was there before both. */
  async #recover(step: Step, before: Observation): Promise<string[]> {
    const { interruption: _over, ...again } = step;
    const { wrong, after } = await this.#command(again, this.#observe());
    const calm: Ended = { code: 0, interrupted: false, disturbed: false };
    return [...wrong, ...violationsOf(again, before, after, calm)];
  }

  async #expectNoChanges(step: Step): Promise<string[]> {
    const before = this.#observe();
    const preview: Step = { program: step.program, drift: [], faults: [], command: "preview", expectNoChanges: true };
    return (await this.#command(preview, before)).wrong;
  }

  async #command(step: Step, before: Observation): Promise<{ ended: Ended; wrong: string[]; after: Observation }> {
    const args = argumentsOf(step);
    this.told += `${this.told === "" ? "" : ", then "}pulumi ${args.join(" ")}`;
    this.commands += 1;
    const cli = this.#stack.start(...args);
    let interrupted = false;
    const limit = setTimeout(() => process.kill(-(cli.child.pid ?? 0), "SIGKILL"), LONGEST_COMMAND_MS);
    if (step.interruption !== undefined)
      interrupted = await interrupt(cli, step.interruption, {
        emulator: this.#emulator,
        stack: this.#stack,
      });
    const { code, text } = await cli.done;
    clearTimeout(limit);
    this.printed += `$ pulumi ${args.join(" ")}\n${text}\n`;
    const isCliKilled = interrupted && step.interruption?.who === "SIGKILL of the CLI";
    const left = await this.#providersLeft(cli, isCliKilled);
    endSessions([cli.child.pid ?? 0]);
    this.#emulator.clearFaults();
    this.#failing.left = 0;
    await untilQuiet(this.#emulator);
    if (isCliKilled) await this.#unlock();
    this.told += ` (${interrupted ? step.interruption?.who : `exit ${code}`})`;
    const after = this.#observe();
    const disturbed = step.faults.length > 0 || step.failingFiles !== undefined;
    const ended = { interrupted, code, disturbed };
    const wrong = [
      ...violationsOf(step, before, after, ended),
      ...shownIn(text, this.#secrets, "what was printed"),
      ...shownIn(this.#stateText(), this.#secrets, "the state"),
      ...left,
    ];
    return { ended, wrong, after };
  }

  async #unlock(): Promise<void> {
    this.commands += 1;
    // A CLI that is killed while it writes the state leaves an empty file, and the one before beside it.
    const file = stateFile(this.#stack.folder);
    if (statSync(file).size === 0) copyFileSync(`${file}.bak`, file);
    const { text }: Run = await this.#stack.mustRun("cancel", "--yes");
    this.printed += text;
  }

  /** The providers that do not end after their CLI. One that was given no work runs Pulumi's code alone, which does not notice a kill. */
  async #providersLeft({ child: { pid = 0 } }: RunningCli, isKilled: boolean): Promise<string[]> {
    const left = () =>
      providersOf(pid).filter((each) => !isKilled || existsSync(join(this.#usedProviders, String(each))));
    for (const end = Date.now() + PROVIDER_END_MS; left().length > 0; await pause(50)) {
      if (Date.now() > end) return [`provider processes are left: ${left().length}`];
    }
    return [];
  }

  #drift(file: string, to: Step["drift"][number]["to"]): void {
    const [videoId, type] = file.split("/") as [string, DownloadType];
    const exists = this.#emulator.files().includes(file);
    if (exists === (to === "added")) return;
    if (to === "gone") this.#emulator.setDownload(videoId, type, undefined);
    else if (to === "error") this.#emulator.setDownload(videoId, type, { status: "error", percent: 0 });
    else this.#emulator.startDownload(videoId, type);
  }

  #observe(): Observation {
    const videos = this.#emulator.videos();
    const files = this.#emulator.files();
    const count = (file: string) => this.#emulator.generations(...(file.split("/") as [string, DownloadType]));
    const inError = videos.flatMap(({ videoId, downloads }) =>
      Object.entries(downloads).flatMap(([type, { status }]) => (status === "error" ? [`${videoId}/${type}`] : [])),
    );
    return {
      files: new Map(files.map((file) => [file, count(file)])),
      generations: new Map(Object.values(FILES).flatMap((all) => all.map((file) => [file, count(file)] as const))),
      failing: new Set([...inError, ...this.#failing.files]),
      state: viewOf(this.#stateText()),
    };
  }

  #stateText(): string {
    return readFileSync(stateFile(this.#stack.folder), "utf8");
  }
}

function argumentsOf({ command, refresh, continueOnError, diff, targets = [], expectNoChanges }: Step): string[] {
  return [
    command,
    ...(command === "preview" ? [] : ["--yes", "--skip-preview"]),
    ...(command === "preview" && expectNoChanges === true ? ["--expect-no-changes"] : []),
    ...(refresh === true ? ["--refresh"] : []),
    ...(continueOnError === true ? ["--continue-on-error"] : []),
    ...(diff === true ? ["--diff"] : []),
    ...targets.flatMap((urn) => ["--target", urn]),
  ];
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
