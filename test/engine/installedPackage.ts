/** This package as users have it: packed, and installed beside a @pulumi/pulumi of their choice. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const repository = resolve(__dirname, "../..");

/** Packs the package into a new folder of its own, which the caller removes, and installs it there, with other packages or flags of npm's. */
export function installPackage(...more: string[]): { readonly folder: string; readonly tarball: string } {
  const folder = mkdtempSync(join(tmpdir(), "stream-package-"));
  const npm = (...args: string[]) =>
    execFileSync("npm", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  const tarball = join(folder, npm("pack", repository, "--ignore-scripts", "--silent", "--pack-destination", folder));
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  npm("install", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline", tarball, ...more);
  return { folder, tarball };
}
