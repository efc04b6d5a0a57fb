/** Looks up which downloads a video has, without managing any of them. */
import type * as pulumi from "@pulumi/pulumi";
import type { DownloadType } from "../core/identity";
import { lookUp, type LookUpFunction, lookUpOutput } from "./lookUpFunction";
import type { GetStreamDownloadsOutputOptions } from "./lookUpOptions";

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
export function getStreamDownloads(
  args: GetStreamDownloadsArgs,
  opts: Pick<GetStreamDownloadsOutputOptions, "provider" | "parent"> = {},
): Promise<GetStreamDownloadsResult> {
  return lookUp(CALL, args, opts);
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
  return lookUpOutput(CALL, args, opts);
}

const CALL: LookUpFunction = {
  name: "getStreamDownloads",
  token: GET_STREAM_DOWNLOADS,
  example: "{ videoId: id }",
};
