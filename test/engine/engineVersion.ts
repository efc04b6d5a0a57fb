/** Which engine the tests run on. */
import { execFileSync } from "node:child_process";

let version: readonly number[] | undefined;

/** Whether the CLI's version is at least this one. Call it in a test: the CLI may be missing elsewhere. */
export function isEngineSince(major: number, minor: number): boolean {
  version ??= execFileSync("pulumi", ["version"], { encoding: "utf8" })
    .replace(/^v/, "")
    .split(".")
    .map((part) => Number.parseInt(part, 10));
  const [ownMajor = 0, ownMinor = 0] = version;
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
