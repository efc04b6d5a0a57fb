/** The memory of the provider's process, looked at from outside. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The largest memory of the provider's process so far, in MiB; undefined where the system does not tell. */
export function providerPeak(cli: number | undefined): number | undefined {
  try {
    const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
    const rows = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter((row) => row !== null);
    const isBelow = (pid: string, depth = 0): boolean => {
      if (pid === String(cli)) return true;
      const parent = rows.find((row) => row[1] === pid)?.[2];
      return parent !== undefined && depth < 6 && isBelow(parent, depth + 1);
    };
    const provider = rows.find(
      (row) =>
        /^\S*node\b.*(dynamic-provider|pulumi-resource-cloudflare-stream)/.test(row[3] ?? "") && isBelow(row[1] ?? ""),
    );
    const status = readFileSync(`/proc/${provider?.[1]}/status`, "utf8");
    // A process that has just ended has no memory.
    const peak = /VmHWM:\s+(\d+)/.exec(status)?.[1];
    return peak === undefined ? undefined : Number(peak) / 1024;
  } catch {
    return undefined;
  }
}
