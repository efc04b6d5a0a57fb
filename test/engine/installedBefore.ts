/**
 * Packages from the registry that npm installs once for each list of them. A project in which they lie already needs no more than
 * what is its own: unpacking @pulumi/pulumi and the 200 packages that it depends on takes npm ten seconds of a core.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { publish } from "./packed";

const kept = resolve(__dirname, "../../.work/installed");

/** Lays the `node_modules` that npm makes for these packages into a folder, where `npm install` then finds them. */
export function layInstalled(packages: readonly string[], folder: string): void {
  const hash = createHash("sha256")
    .update([process.version, ...packages].join(" "))
    .digest("hex");
  const place = join(kept, hash.slice(0, 16));
  if (!existsSync(place)) {
    mkdirSync(kept, { recursive: true });
    const unfinished = mkdtempSync(join(kept, "unfinished-"));
    writeFileSync(join(unfinished, "package.json"), '{ "private": true }\n');
    const quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"];
    execFileSync("npm", ["install", ...quiet, ...packages], { cwd: unfinished, stdio: "pipe" });
    publish(unfinished, place);
  }
  link(join(place, "node_modules"), join(folder, "node_modules"));
}

/** The same files in folders of their own. npm puts new files in the place of old ones: what is kept stays as it is. */
function link(from: string, to: string): void {
  const { mtime, atime } = lstatSync(from);
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) link(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkFile(source, target);
  }
  // npm trusts its list of what is installed only where no folder is newer than it.
  utimesSync(to, atime, mtime);
}

function linkFile(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Temporary files are on another file system.
    copyFileSync(from, to);
  }
}
