/**
 * What a preview knows of the settings that an update needs. It never fails for want of them, so that pull requests from forks can be
 * previewed without secrets; it says what an update would miss.
 */
import * as pulumi from "@pulumi/pulumi";
import type { PreviewMarker } from "../core/settings";
import { isMocked } from "./mocked";

/** What each program has been told; automation may run several in one process. */
const told = new WeakMap<object, Set<string>>();

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
 * Whether this is a preview in which Cloudflare cannot be asked, so that the resource cannot be looked up; the preview says so. A resource
 * with a provider of its own is left to that: its configuration is not known here.
 */
export function cannotLookUp(type: string, opts: pulumi.CustomResourceOptions): boolean {
  return isPreview() && explicitProvider(type, opts) === undefined && tellsOfMissingSettings();
}

/** Whether the stack's configuration and the environment lack what a request needs; if so, the preview says what. */
export function tellsOfMissingSettings(): boolean {
  const { settingsProblems } = require("../core/settings") as typeof import("../core/settings");
  const source = { config: (key: string) => pulumi.runtime.getConfig(key), env: process.env };
  const { credentials, baseUrl } = settingsProblems(source);
  const missing = [credentials, baseUrl].filter((problem) => problem !== undefined);
  if (missing.length === 0) return false;
  const lacks = credentials === undefined ? "No usable base URL" : "No Cloudflare credentials";
  tellInPreview(`${lacks}: compared with the state only; look-ups are unknown`, missing.join(" "));
  return true;
}

/** Says once, on the stack's row, what a preview leaves out and why an update would fail. */
export function tellInPreview(leavesOut: string, problem: string): void {
  const stack = pulumi.runtime.getStackResource();
  if (stack === undefined) return;
  const messages = told.get(stack) ?? new Set();
  told.set(stack, messages);
  if (messages.has(leavesOut)) return;
  messages.add(leavesOut);
  void pulumi.log.info(`${leavesOut}. \`pulumi up\` would fail: ${problem}`);
}

/**
 * A hidden input that tells the provider that this is a preview, which Pulumi does not. The provider knows what this program does not: the
 * account in the state, and the configuration of a provider of the program's own.
 */
export function previewMarker(type: string, opts: pulumi.CustomResourceOptions): { __preview?: PreviewMarker } {
  if (!isPreview() || opts.id !== undefined) return {};
  return { __preview: explicitProvider(type, opts) === undefined ? "stack's provider" : "own provider" };
}

function isPreview(): boolean {
  return pulumi.runtime.isDryRun() && !isMocked();
}
