/** Serves the look-ups of programs, which reach the provider's process as reads of a resource. */
import type { dynamic } from "@pulumi/pulumi";
import { LOOK_UPS_ID, type LookUpArgs } from "../../downloads/lookUps";
import type { ProviderKind } from "../../downloads/call";
import { explicitProviderIn } from "../../downloads/hiddenKeys";
import type { Values } from "../../core/values";
import type { ProviderProcess } from "../../provider/providerProcess";

/** A provider that reads look-ups too. */
export function withLookUps<Provider extends Pick<Required<dynamic.ResourceProvider>, "read">>(
  shared: ProviderProcess,
  provider: Provider,
): Provider {
  return {
    ...provider,
    read: (id: string, props: Values) => (id === LOOK_UPS_ID ? read(shared, props) : provider.read(id, props)),
  };
}

async function read(
  shared: ProviderProcess,
  { __preview: mark, __explicitProvider, ...props }: Values,
): Promise<dynamic.ReadResult> {
  shared.nameProvider(explicitProviderIn({ __explicitProvider }));
  // A refresh reads what is in the state. What was found belongs to the program's last run: nobody would see anything
  // newer.
  if (props.results !== undefined) return { id: LOOK_UPS_ID, props };
  const results = await shared.lookUp((lookUps, program) =>
    Promise.all((props.lookUps as LookUpArgs[]).map((args) => lookUps.result(args, program))),
  );
  const missing = results.find((result) => result.isMissingSetting);
  if (mark !== undefined && missing?.problem !== undefined)
    await shared.previewWarnings.warnOfLookUps(mark as ProviderKind, shared.settings, missing.problem);
  return { id: LOOK_UPS_ID, props: { ...props, results } };
}
