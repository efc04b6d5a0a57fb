/** `.ci/run`: the same checks as `npm run verify`, and the tests on other engines. `npm test` is last, so that its line of counts closes the output. */
import { spawnSync } from "node:child_process";
import { ensureInstalled, repository } from "./setup.mjs";

ensureInstalled();
for (const command of [["run", "lint"], ["run", "typecheck"], ["run", "test:engines"], ["test"]]) {
  const { status } = spawnSync("npm", ["--silent", ...command], {
    cwd: repository,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) {
    process.exitCode = 1;
    break;
  }
}
