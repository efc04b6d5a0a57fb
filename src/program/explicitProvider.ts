/** The option `provider`, given directly or by the components around a resource. */
import type * as pulumi from "@pulumi/pulumi";
import { runError } from "./runError";

/** The package whose provider serves the resources here: that of all dynamic resources. */
const PACKAGE = "pulumi-nodejs";

/**
 * The provider that the program gives a resource, directly or through a component. Undefined for the stack's default
 * provider.
 *
 * @param type the resource's type as the engine knows it
 */
export function explicitProvider(
  type: string,
  opts: Pick<pulumi.CustomResourceOptions, "provider" | "parent">,
): pulumi.ProviderResource | undefined {
  return opts.provider ?? opts.parent?.getProvider(type);
}

/**
 * The engine would send the resource to whichever provider it names, which then says that it does not know the
 * resource.
 *
 * @param whose how the message begins, for example `the resource "trailer"`
 * @throws RunError where the option `provider` is a provider of another package
 */
export function checkProvider(whose: string, { provider }: { provider?: pulumi.ProviderResource | undefined }): void {
  // Every version of the SDK keeps it with the provider, though its types do not tell.
  const { pkg } = (provider ?? {}) as { readonly pkg?: string };
  if (pkg === undefined || pkg === PACKAGE) return;
  throw runError(
    `${whose}: the option provider is a provider of "${pkg}", which does not know this resource. Leave it out, or give it to the ` +
      `component around the resource, as providers: […]. Other credentials need a provider of "${PACKAGE}".`,
  );
}
