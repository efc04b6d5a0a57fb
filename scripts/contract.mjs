/** `npm run contract -- --video <id>`: checks an endpoint against the documentation. docs/contract.md says how. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, repository } from "./setup.mjs";

try {
  ensureInstalled();
  ensureBuilt();
  const { contractCommand } = createRequire(import.meta.url)(
    join(repository, "packages", "emulator", "dist", "contract", "command.js"),
  );
  process.exitCode = await contractCommand(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`npm run contract: ${error.message}\nSee npm run contract -- --help.\n`);
  process.exitCode = 2;
}
