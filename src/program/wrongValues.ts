/**
 * Values that TypeScript refuses and JavaScript lets through: an index beyond the end of a list, a property that a file
 * of JSON lacks; and options that cannot work. Each ends the program in one line, at once. Later a callback would throw
 * a TypeError in the middle of Pulumi's own code; see {@link runError}.
 */
import * as pulumi from "@pulumi/pulumi";
import { runError } from "./runError";

/** The package whose provider serves the resources here: that of all dynamic resources. */
const PACKAGE = "pulumi-nodejs";

/** A time limit as the engine parses it, in the format of Go. It would ignore a negative one. */
const TIME_LIMIT = /^(?!-.*[1-9])[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$/;

/** What a value is, in a word or two and without its content, which may be secret. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (value === "") return "an empty string";
  if (Array.isArray(value)) return "a list";
  if (isLater(value)) return "an output";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Whether a value is an output or a promise, of which nothing can be said yet. */
function isLater(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** Whether a value is an object with properties that are known now. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isLater(value);
}

/**
 * A string argument, checked now or, if it is an output, once it is known, whatever else it is used together with.
 *
 * @param what begins the message, for example `library.url: videoId must be the id of a video`
 * @param isRight which strings are right. Default: all that are not blank
 * @throws RunError where it is anything else
 */
export function requireString<T extends string>(
  what: string,
  value: pulumi.Input<T>,
  isRight: (text: string) => boolean = (text) => text.trim() !== "",
): pulumi.Input<T> {
  const check = (known: unknown): T => {
    if (typeof known === "string" && isRight(known)) return known as T;
    throw runError(`${what}; got ${kindOf(known)}`);
  };
  if (!isLater(value)) return check(value);
  const output: pulumi.Output<unknown> = pulumi.output(value);
  return output.apply<T>(check);
}

/**
 * The arguments of a constructor.
 *
 * @param example what `args` could be
 * @throws RunError where the name, `args` or `opts` cannot be what they should be; options of Pulumi's that only Pulumi
 *   reads are left to it
 */
export function checkConstructor(
  className: string,
  name: unknown,
  args: unknown,
  opts: pulumi.CustomResourceOptions,
  example: string,
): void {
  requireName(className, name);
  const resource = `the resource "${name}"`;
  if (!isPlainObject(args))
    throw runError(`${resource}: its arguments must be an object, as ${example}; got ${kindOf(args)}`);
  checkOptions(resource, opts);
  checkCustomTimeouts(resource, opts.customTimeouts ?? {});
  if (opts.import !== undefined)
    throw runError(
      `${resource}: the option import does not work with a dynamic provider. Leave it out: a download that exists is adopted`,
    );
  checkProvider(resource, opts);
}

/** Time limits that Pulumi cannot read, which it would report with a stack trace and without the resource's option. */
function checkCustomTimeouts(resource: string, limits: unknown): void {
  if (!isPlainObject(limits))
    throw runError(`${resource}: customTimeouts must be an object, as { create: "30m" }; got ${kindOf(limits)}`);
  for (const operation of ["create", "read", "update", "delete"] as const) {
    const limit = limits[operation];
    if (limit === undefined || limit === null || limit === "") continue;
    if (typeof limit === "string" && TIME_LIMIT.test(limit)) continue;
    throw runError(
      `${resource}: customTimeouts.${operation} must be a duration such as "30m" or "1h30m"; got ${JSON.stringify(limit)}`,
    );
  }
}

/** @throws RunError where a resource's name cannot be one */
export function requireName(className: string, name: unknown, what = "resource"): asserts name is string {
  if (typeof name === "string" && name !== "") return;
  throw runError(`new ${className}: the ${what}'s name must be a string; got ${kindOf(name)}`);
}

/** @throws RunError where options cannot be options */
export function checkOptions(of: string, opts: unknown): void {
  if (!isPlainObject(opts)) throw runError(`${of}: its options must be an object; got ${kindOf(opts)}`);
  const { parent, provider } = opts;
  if (parent !== undefined && parent !== null && !pulumi.Resource.isInstance(parent))
    throw runError(`${of}: the option parent must be a resource; got ${kindOf(parent)}`);
  if (provider !== undefined && provider !== null && !pulumi.ProviderResource.isInstance(provider))
    throw runError(`${of}: the option provider must be a pulumi.ProviderResource; got ${kindOf(provider)}`);
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
      `component around the resource, as providers: […]. Other credentials need a StreamProvider.`,
  );
}
