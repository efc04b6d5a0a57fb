/** Looks up which downloads a video has, without managing any of them. */
import * as pulumi from "@pulumi/pulumi";
import { isMocked } from "./mocked";
import { tellInPreview, tellsOfMissingSettings } from "./previewSettings";
import { runError } from "./runError";

/** The token under which `pulumi.runtime.setMocks` sees {@link getStreamDownloads}. */
export const GET_STREAM_DOWNLOADS = "cloudflare-stream:index:getStreamDownloads";

/** The arguments of {@link getStreamDownloads}. */
export interface GetStreamDownloadsArgs {
  /** The video's id: 32 hexadecimal characters. */
  videoId: string;
  /**
   * The account that the video is in.
   * @default the configuration `cloudflare-stream:accountId`, else the environment's CLOUDFLARE_ACCOUNT_ID
   */
  accountId?: string | undefined;
}

/** One download that exists. */
export interface StreamDownloadInfo {
  /** `ready`: the file is there. `inprogress`: it is being made. `error`: Cloudflare could not make it. */
  status: "ready" | "inprogress" | "error";
  /** How much of the file is made, 0 to 100. */
  percentComplete: number;
  /** Where the file is; only once `status` is `ready`. */
  url?: string | undefined;
}

/** What {@link getStreamDownloads} found. A type that has no download is absent. */
export interface GetStreamDownloadsResult {
  /** The video that was asked about, in lower case. */
  videoId: string;
  /** The account it was looked for in. */
  accountId: string;
  /** The MP4. */
  default?: StreamDownloadInfo | undefined;
  /** The sound alone. */
  audio?: StreamDownloadInfo | undefined;
}

/**
 * Lists the downloads of a video. It asks the API from the program itself, in previews too, so it needs credentials there; see
 * {@link getStreamDownloadsOutput} for a form that does without in a preview. In unit tests the mocks' `call` answers, with the token
 * `cloudflare-stream:index:getStreamDownloads`.
 *
 * All look-ups of a program share Cloudflare's request budget; when they have to wait for it, the stack's row says for how long. One that
 * takes longer than 10 minutes, and a second more for each that was made at the same time, fails.
 *
 * @throws Error for wrong arguments, missing credentials, a look-up that takes too long, and whatever the API or the network refuses, in
 * one message that names the video
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
      ? " getStreamDownloadsOutput takes the same arguments and is unknown instead in a preview without them."
      : "";
    throw runError(messageOf(error) + hint);
  }
}

/**
 * The same with inputs that may be outputs of other resources. In a preview without credentials the result is unknown, and the preview
 * says so, where {@link getStreamDownloads} would fail.
 *
 * @example
 * export const mp4 = getStreamDownloadsOutput({ videoId: video.id }).apply((found) => found.default?.url);
 */
export function getStreamDownloadsOutput(args: {
  videoId: pulumi.Input<string>;
  accountId?: pulumi.Input<string | undefined> | undefined;
}): pulumi.Output<GetStreamDownloadsResult> {
  return pulumi.output(args).apply(async (known): Promise<GetStreamDownloadsResult> => {
    try {
      return await find(known);
    } catch (error) {
      if (!pulumi.runtime.isDryRun() || !lookUp().isMissingSetting(error)) throw runError(messageOf(error));
      if (!tellsOfMissingSettings()) tellInPreview("Look-ups are unknown", messageOf(error));
      // Whatever is made of it in the program becomes unknown too, as with the output of a resource that is not there yet.
      return pulumi.unknown as unknown as GetStreamDownloadsResult;
    }
  });
}

/**
 * Pulumi takes the program's exports only after it has read some files. A promise among them that fails before would be reported as one
 * that nobody handles, and a moment later as handled after all.
 */
const EARLIEST_FAILURE_MS = 1000;

async function find(args: GetStreamDownloadsArgs): Promise<GetStreamDownloadsResult> {
  if (isMocked()) return (await pulumi.runtime.invoke(GET_STREAM_DOWNLOADS, args)) as GetStreamDownloadsResult;
  return lookUp().lookUps.find(args, {
    identity: pulumi.runtime.getStackResource() ?? outsideOfPrograms,
    settings: { config: (key) => pulumi.runtime.getConfig(key), env: process.env },
    tell: (message) => void pulumi.log.info(message),
  });
}

/** Stands for the program where the function is called outside of one. */
const outsideOfPrograms = {};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What asks the API is loaded only by programs that call for it. */
function lookUp(): typeof import("../host/lookUp") {
  return require("../host/lookUp") as typeof import("../host/lookUp");
}
