/**
 * The inputs that a program does not see: what the provider needs and Pulumi's dynamic provider does not pass on. The
 * engine does not display keys that begin with two underscores.
 *
 * None of them may depend on a resource. The engine treats a dependency on a component as one on all of its children,
 * so two siblings whose inputs depended on their parent would wait for each other forever.
 */
import * as pulumi from "@pulumi/pulumi";
import { type Fields, isOutput, namesOf } from "../downloads/fields";
import { markers } from "./explicitProvider";

/**
 * The hidden inputs of every resource here: the provider, the URN, the marker of a preview, the provider, and which
 * arguments are secret.
 */
export function hiddenInputs(
  type: string,
  name: string,
  args: object,
  opts: pulumi.CustomResourceOptions,
  providerString: string,
): pulumi.Inputs {
  return {
    __provider: providerString,
    __urn: urnOf(name, type, opts.parent),
    ...markers(type, opts),
    ...secretArguments(args),
  };
}

/**
 * An input without a value for every output, so that each exists on the resource, also in a preview and for a look-up.
 */
export function everyOutput(fields: Fields): Record<string, undefined> {
  return Object.fromEntries(namesOf(fields, isOutput).map((name) => [name, undefined]));
}

/** For a check that shows no secret. Of misspelt arguments too: a secret may be in any. */
function secretArguments(args: object): pulumi.Inputs {
  const marks = Object.entries(args)
    .filter(([, value]) => hasOutput(value))
    .map(([name, value]) => [name, secretMark(value, true)] as const);
  return marks.length === 0 ? {} : { __secretArguments: Object.fromEntries(marks) };
}

/**
 * The URN that the engine will give the resource. Below a parent it is known once the parent is registered, for which
 * the resource itself waits too. A promise instead of an output brings that wait without a dependency.
 */
function urnOf(name: string, type: string, parent: pulumi.Resource | undefined): string | Promise<string> {
  if (parent === undefined) return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`;
  return new Promise((resolve) => {
    parent.urn.apply((urn) => {
      // As the engine does, and not Pulumi's own `createUrn`: the parent's name may contain what separates the parts.
      const [stack, project, parentType] = urn.split("::");
      const prefix = parentType === "pulumi:pulumi:Stack" ? "" : `${parentType}$`;
      resolve(`${stack}::${project}::${prefix}${type}::${name}`);
    });
  });
}

/**
 * Outputs that follow from a secret must be secret. The engine marks an output as secret when an input of the same name
 * is, so these outputs are passed as inputs without a value if `given` is secret, and omitted otherwise.
 */
export function secretOutputs(given: unknown, names: readonly string[]): Record<string, pulumi.Output<undefined>> {
  if (!hasOutput(given)) return {};
  const mark = secretMark(given, pulumi.secret(undefined));
  return Object.fromEntries(names.map((name) => [name, mark]));
}

/**
 * `mark` if a value is secret, else undefined. Unknown while the value is: whether that will be a secret is not known
 * in a preview, and an update plan allows both. Made from promises, so that it depends on nothing.
 */
function secretMark<T>(value: unknown, mark: pulumi.Input<T>): pulumi.Output<T | undefined> {
  const output: pulumi.Output<unknown> = pulumi.output(value);
  return pulumi.output(
    Promise.all([pulumi.isSecret(output), isKnown(output)]).then(([isSecret, known]) => {
      if (isSecret) return mark;
      return known ? undefined : (pulumi.unknown as unknown as undefined);
    }),
  ) as pulumi.Output<T | undefined>;
}

/** Whether an output is known, which every version of the SDK keeps with it, though its types do not tell. */
function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  return (output as unknown as { readonly isKnown: Promise<boolean> }).isKnown;
}

/** Whether a value contains an output or a promise, which alone can be secret. */
function hasOutput(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return true;
  return Object.values(value).some(hasOutput);
}
