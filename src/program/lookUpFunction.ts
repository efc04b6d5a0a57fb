/** What getStreamDownloads and getStreamVideos have in common. */
import * as pulumi from "@pulumi/pulumi";
import type { LookUpArgs, LookUpResult } from "../downloads/lookUps";
import { dependenciesOf, type GetStreamDownloadsOutputOptions } from "./lookUpOptions";
import { lookUpByEngine } from "./lookUpResource";
import { isMocked } from "./mocked";
import { runError } from "./runError";
import { checkOptions, checkProvider, isPlainObject, kindOf } from "./wrongValues";

/** A function that looks something up. */
export interface LookUpFunction {
  readonly name: LookUpArgs["call"];
  /** The token under which `pulumi.runtime.setMocks` sees it. */
  readonly token: string;
  /** What its arguments could be. */
  readonly example: string;
}

type Options = Pick<GetStreamDownloadsOutputOptions, "provider" | "parent">;

/**
 * Pulumi reads some files before it handles the promises among a program's exports. If one of them rejected earlier
 * than that, Node.js would report an unhandled rejection, so failures are delayed until then.
 */
const EARLIEST_FAILURE_MS = 1000;

/** Looks up, as a promise. */
export async function lookUp<Result>(call: LookUpFunction, args: object, opts: Options): Promise<Result> {
  const begun = performance.now();
  try {
    checkOptions(call.name, opts);
    checkProvider(call.name, opts);
    const hint = ` In a preview without credentials ${call.name}Output is unknown instead of failing.`;
    return received(await find(call, args, opts, false), hint) as Result;
  } catch (error) {
    const early = EARLIEST_FAILURE_MS - (performance.now() - begun);
    if (early > 0 && pulumi.runtime.getStackResource() !== undefined)
      await new Promise((resolve) => setTimeout(resolve, early));
    throw error;
  }
}

/** Looks up, as an output. */
export function lookUpOutput<Result>(
  call: LookUpFunction,
  args: pulumi.Inputs,
  opts: GetStreamDownloadsOutputOptions,
): pulumi.Output<Result> {
  checkOptions(`${call.name}Output`, opts);
  checkProvider(`${call.name}Output`, opts);
  const dependencies = dependenciesOf(`${call.name}Output`, opts);
  return pulumi.all([args, dependencies]).apply<Result>(async ([known]) => {
    const result = await find(call, known, opts, true);
    const isUnknown = result === undefined || (result.isMissingSetting === true && pulumi.runtime.isDryRun());
    // Whatever the program derives from it becomes unknown too, like the output of a resource that does not exist yet.
    return isUnknown ? (pulumi.unknown as unknown as Result) : (received(result) as Result);
  });
}

async function find(
  call: LookUpFunction,
  args: object,
  { provider, parent }: Options,
  mayBeUnknown: boolean,
): Promise<LookUpResult | undefined> {
  if (!isPlainObject(args))
    throw runError(`${call.name}: its arguments must be an object, as ${call.example}; got ${kindOf(args)}`);
  if (isMocked()) return { found: (await pulumi.runtime.invoke(call.token, args)) as object };
  const monitor: object | undefined = pulumi.runtime.getMonitor();
  const asked = { call: call.name, args: { ...args } };
  if (monitor === undefined) return findAlone(asked);
  const given = { ...(provider === undefined ? {} : { provider }), ...(parent === undefined ? {} : { parent }) };
  return lookUpByEngine(asked, given, mayBeUnknown);
}

/** Looks up where no engine runs, and so no provider: with the credentials of the environment. */
async function findAlone(asked: LookUpArgs): Promise<LookUpResult> {
  const { lookUps } = require("../provider/lookUp") as typeof import("../provider/lookUp");
  const settings = { config: (key: string) => pulumi.runtime.getConfig(key), env: process.env };
  const log = (message: string) => void pulumi.log.info(message);
  return lookUps.result(asked, { identity: lookUps, settings, log });
}

/**
 * The result for the program.
 *
 * @param hint follows the message where a setting is missing
 * @throws RunError with the message of a look-up that failed
 */
function received(result: LookUpResult | undefined, hint = ""): object {
  const { found, problem = "", isMissingSetting } = result ?? {};
  if (found !== undefined) return found;
  throw runError(isMissingSetting === true ? problem + hint : problem);
}
