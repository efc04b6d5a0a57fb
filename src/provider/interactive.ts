/** Whether a person is watching. The engine does not tell its plugins, so this checks the environment. */
import { closeSync, openSync } from "node:fs";

/** True with a terminal and outside of a CI system. */
export function isInteractive(): boolean {
  const { CI: ci = "" } = process.env;
  if (ci !== "" && ci !== "false") return false;
  try {
    // The plugin's own output is a pipe, but it shares its controlling terminal with the CLI.
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return process.platform === "win32";
  }
}
