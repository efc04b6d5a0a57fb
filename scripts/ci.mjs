/** `.ci/run`: the same checks as `npm run verify`, the tests last, so that their line of counts closes the output. */
import { spawnSync } from "node:child_process";
import { ensureInstalled, repository } from "./setup.mjs";

ensureInstalled();
for (const command of [["run", "lint"], ["run", "typecheck"], ["test"]]) {
  const { status } = spawnSync("npm", ["--silent", ...command], {
    cwd: repository,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) {
    process.exitCode = 1;
    break;
  }
}
