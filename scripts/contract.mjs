/** `npm run contract -- --video <id>`: checks an endpoint against the documentation; how is in packages/contract/README.md. */
import { join } from "node:path";
import { ensureInstalled, repository } from "./setup.mjs";

try {
  ensureInstalled();
  // From its source: nobody installs it, so that nothing is built of it.
  const { require } = await import("tsx/cjs/api");
  const { contractCommand } = require(join(repository, "packages", "contract", "src", "command.ts"), import.meta.url);
  process.exitCode = await contractCommand(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`npm run contract: ${error.message}\nSee npm run contract -- --help.\n`);
  process.exitCode = 2;
}
