/** Looks up which downloads a video has, without managing any of them. */
import * as pulumi from "@pulumi/pulumi";
import type { SettingsSource } from "../core/settings";
import { dependenciesOf, type GetStreamDownloadsOutputOptions, settingsOf } from "./lookUpOptions";
import { isMocked } from "./mocked";
import { reportInPreview, reportMissingSettings } from "./previewSettings";
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
export interface GetStreamDownloadsResult {
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
 * Lists the downloads of a video. It calls the API from the program, in previews too, so previews need credentials;
 * {@link getStreamDownloadsOutput} does not. In unit tests the mocks' `call` is used instead, with the token
 * `cloudflare-stream:index:getStreamDownloads`.
 *
 * All look-ups of a program share Cloudflare's request budget. If they have to wait for it, the stack's row says how long. A look-up fails
 * after 10 minutes plus 1 second for each concurrent one.
 *
 * @throws Error for wrong arguments, missing credentials, the time limit, and errors of the API or the network; the message names the video
 * @example
 * const found = await getStreamDownloads({ videoId: "ea95132c15732412d22c1476fa83f27a" });
 * export const mp4 = found.default?.url;
 */
export async function getStreamDownloads(args: GetStreamDownloadsArgs): Promise<GetStreamDownloadsResult> {
  const begun = performance.now();
  try {
    return await find(args);
  } catch (error) {
    const early = EARLIEST_FAILURE_MS - (performance.now() - begun);
    if (early > 0 && pulumi.runtime.getStackResource() !== undefined)
      await new Promise((resolve) => setTimeout(resolve, early));
    const hint = lookUp().isMissingSetting(error)
      ? " In a preview without credentials getStreamDownloadsOutput is unknown instead of failing."
      : "";
    throw runError(messageOf(error) + hint);
  }
}

/**
 * Like {@link getStreamDownloads}, with arguments that may be outputs of other resources. In a preview without credentials the result is
 * unknown, and the preview says so, instead of failing.
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
  const [own, dependencies] = [settingsOf(opts), dependenciesOf(opts)];
  return pulumi.all([args, own, dependencies]).apply(async ([known, config]): Promise<GetStreamDownloadsResult> => {
    try {
      return await find(known, config);
    } catch (error) {
      if (!pulumi.runtime.isDryRun() || !lookUp().isMissingSetting(error)) throw runError(messageOf(error));
      if (config !== undefined || !reportMissingSettings()) reportInPreview("Look-ups are unknown", messageOf(error));
      // Whatever the program derives from it becomes unknown too, like the output of a resource that does not exist yet.
      return pulumi.unknown as unknown as GetStreamDownloadsResult;
    }
  });
}

/**
 * Pulumi reads some files before it handles the promises among a program's exports. If one of them rejected earlier than that, Node.js would
 * report an unhandled rejection, so failures are delayed until then.
 */
const EARLIEST_FAILURE_MS = 1000;

async function find(
  args: GetStreamDownloadsArgs,
  config: SettingsSource["config"] = (key) => pulumi.runtime.getConfig(key),
): Promise<GetStreamDownloadsResult> {
  if (!isPlainObject(args))
    throw new Error(`getStreamDownloads: its arguments must be an object, as { videoId: id }; got ${kindOf(args)}`);
  if (isMocked()) return (await pulumi.runtime.invoke(GET_STREAM_DOWNLOADS, args)) as GetStreamDownloadsResult;
  return lookUp().lookUps.find(args, {
    identity: pulumi.runtime.getStackResource() ?? outsideOfPrograms,
    settings: { config, env: process.env },
    log: (message) => void pulumi.log.info(message),
  });
}

/** The identity of the program where the function is called outside of one. */
const outsideOfPrograms = {};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Loaded on the first call: most programs never look anything up. */
function lookUp(): typeof import("../host/lookUp") {
  return require("../host/lookUp") as typeof import("../host/lookUp");
}
