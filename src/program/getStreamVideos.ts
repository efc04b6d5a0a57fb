/** Lists an account's videos. */
import type * as pulumi from "@pulumi/pulumi";
import { lookUp, type LookUpFunction, lookUpOutput } from "./lookUpFunction";
import type { GetStreamDownloadsOutputOptions } from "./lookUpOptions";

/** The token under which `pulumi.runtime.setMocks` sees {@link getStreamVideos}. */
export const GET_STREAM_VIDEOS = "cloudflare-stream:index:getStreamVideos";

/**
 * The status of a video at Cloudflare. `ready`: it can be played, and downloads of it can be generated. `error`: it
 * could not be encoded. `live-inprogress`: it is being streamed. The others: it is not uploaded or encoded yet.
 */
export type VideoStatus =
  "pendingupload" | "downloading" | "queued" | "inprogress" | "ready" | "error" | "live-inprogress";

/** The arguments of {@link getStreamVideos}. Without any, all videos of the account are listed. */
export interface GetStreamVideosArgs {
  /**
   * The account whose videos are listed.
   * @default the configuration `cloudflare-stream:accountId`, else the environment's CLOUDFLARE_ACCOUNT_ID
   */
  accountId?: string | undefined;
  /** Only videos with this creator, exactly as it was given at their upload. */
  creator?: string | undefined;
  /** Only videos whose name has this text in it, as Cloudflare searches. Slow in large accounts. */
  search?: string | undefined;
  /** Only videos created after this moment, such as `2026-01-31T09:00:00Z`, which itself is not included. */
  after?: string | undefined;
  /** Only videos created before this moment, which itself is not included. */
  before?: string | undefined;
  /**
   * Only videos with this status. Pass `ready` for videos whose files are declared: those of others cannot be generated
   * yet, or never.
   * @default every status
   */
  status?: VideoStatus | undefined;
  /**
   * How many videos at most: the newest.
   * @default all
   */
  limit?: number | undefined;
}

/** One video of an account. What Cloudflare does not say of it is absent. */
export interface StreamVideoInfo {
  /** The video's id, in lower case. */
  videoId: string;
  /** The name in its `meta`. */
  name?: string | undefined;
  /** `ready`: it can be played, and downloads of it can be generated. */
  status?: VideoStatus | undefined;
  /** Its length in seconds, once that is known. */
  duration?: number | undefined;
  /** Its size in bytes. */
  size?: number | undefined;
  /** When it was created, as Cloudflare writes it: `2026-01-31T09:00:00.123456Z`. */
  created: string;
  /** Whether playing and downloading it needs a signed token. */
  requireSignedURLs: boolean;
  /** Whose it is, as given at its upload. */
  creator?: string | undefined;
}

/** The result of {@link getStreamVideos}. */
export interface GetStreamVideosResult {
  /** The account whose videos were listed. */
  accountId: string;
  /** The ids of `videos`, in the same order: what a StreamDownloads takes. */
  videoIds: string[];
  /** The videos, the oldest first, so that a new one is added at the end; those created at the same moment by id. */
  videos: StreamVideoInfo[];
}

/**
 * Lists the videos of an account, however many, in previews too, so previews need credentials;
 * {@link getStreamVideosOutput} does not. The provider lists, with its credentials and account. In unit tests the
 * mocks' `call` is used instead, with the token `cloudflare-stream:index:getStreamVideos`.
 *
 * It takes one request for each 1,000 videos and one more, out of Cloudflare's request budget. A list that takes long
 * says on the stack's row how far it is. It fails after 10 minutes plus 1 second for each concurrent one.
 *
 * @param args which videos
 * @param opts whose credentials to use. Default: those of the stack's other resources
 * @throws Error for wrong arguments, missing credentials, the time limit, errors of the API or the network, and where
 *   1,000 of the videos or more were created within one millisecond, beyond which no page of the API reaches
 * @example
 * const { videoIds } = await getStreamVideos({ creator: "acme", status: "ready" });
 * new StreamDownloads("all", { videoIds }, { retainOnDelete: true });
 */
export function getStreamVideos(
  args: GetStreamVideosArgs = {},
  opts: Pick<GetStreamDownloadsOutputOptions, "provider" | "parent"> = {},
): Promise<GetStreamVideosResult> {
  return lookUp(CALL, args, opts);
}

/**
 * Like {@link getStreamVideos}, with arguments that may be outputs of other resources. In a preview without credentials
 * the result is unknown, and the preview says so, instead of failing.
 *
 * @param args which videos
 * @param opts what must exist first, and whose credentials to use
 * @throws Error in the update, as {@link getStreamVideos}, from whatever uses the output
 * @example
 * const { videoIds } = getStreamVideosOutput({ creator: "acme", status: "ready" });
 * new StreamDownloads("all", { videoIds }, { retainOnDelete: true });
 */
export function getStreamVideosOutput(
  args: { [Key in keyof GetStreamVideosArgs]?: pulumi.Input<GetStreamVideosArgs[Key]> } = {},
  opts: GetStreamDownloadsOutputOptions = {},
): pulumi.Output<GetStreamVideosResult> {
  return lookUpOutput(CALL, args, opts);
}

const CALL: LookUpFunction = {
  name: "getStreamVideos",
  token: GET_STREAM_VIDEOS,
  example: '{ creator: "acme" }',
};
