/** The processes behind a running CLI. */
import { execFileSync } from "node:child_process";

interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): ProcessInfo[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => {
    const [pid = "", parent = "", ...command] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), command: command.join(" ") };
  });
}

/** A provider's Node.js process, by its command line. */
const PROVIDERS = { dynamic: /^\S*node\b.*dynamic-provider/, plugin: /^\S*node\b.*pulumi-resource-cloudflare-stream/ };

/** The pid of a host's Node.js process below a CLI. */
export function providerPid(cli: number | undefined, host: keyof typeof PROVIDERS = "dynamic"): number {
  const all = processes();
  const below = (pid: number): ProcessInfo[] =>
    all.filter((process) => process.parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  const found = below(cli ?? -1).find(({ command }) => PROVIDERS[host].test(command));
  if (found === undefined) throw new Error(`the CLI has no process of the host ${host}`);
  return found.pid;
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  return processes().some((process) => process.pid === pid && !/<defunct>/.test(process.command));
}

/** Ends every process of these sessions: a killed CLI leaves Pulumi's language host behind. */
export function endSessions(leaders: readonly number[]): void {
  const lines = execFileSync("ps", ["-eo", "pid=,sess="], { encoding: "utf8" }).trim().split("\n");
  for (const line of lines) {
    const [pid = 0, session = 0] = line.trim().split(/\s+/).map(Number);
    if (!leaders.includes(session)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself meanwhile.
    }
  }
}

/** The processes of a host in the session that a CLI led, also after its end. */
export function providersOf(session: number, host: keyof typeof PROVIDERS = "dynamic"): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,sess=,args="], { encoding: "utf8" }).trim().split("\n");
  return lines.flatMap((line) => {
    const [pid, of, ...command] = line.trim().split(/\s+/);
    return Number(of) === session && PROVIDERS[host].test(command.join(" ")) ? [Number(pid)] : [];
  });
}
