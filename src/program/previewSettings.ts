/**
 * Checks in a preview the settings that an update needs. A preview never fails for lack of them, so that pull requests from forks can be
 * previewed without secrets; it says what an update would lack.
 */
import * as pulumi from "@pulumi/pulumi";
import type { PreviewMarker } from "../core/settings";
import { isMocked } from "./mocked";

/** What has been reported for each program; the Automation API may run several in one process. */
const reported = new WeakMap<object, Set<string>>();

/**
 * The provider that the program gives a resource, directly or through a component. Undefined for the stack's default provider.
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
 * Reports in a preview that the stack has no credentials. Resources with an explicit provider are left to that provider, which knows its
 * configuration.
 *
 * @returns whether it did, so that the resource cannot be looked up
 */
export function reportUnconfigured(type: string, opts: pulumi.CustomResourceOptions): boolean {
  return isPreview() && explicitProvider(type, opts) === undefined && reportMissingSettings();
}

/** Whether the stack's configuration and the environment lack what a request needs. If so, reports what. */
export function reportMissingSettings(): boolean {
  const { settingsProblems } = require("../core/settings") as typeof import("../core/settings");
  const source = { config: (key: string) => pulumi.runtime.getConfig(key), env: process.env };
  const problems = settingsProblems(source);
  const wrong = (["credentials", "baseUrl", "quota", "userAgent"] as const).filter(
    (name) => problems[name] !== undefined,
  );
  const [first] = wrong;
  if (first === undefined) return false;
  const missing = wrong.map((name) => problems[name]);
  const lacks = {
    credentials: "No Cloudflare credentials",
    baseUrl: "No usable base URL",
    quota: "No usable request budget",
    userAgent: "No usable User-Agent",
  }[first];
  reportInPreview(`${lacks}: compared with the state only; look-ups are unknown`, missing.join(" "));
  return true;
}

/** Reports once, on the stack's row, what a preview leaves out and why an update would fail. */
export function reportInPreview(leavesOut: string, problem: string): void {
  const stack = pulumi.runtime.getStackResource();
  if (stack === undefined) return;
  const messages = reported.get(stack) ?? new Set();
  reported.set(stack, messages);
  if (messages.has(leavesOut)) return;
  messages.add(leavesOut);
  void pulumi.log.info(`${leavesOut}. \`pulumi up\` would fail: ${problem}`);
}

/**
 * A hidden input that tells the provider that this is a preview, which Pulumi does not. The provider knows what the program does not: the
 * account in the state, and the configuration of an explicit provider.
 */
export function previewMarker(type: string, opts: pulumi.CustomResourceOptions): { __preview?: PreviewMarker } {
  if (!isPreview()) return {};
  if (explicitProvider(type, opts) !== undefined) return { __preview: "own provider" };
  // What the stack's default provider lacks for a look-up is known to the program.
  return opts.id === undefined ? { __preview: "stack's provider" } : {};
}

function isPreview(): boolean {
  return pulumi.runtime.isDryRun() && !isMocked();
}
