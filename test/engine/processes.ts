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

/** The pid of the dynamic provider's Node process below a CLI. */
export function providerPid(cli: number | undefined): number {
  const all = processes();
  const below = (pid: number): ProcessInfo[] =>
    all.filter((process) => process.parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  const found = below(cli ?? -1).find(({ command }) => /^\S*node\b.*dynamic-provider/.test(command));
  if (found === undefined) throw new Error("the CLI has no provider process");
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

/** The dynamic providers in the session that a CLI led, also after its end. */
export function providersOf(session: number): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,sess=,args="], { encoding: "utf8" }).trim().split("\n");
  return lines.flatMap((line) => {
    const [pid, of, ...command] = line.trim().split(/\s+/);
    return Number(of) === session && /^\S*node\b.*dynamic-provider/.test(command.join(" ")) ? [Number(pid)] : [];
  });
}
