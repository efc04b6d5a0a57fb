/**
 * Keys that begin with two underscores, which the engine does not display: those of Pulumi's SDKs, and those in which
 * this package's classes and its dynamic provider tell each other what Pulumi does not pass on. What the resource
 * itself writes into its outputs is the faces' business; all others stay as they are, from the inputs to the state and
 * through every read.
 */
import type { Call, ProviderKind } from "./call";
import type { Face } from "./face";
import type { ExplicitProvider } from "../core/settingNames";
import { isGiven, UNKNOWN, type Values } from "../core/values";

/** What each operation writes anew, or a single call is told. */
const NOT_KEPT: readonly string[] = [
  "__awaiting",
  "__requestedAt",
  "__givenUp",
  "__preview",
  "__explicitProvider",
  "__secretArguments",
  "__proto__",
];

function isHidden(key: string): boolean {
  return key.startsWith("__");
}

/** The hidden values that the outputs, or the checked inputs, keep. */
export function keptHidden(values: Values): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => isHidden(key) && !NOT_KEPT.includes(key)));
}

/** The values that are not hidden. */
export function withoutHidden(values: Values): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !isHidden(key)));
}

/** What the hidden inputs of a program's resource say of a call. */
export function callWith({ __urn: urn, __preview: preview }: Values): Call {
  return { urn: typeof urn === "string" ? urn : "", preview: preview as ProviderKind | undefined };
}

/** The provider that a program gives a resource, as its hidden input says; undefined for the stack's. */
export function explicitProviderIn({ __explicitProvider: provider }: Values): ExplicitProvider | undefined {
  return isRecord(provider) ? (provider as ExplicitProvider) : undefined;
}

/** What a program gives a resource. */
interface Given {
  readonly args: Values;
  /**
   * The names of outputs that are given as inputs, and these: the engine marks an output as secret when the input of
   * its name is.
   */
  readonly marks: Values;
  /**
   * The secret arguments: the hidden input `__secretArguments` has `true` for each of them, or UNKNOWN while that is
   * not known.
   */
  readonly secrets: NonNullable<Call["secrets"]>;
}

/** Takes the inputs of a program's resource apart, those of a check. */
export function givenIn({ idOutputs }: Face, inputs: Values): Given {
  // An input without a value, or unknown, that is called like an output is no argument.
  const isMark = ([name, value]: [string, unknown]) =>
    idOutputs.includes(name) && (value === null || value === UNKNOWN);
  const entries = Object.entries(inputs);
  const { __secretArguments: secretArguments } = inputs;
  const secrets = Object.entries(isRecord(secretArguments) ? secretArguments : {}).filter(([, mark]) => isGiven(mark));
  return {
    args: withoutHidden(Object.fromEntries(entries.filter((entry) => !isMark(entry)))),
    marks: Object.fromEntries(entries.filter(isMark)),
    secrets: new Map(secrets.map(([name, mark]) => [name, mark === true ? mark : UNKNOWN])),
  };
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
