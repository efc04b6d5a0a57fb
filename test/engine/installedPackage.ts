/** This package as users have it: packed, and installed beside a @pulumi/pulumi of their choice. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layInstalled } from "./installedBefore";
import { packThisPackage } from "./packed";

/**
 * Installs the packed package into a new folder of its own, which the caller removes.
 *
 * @param others packages to install beside it
 * @param flags npm's
 */
export function installPackage(others: readonly string[], ...flags: string[]): { folder: string; tarball: string } {
  const folder = mkdtempSync(join(tmpdir(), "stream-package-"));
  const tarball = packThisPackage();
  if (others.length > 0) layInstalled(others, folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"];
  execFileSync("npm", ["install", "--omit=dev", ...quiet, tarball, ...others, ...flags], {
    cwd: folder,
    stdio: "pipe",
  });
  return { folder, tarball };
}
