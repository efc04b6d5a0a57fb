/** The options of a look-up as an output: this module does what Pulumi does for its own invokes. */
import * as pulumi from "@pulumi/pulumi";
import { runError } from "./runError";
import { kindOf } from "./wrongValues";

/**
 * The options of {@link getStreamDownloadsOutput} and {@link getStreamVideosOutput}, with the names that they have for
 * Pulumi's own invokes.
 */
export interface GetStreamDownloadsOutputOptions {
  /**
   * Resources that must exist first. In a preview in which one of them is still to be created, the result is unknown.
   */
  dependsOn?: pulumi.Input<pulumi.Input<pulumi.Resource>[]> | pulumi.Input<pulumi.Resource> | undefined;
  /** Whose credentials and account are used: a `StreamProvider`. */
  provider?: pulumi.ProviderResource | undefined;
  /** A resource whose provider is used unless `provider` is given. */
  parent?: pulumi.Resource | undefined;
}

/** Resolves once everything that a look-up depends on exists; unknown while some of it is still to be created. */
export function dependenciesOf(
  call: string,
  { dependsOn = [] }: GetStreamDownloadsOutputOptions,
): pulumi.Output<unknown> {
  return pulumi.output(dependsOn).apply((resources) => {
    const given = [resources].flat();
    const wrong = given.findIndex((resource) => !pulumi.Resource.isInstance(resource));
    if (wrong >= 0) throw runError(`${call}: dependsOn must be resources; got ${kindOf(given[wrong])}`);
    const all = given.flatMap(withChildren);
    return pulumi.all(all.map((resource) => (pulumi.CustomResource.isInstance(resource) ? resource.id : resource.urn)));
  });
}

/** A resource and its children so far: a component exists once they do. */
function withChildren(resource: pulumi.Resource): pulumi.Resource[] {
  const { __childResources: children } = resource as { __childResources?: Iterable<pulumi.Resource> };
  return [resource, ...[...(children ?? [])].flatMap(withChildren)];
}
