/** The options of a look-up, which runs in the program's own process: this module does what Pulumi does for its own invokes. */
import * as pulumi from "@pulumi/pulumi";
import type { SettingsSource } from "../core/settings";
import { explicitProvider } from "./previewSettings";
import { runError } from "./runError";
import { StreamDownload } from "./singleResource";
import { kindOf } from "./wrongValues";

/** The options of {@link getStreamDownloadsOutput}, with the names that they have for Pulumi's own invokes. */
export interface GetStreamDownloadsOutputOptions {
  /** Resources that must exist first. In a preview in which one of them is still to be created, the result is unknown. */
  dependsOn?: pulumi.Input<pulumi.Input<pulumi.Resource>[]> | pulumi.Input<pulumi.Resource> | undefined;
  /** Whose credentials and account are used: a `pulumi.ProviderResource` of "pulumi-nodejs". */
  provider?: pulumi.ProviderResource | undefined;
  /** A resource whose provider is used unless `provider` is given. */
  parent?: pulumi.Resource | undefined;
}

/**
 * The settings of the provider that the options lead to; undefined for the stack's own. A token is secret, but what is found with it is
 * not.
 */
export function settingsOf(
  options: GetStreamDownloadsOutputOptions,
): pulumi.Output<SettingsSource["config"] | undefined> {
  const { parent, provider } = options;
  const found = explicitProvider(StreamDownload.engineType, {
    ...(parent === undefined ? {} : { parent }),
    ...(provider === undefined ? {} : { provider }),
  });
  if (found === undefined) return pulumi.output(undefined);
  // A provider resource has its configuration as properties; the SDK's own properties have no colon in their names.
  const properties = Object.entries(found as unknown as Record<string, pulumi.Input<string>>);
  const given = pulumi.output(Object.fromEntries(properties.filter(([key]) => key.includes(":"))));
  return pulumi.unsecret(given).apply((values) => (key: string) => values[key]);
}

/** Resolves once everything that a look-up depends on exists; unknown while some of it is still to be created. */
export function dependenciesOf({ dependsOn = [] }: GetStreamDownloadsOutputOptions): pulumi.Output<unknown> {
  return pulumi.output(dependsOn).apply((resources) => {
    const given = [resources as pulumi.Resource | pulumi.Resource[]].flat();
    const wrong = given.findIndex((resource) => !pulumi.Resource.isInstance(resource));
    if (wrong >= 0)
      throw runError(`getStreamDownloadsOutput: dependsOn must be resources; got ${kindOf(given[wrong])}`);
    const all = given.flatMap(withChildren);
    return pulumi.all(all.map((resource) => (pulumi.CustomResource.isInstance(resource) ? resource.id : resource.urn)));
  });
}

/** A resource and its children so far: a component exists once they do. */
function withChildren(resource: pulumi.Resource): pulumi.Resource[] {
  const { __childResources: children } = resource as { __childResources?: Iterable<pulumi.Resource> };
  return [resource, ...[...(children ?? [])].flatMap(withChildren)];
}
