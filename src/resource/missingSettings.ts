/** What a preview does without credentials, as that of a fork's pull request: it goes on, and says what it could not check. */
import * as pulumi from "@pulumi/pulumi";
import { isMocked } from "./mocked";

/** Programs that have been told; automation may run several in one process. */
const told = new WeakSet<object>();

/**
 * Whether this is a preview without credentials, so that nothing can be looked up. The first time, the preview says so on the stack's
 * row. A resource with a provider of its own is left to that: its configuration is not known here.
 */
export function previewsWithoutCredentials(type: string, opts: pulumi.CustomResourceOptions): boolean {
  if (!pulumi.runtime.isDryRun() || isMocked()) return false;
  if ((opts.provider ?? opts.parent?.getProvider(`${type}::`)) !== undefined) return false;
  const missing = missingCredentials();
  if (missing === undefined) return false;
  const stack = pulumi.runtime.getStackResource();
  if (stack !== undefined && !told.has(stack)) {
    told.add(stack);
    void pulumi.log.info(
      "Cloudflare Stream downloads were previewed without asking Cloudflare: the program was compared with the state alone, and what " +
        `it looks up is shown as unknown. Not checked: that an update has what it needs. Here it would say: ${missing}`,
    );
  }
  return true;
}

/** Why there are no credentials; undefined when there are. */
function missingCredentials(): string | undefined {
  const { connection, SettingsError } = require("../config/settings") as typeof import("../config/settings");
  try {
    connection({ config: (key) => pulumi.runtime.getConfig(key), env: process.env });
    return undefined;
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
}
