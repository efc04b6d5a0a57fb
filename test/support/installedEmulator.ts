/** The emulator's package as users have it: packed, and installed with its dependencies; once for each content. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { packed, publish } from "../engine/packed";

const packageFolder = resolve(__dirname, "../../packages/emulator");

/** Packs and installs it. `folder` has it in its `node_modules`; the folder is shared, so nobody writes there. */
export function installedEmulator(): { readonly folder: string; readonly tarball: string } {
  const parts = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "openapi.json", "dist"];
  const tarball = packed(packageFolder, parts);
  const folder = `${dirname(tarball)}-installed`;
  if (!existsSync(folder)) {
    const unfinished = mkdtempSync(`${folder}-`);
    writeFileSync(join(unfinished, "package.json"), '{ "private": true }\n');
    const quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"];
    execFileSync("npm", ["install", "--omit=dev", ...quiet, tarball], { cwd: unfinished, stdio: "pipe" });
    publish(unfinished, folder);
  }
  return { folder, tarball };
}
