/**
 * The inputs that a program does not see: what the provider needs to know and Pulumi's dynamic provider does not pass on. The engine does
 * not display keys that begin with two underscores.
 *
 * None of them may depend on a resource. The engine takes a dependency on a component for one on all of the component's children, so two
 * siblings whose inputs depended on their parent would wait for each other for ever.
 */
import * as pulumi from "@pulumi/pulumi";
import { previewMarker } from "./previewSettings";

/** The hidden inputs of every resource here: the provider, the URN, and the mark of a preview. */
export function hiddenInputs(
  type: string,
  name: string,
  opts: pulumi.CustomResourceOptions,
  providerString: string,
): pulumi.Inputs {
  return { __provider: providerString, __urn: urnOf(name, type, opts.parent), ...previewMarker(type, opts) };
}

/**
 * The URN that the engine is going to give the resource. Below a parent it is known once the parent is registered, which the resource
 * itself waits for too; as a promise, not an output, it brings the wait without the dependency.
 */
function urnOf(name: string, type: string, parent: pulumi.Resource | undefined): string | Promise<string> {
  if (parent === undefined) return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`;
  return new Promise((resolve) => pulumi.createUrn(name, type, parent).apply(resolve));
}

/**
 * What is made of a secret is a secret. The engine marks an output as secret when an input of the same name is; so these outputs are given as
 * inputs without a value, which are dropped again unless `given` is secret.
 */
export function secretOutputs<Name extends string>(
  given: unknown,
  names: readonly Name[],
): Partial<Record<Name, pulumi.Output<undefined>>> {
  if (!hasOutput(given)) return {};
  const mark = pulumi
    .isSecret(pulumi.output(given))
    .then((isSecret) => (isSecret ? pulumi.secret(undefined) : undefined));
  const output = pulumi.output(mark);
  return Object.fromEntries(names.map((name) => [name, output])) as Partial<Record<Name, pulumi.Output<undefined>>>;
}

/** Whether there is anything in a value that could be secret. */
function hasOutput(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return true;
  return Object.values(value).some(hasOutput);
}
