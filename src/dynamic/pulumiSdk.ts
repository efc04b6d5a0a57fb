/** Which @pulumi/pulumi runs this provider, and what to say where it is too old to. */
import { createRequire } from "node:module";

/** The first @pulumi/pulumi that hands a dynamic provider its configuration; package.json asks for it as a peer. */
export const OLDEST_SDK = "3.139.0";

/**
 * Why a provider that was never configured does nothing. Without the stack's configuration it would use whatever token the environment
 * happens to have. It is no question of time: an SDK that configures at all does so in the moment it loads the provider.
 */
export function notConfigured(argv: readonly string[] = process.argv): string {
  return (
    `@pulumi/pulumi${runningVersion(argv)} does not hand the stack's configuration to this provider; every version before ` +
    `${OLDEST_SDK} is too old. Nothing was done. Run \`npm install @pulumi/pulumi@^${OLDEST_SDK}\` in the program's folder.`
  );
}

/** The version in the package of the script that runs this process; empty where that is no such package. */
function runningVersion([, script = ""]: readonly string[]): string {
  try {
    const { name, version } = createRequire(script)("../../package.json") as { name?: string; version?: string };
    return name === "@pulumi/pulumi" && version !== undefined ? ` ${version}` : "";
  } catch {
    return "";
  }
}
