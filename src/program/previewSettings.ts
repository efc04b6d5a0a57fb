/** Tells the provider in a preview that it is one. It then says what an update would lack, and fails nothing for it. */
import * as pulumi from "@pulumi/pulumi";
import type { ProviderKind } from "../downloads/call";
import { isMocked } from "./mocked";
import { explicitProvider } from "./explicitProvider";

/**
 * A hidden input that tells the provider that this is a preview, which Pulumi does not. The program itself cannot tell
 * what an update would lack: the provider's process may have another environment, knows the account in the state, and
 * has the configuration of an explicit provider.
 *
 * @param type the resource's type as the engine knows it
 */
export function previewMarker(type: string, opts: pulumi.CustomResourceOptions): { __preview?: ProviderKind } {
  if (!pulumi.runtime.isDryRun() || isMocked()) return {};
  return { __preview: explicitProvider(type, opts) === undefined ? "default" : "explicit" };
}
