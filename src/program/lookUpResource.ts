/**
 * The resource that stands for a program's look-ups. It is only read, so that the process looks up which serves the
 * program's other resources: that process has the provider's configuration and environment, and the program's own may
 * be another tenant's.
 */
import * as pulumi from "@pulumi/pulumi";
import { LOOK_UPS_ID, type LookUpArgs, type LookUpResult } from "../downloads/lookUps";
import { explicitProvider, markers } from "./explicitProvider";
import { PROVIDER_STRING } from "./providerString";

const TYPE = "pulumi-nodejs:dynamic/lookUps:LookUps";

class LookUpResource extends pulumi.CustomResource {
  declare readonly results: pulumi.Output<LookUpResult[]>;

  constructor(lookUps: readonly LookUpArgs[], { call, provider, mayBeUnknown }: Group) {
    const given = provider === undefined ? {} : { provider };
    const inputs = {
      // An id may be secret, and what was found contains it.
      lookUps: pulumi.secret(lookUps),
      results: undefined,
      __provider: PROVIDER_STRING,
      ...markers(TYPE, given, mayBeUnknown),
    };
    super(TYPE, nextName(call), inputs, { ...given, id: LOOK_UPS_ID, additionalSecretOutputs: ["results"] });
  }
}

/** Look-ups that one resource can stand for. */
interface Group {
  /** The function of the program, for the resource's name. */
  readonly call: LookUpArgs["call"];
  readonly provider: pulumi.ProviderResource | undefined;
  /** Whether a preview without credentials leaves them unknown, and says so. */
  readonly mayBeUnknown: boolean;
}

/** A group to which look-ups are still added. */
interface OpenGroup extends Group {
  readonly lookUps: LookUpArgs[];
  readonly results: Promise<readonly LookUpResult[] | undefined>;
}

/** The groups of each program; the Automation API may run several in one process. */
const open = new WeakMap<object, OpenGroup[]>();

/**
 * Looks up through the engine. All calls of a function in one turn of the event loop are one resource: its state is
 * written once for all of them.
 *
 * @returns undefined where the result is not known in this preview, because its provider's configuration is not
 */
export async function lookUpByEngine(
  lookUp: LookUpArgs,
  opts: Pick<pulumi.CustomResourceOptions, "provider" | "parent">,
  mayBeUnknown: boolean,
): Promise<LookUpResult | undefined> {
  const provider = explicitProvider(TYPE, opts);
  const { call } = lookUp;
  const groups = open.get(program()) ?? [];
  open.set(program(), groups);
  const fits = (group: Group) =>
    group.call === call && group.provider === provider && group.mayBeUnknown === mayBeUnknown;
  const group = groups.find(fits) ?? begin({ call, provider, mayBeUnknown }, groups);
  const index = group.lookUps.push(lookUp) - 1;
  return (await group.results)?.[index];
}

function begin(kind: Group, groups: OpenGroup[]): OpenGroup {
  const lookUps: LookUpArgs[] = [];
  const results = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    groups.splice(groups.indexOf(group), 1);
    return valueOf(pulumi.unsecret(new LookUpResource(lookUps, kind).results));
  });
  const group = { ...kind, lookUps, results };
  groups.push(group);
  return group;
}

/**
 * The value of an output, which rejects where the output does. Every version of the SDK has this method, though its
 * types do not tell.
 */
function valueOf<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  return (output as unknown as { promise(): Promise<T | undefined> }).promise();
}

/** What is the same for all copies of this package that a program loads. */
function program(): object {
  return (pulumi.runtime.getStackResource() ?? pulumi.runtime.getMonitor()) as object;
}

const COUNT = Symbol.for("pulumi-cloudflare-stream-downloads.lookUps");

/** A name that no other look-up of the stack has, and in most programs the same in each update. */
function nextName(call: string): string {
  const counted = program() as { [COUNT]?: number };
  counted[COUNT] = (counted[COUNT] ?? 0) + 1;
  // A component package has a process of its own, which does not know the stack's resource.
  const own = pulumi.runtime.getStackResource() === undefined ? `-${process.pid}` : "";
  return `${call}${own}-${counted[COUNT]}`;
}
