/** How soon a provider process is there: from its start to the first line that it prints, its port. Each command that needs the provider starts one. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { median } from "./median";
import type { Section } from "./report";

const repository = resolve(__dirname, "..");
const RUNS = 15;
/** The engine's address; nothing is sent to it before the first call. */
const ENGINE = "127.0.0.1:1";
/** Linux counts a process's time in hundredths of a second. */
const TICK_MS = 10;

/** Starts a process and returns its milliseconds, by the wall clock and of a core (undefined where the system does not tell), until it prints. */
async function start(command: string, ...args: readonly string[]): Promise<{ wall: number; cpu: number | undefined }> {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await once(child.stdout, "data");
    return { wall: performance.now() - started, cpu: cpuOf(child.pid) };
  } finally {
    child.kill("SIGKILL");
    await once(child, "close");
  }
}

function cpuOf(pid: number | undefined): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return undefined;
  }
}

/** Unpacks this machine's archive of the plugin. Returns the executable. */
async function unpackedPlugin(folder: string): Promise<string> {
  const { OWN_SYSTEM } = (await import("../scripts/executable.mjs" as string)) as { OWN_SYSTEM: string };
  const archive = execFileSync(process.execPath, ["scripts/plugin.mjs", OWN_SYSTEM], {
    cwd: repository,
    encoding: "utf8",
  });
  execFileSync("tar", ["xzf", join(repository, archive.trim()), "-C", folder]);
  return join(folder, "pulumi-resource-cloudflare-stream");
}

export async function benchStart(): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), "bench-start-"));
  try {
    const processes: Record<string, readonly [string, ...string[]]> = {
      "Node.js itself": [process.execPath, "-e", "console.log(0); setInterval(() => undefined, 1000);"],
      "the plugin, as npm installs it": [
        process.execPath,
        join(repository, "dist", "hosts", "plugin", "cli.js"),
        ENGINE,
      ],
      "the plugin, from its archive": [await unpackedPlugin(folder), ENGINE],
      "Pulumi's dynamic provider": [process.execPath, require.resolve("@pulumi/pulumi/cmd/dynamic-provider"), ENGINE],
    };
    const rows: (string | number)[][] = [];
    const data: Record<string, unknown>[] = [];
    for (const [name, commandLine] of Object.entries(processes)) {
      const runs: Awaited<ReturnType<typeof start>>[] = [];
      for (let n = 0; n < RUNS; n += 1) runs.push(await start(...commandLine));
      const wall = median(runs.map((run) => run.wall));
      const told = runs.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]));
      const cpu = told.length === 0 ? undefined : median(told);
      rows.push([name, wall, cpu ?? "not told"]);
      data.push({ name, wall, cpu });
    }
    return {
      name: "start",
      title: "The start of a provider process",
      text: `From the start to the first line, which is the port: the median of ${RUNS} processes. The dynamic provider loads this package with its first call, which is not in here.`,
      header: ["", "by the wall clock (ms)", "of a core (ms)"],
      rows,
      data,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
