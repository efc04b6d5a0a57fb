/** The option `provider`, given directly or by the components around a resource. */
import * as pulumi from "@pulumi/pulumi";
import { CONFIGURATION, type ExplicitProvider, meantSetting, NAMESPACE } from "../core/settingNames";
import type { ProviderKind } from "../downloads/call";
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
 * Hidden inputs that tell the provider's process what Pulumi does not. That this is a preview: it then says what an
 * update would lack, and fails nothing for it. The program itself cannot tell: the process may have another
 * environment, knows the account in the state, and has the configuration of an explicit provider. And which provider of
 * the program it is: without credentials it can then say where they belong.
 *
 * @param type the resource's type as the engine knows it
 * @param tellsPreview whether a preview is to be told
 */
export function markers(
  type: string,
  opts: Pick<pulumi.CustomResourceOptions, "provider" | "parent">,
  tellsPreview = true,
): { __preview?: ProviderKind; __explicitProvider?: ExplicitProvider } {
  if (isMocked()) return {};
  const provider = explicitProvider(type, opts);
  const preview = provider === undefined ? "default" : "explicit";
  return {
    ...(tellsPreview && pulumi.runtime.isDryRun() ? { __preview: preview } : {}),
    ...(provider === undefined ? {} : { __explicitProvider: named(provider) }),
  };
}

function named(provider: pulumi.ProviderResource): ExplicitProvider {
  // Every version of the SDK keeps the name, though its types do not tell.
  const { __name: name = "" } = provider as { readonly __name?: string };
  const prefix = provider instanceof StreamProvider ? "" : `${NAMESPACE}:`;
  return { name, prefix, misspelt: misspeltIn(provider) };
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
