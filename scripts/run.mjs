/** Runs a command to its end. */
import { spawnSync } from "node:child_process";

/** Returns what the command prints, which is shown only where it fails. What it says on the error stream of its own is passed on. */
export function run(cwd, command, ...args) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${error?.message ?? ""}\n${stdout}${stderr}`);
  process.stderr.write(stderr.replace(/^(?!\[setup\]).*\n/gm, ""));
  return stdout;
}
