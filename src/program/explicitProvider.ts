/** The option `provider`, given directly or by the components around a resource. */
import type * as pulumi from "@pulumi/pulumi";
import { CONFIGURATION, type ExplicitProvider, meantSetting, NAMESPACE } from "../core/settingNames";
import { isMocked } from "./mocked";
import { StreamProvider } from "./streamProvider";

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
 * A hidden input that tells the provider's process which provider of the program it is, which Pulumi does not. Without
 * credentials it can then say where they belong.
 *
 * @param type the resource's type as the engine knows it
 */
export function providerMarker(
  type: string,
  opts: Pick<pulumi.CustomResourceOptions, "provider" | "parent">,
): { __explicitProvider?: ExplicitProvider } {
  const provider = explicitProvider(type, opts);
  if (provider === undefined || isMocked()) return {};
  // Every version of the SDK keeps the name, though its types do not tell.
  const { __name: name = "" } = provider as { readonly __name?: string };
  const prefix = provider instanceof StreamProvider ? "" : `${NAMESPACE}:`;
  return { __explicitProvider: { name, prefix, misspelt: misspeltIn(provider) } };
}

/** Of a provider that is no {@link StreamProvider}: it has each of its arguments as a property, whatever its name. */
function misspeltIn(provider: pulumi.ProviderResource): ExplicitProvider["misspelt"] {
  const others = Object.keys(provider).filter((key) => !CONFIGURATION.includes(key));
  return Object.fromEntries(
    others.flatMap((key) => {
      const meant = meantSetting(key);
      return meant === undefined ? [] : [[key, `${NAMESPACE}:${meant}`]];
    }),
  );
}
