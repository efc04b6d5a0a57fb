/** The version of @pulumi/pulumi that runs this provider, and the error message if it is too old. */
import { createRequire } from "node:module";

/**
 * The first @pulumi/pulumi that passes configuration to a dynamic provider; also the peer dependency in package.json.
 */
export const OLDEST_SDK = "3.139.0";

/**
 * The error message of a provider that was never configured. It does nothing then, because without the stack's
 * configuration it would use whatever token the environment happens to have. Waiting would not help: an SDK that
 * supports configuration passes it when it loads the provider.
 */
export function notConfigured(argv: readonly string[] = process.argv): string {
  return (
    `@pulumi/pulumi${runningVersion(argv)} does not hand the stack's configuration to this provider; every version before ` +
    `${OLDEST_SDK} is too old. Nothing was done. Run \`npm install @pulumi/pulumi@^${OLDEST_SDK}\` in the program's folder.`
  );
}

/** The version of the @pulumi/pulumi whose script runs this process, or an empty string. */
function runningVersion([, script = ""]: readonly string[]): string {
  try {
    const { name, version } = createRequire(script)("../../package.json") as { name?: string; version?: string };
    return name === "@pulumi/pulumi" && version !== undefined ? ` ${version}` : "";
  } catch {
    return "";
  }
}
