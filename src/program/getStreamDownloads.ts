/** Looks up which downloads a video has, without managing any of them. */
import * as pulumi from "@pulumi/pulumi";
import type { DownloadType } from "../core/identity";
import type { LookUpResult } from "../downloads/lookUps";
import { checkProvider } from "./explicitProvider";
import { dependenciesOf, type GetStreamDownloadsOutputOptions } from "./lookUpOptions";
import { lookUpByEngine } from "./lookUpResource";
import { isMocked } from "./mocked";
import { runError } from "./runError";
import { checkOptions, isPlainObject, kindOf } from "./wrongValues";

/** The token under which `pulumi.runtime.setMocks` sees {@link getStreamDownloads}. */
export const GET_STREAM_DOWNLOADS = "cloudflare-stream:index:getStreamDownloads";

/** The arguments of {@link getStreamDownloads}. */
export interface GetStreamDownloadsArgs {
  /** The video's id: 32 hexadecimal characters. */
  videoId: string;
  /**
   * The account that the video belongs to.
   * @default the configuration `cloudflare-stream:accountId`, else the environment's CLOUDFLARE_ACCOUNT_ID
   */
  accountId?: string | undefined;
}

/** One download that exists. */
export interface StreamDownloadInfo {
  /** `ready`: the file exists. `inprogress`: it is being generated. `error`: Cloudflare failed to generate it. */
  status: "ready" | "inprogress" | "error";
  /** How much of the file has been generated, 0 to 100. */
  percentComplete: number;
  /** The file's URL, only once `status` is `ready`. */
  url?: string | undefined;
}

/** The result of {@link getStreamDownloads}. A type without a download is absent. */
export interface GetStreamDownloadsResult extends Partial<Record<DownloadType, StreamDownloadInfo | undefined>> {
  /** The video's id, in lower case. */
  videoId: string;
  /** The account that was searched. */
  accountId: string;
  /** The MP4. */
  default?: StreamDownloadInfo | undefined;
  /** The audio alone. */
  audio?: StreamDownloadInfo | undefined;
}

/**
 * Lists the downloads of a video, in previews too, so previews need credentials; {@link getStreamDownloadsOutput} does
 * not. The provider looks up, with its credentials and account. In unit tests the mocks' `call` is used instead, with
 * the token `cloudflare-stream:index:getStreamDownloads`.
 *
 * All look-ups of a program share Cloudflare's request budget. If they have to wait for it, the stack's row says how
 * long. A look-up fails after 10 minutes plus 1 second for each concurrent one.
 *
 * @param args the video, and its account
 * @param opts whose credentials to use. Default: those of the stack's other resources
 * @throws Error for wrong arguments, missing credentials, the time limit, and errors of the API or the network; the
 *   message names the video
 * @example
 * const found = await getStreamDownloads({ videoId: "ea95132c15732412d22c1476fa83f27a" });
 * export const mp4 = found.default?.url;
 */
export async function getStreamDownloads(
  args: GetStreamDownloadsArgs,
  opts: Pick<GetStreamDownloadsOutputOptions, "provider" | "parent"> = {},
): Promise<GetStreamDownloadsResult> {
  const begun = performance.now();
  try {
    checkOptions("getStreamDownloads", opts);
    checkProvider("getStreamDownloads", opts);
    return received(await find(args, opts, false), UNKNOWN_AS_OUTPUT);
  } catch (error) {
    const early = EARLIEST_FAILURE_MS - (performance.now() - begun);
    if (early > 0 && pulumi.runtime.getStackResource() !== undefined)
      await new Promise((resolve) => setTimeout(resolve, early));
    throw error;
  }
}

/**
 * Like {@link getStreamDownloads}, with arguments that may be outputs of other resources. In a preview without
 * credentials the result is unknown, and the preview says so, instead of failing.
 *
 * @param args the video, and its account
 * @param opts what must exist first, and whose credentials to use
 * @throws Error in the update, as {@link getStreamDownloads}, from whatever uses the output
 * @example
 * export const mp4 = getStreamDownloadsOutput({ videoId: video.id }).apply((found) => found.default?.url);
 */
export function getStreamDownloadsOutput(
  args: { videoId: pulumi.Input<string>; accountId?: pulumi.Input<string | undefined> | undefined },
  opts: GetStreamDownloadsOutputOptions = {},
): pulumi.Output<GetStreamDownloadsResult> {
  checkOptions("getStreamDownloadsOutput", opts);
  checkProvider("getStreamDownloadsOutput", opts);
  return pulumi.all([args, dependenciesOf(opts)]).apply(async ([known]): Promise<GetStreamDownloadsResult> => {
    const result = await find(known, opts, true);
    const isUnknown = result === undefined || (result.isMissingSetting === true && pulumi.runtime.isDryRun());
    // Whatever the program derives from it becomes unknown too, like the output of a resource that does not exist yet.
    return isUnknown ? (pulumi.unknown as unknown as GetStreamDownloadsResult) : received(result);
  });
}

/**
 * Pulumi reads some files before it handles the promises among a program's exports. If one of them rejected earlier
 * than that, Node.js would report an unhandled rejection, so failures are delayed until then.
 */
const EARLIEST_FAILURE_MS = 1000;

async function find(
  args: GetStreamDownloadsArgs,
  { provider, parent }: GetStreamDownloadsOutputOptions,
  mayBeUnknown: boolean,
): Promise<LookUpResult | undefined> {
  if (!isPlainObject(args))
    throw runError(`getStreamDownloads: its arguments must be an object, as { videoId: id }; got ${kindOf(args)}`);
  if (isMocked()) return { found: (await pulumi.runtime.invoke(GET_STREAM_DOWNLOADS, args)) as object };
  const monitor: object | undefined = pulumi.runtime.getMonitor();
  if (monitor === undefined) return findAlone(args);
  const given = { ...(provider === undefined ? {} : { provider }), ...(parent === undefined ? {} : { parent }) };
  return lookUpByEngine(args, given, mayBeUnknown);
}

/** Looks up where no engine runs, and so no provider: with the credentials of the environment. */
async function findAlone(args: GetStreamDownloadsArgs): Promise<LookUpResult> {
  const { lookUps } = require("../provider/lookUp") as typeof import("../provider/lookUp");
  const settings = { config: (key: string) => pulumi.runtime.getConfig(key), env: process.env };
  const log = (message: string) => void pulumi.log.info(message);
  return lookUps.result(args, { identity: lookUps, settings, log });
}

/**
 * The result for the program.
 *
 * @param hint follows the message where a setting is missing
 * @throws RunError with the message of a look-up that failed
 */
function received(result: LookUpResult | undefined, hint = ""): GetStreamDownloadsResult {
  const { found, problem = "", isMissingSetting } = result ?? {};
  if (found !== undefined) return found as GetStreamDownloadsResult;
  throw runError(isMissingSetting === true ? problem + hint : problem);
}

const UNKNOWN_AS_OUTPUT = " In a preview without credentials getStreamDownloadsOutput is unknown instead of failing.";
