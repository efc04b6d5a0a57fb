/**
 * What a preview knows of the settings that an update needs. It never fails for want of them, so that pull requests from forks can be
 * previewed without secrets; it says what an update would miss.
 */
import * as pulumi from "@pulumi/pulumi";
import type { PreviewMark } from "../config/settings";
import { isMocked } from "./mocked";

/** Programs that have been told; automation may run several in one process. */
const told = new WeakSet<object>();

/**
 * The provider that the program gives a resource, itself or through a component; undefined for the stack's own.
 *
 * @param type the resource's type as the engine knows it
 */
export function explicitProvider(
  type: string,
  opts: pulumi.CustomResourceOptions,
): pulumi.ProviderResource | undefined {
  return opts.provider ?? opts.parent?.getProvider(type);
}

/**
 * Whether this is a preview in which Cloudflare cannot be asked, so that nothing can be looked up. The first time, the preview says so on
 * the stack's row. A resource with a provider of its own is left to that: its configuration is not known here.
 */
export function cannotLookUp(type: string, opts: pulumi.CustomResourceOptions): boolean {
  if (!isPreview() || explicitProvider(type, opts) !== undefined) return false;
  const { credentials, baseUrl } = problems();
  const missing = [credentials, baseUrl].filter((problem) => problem !== undefined);
  if (missing.length === 0) return false;
  const stack = pulumi.runtime.getStackResource();
  if (stack !== undefined && !told.has(stack)) {
    told.add(stack);
    const lacks = credentials === undefined ? "No usable base URL" : "No Cloudflare credentials";
    void pulumi.log.info(
      `${lacks}: compared with the state only; look-ups are unknown. \`pulumi up\` would fail: ${missing.join(" ")}`,
    );
  }
  return true;
}

/**
 * A hidden input that tells the provider that this is a preview, which Pulumi does not. The provider knows what this program does not: the
 * account in the state, and the configuration of a provider of the program's own.
 */
export function previewMark(type: string, opts: pulumi.CustomResourceOptions): { __preview?: PreviewMark } {
  if (!isPreview() || opts.id !== undefined) return {};
  return { __preview: explicitProvider(type, opts) === undefined ? "stack's provider" : "own provider" };
}

function isPreview(): boolean {
  return pulumi.runtime.isDryRun() && !isMocked();
}

/** What is missing or wrong in the stack's configuration and the environment. */
function problems() {
  const { settingsProblems } = require("../config/settings") as typeof import("../config/settings");
  return settingsProblems({ config: (key) => pulumi.runtime.getConfig(key), env: process.env });
}
