/** `npm run build`: compiles the packages that are published, and removes what is left of sources that are gone, so that none is packed with it. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packages, repository } from "./setup.mjs";

const tsc = join(repository, "node_modules", "typescript", "bin", "tsc");
for (const folder of packages) {
  const { status } = spawnSync(
    process.execPath,
    [tsc, "-p", join(folder, "tsconfig.build.json"), ...process.argv.slice(2)],
    {
      stdio: "inherit",
    },
  );
  if (status !== 0) process.exit(status ?? 1);
  removeLeftovers(folder);
  makeExecutable(folder);
}

/** What npm does with an installed package's executables; the engine starts the plugin from here too. */
function makeExecutable(folder) {
  const { bin = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const path of Object.values(bin)) chmodSync(join(folder, path), 0o755);
}

function removeLeftovers(folder) {
  const dist = join(folder, "dist");
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const source = join(folder, "src", file.slice(dist.length)).replace(/(\.d\.ts|\.js)$/, ".ts");
    if (!existsSync(source)) rmSync(file, { recursive: true, force: true });
  }
}
