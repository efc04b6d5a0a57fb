/** The resource StreamDownloads: downloadable files of many Cloudflare Stream videos as one resource. */
import * as pulumi from "@pulumi/pulumi";
import { hiddenInputs } from "./hiddenInputs";
import { cannotLookUp } from "./previewSettings";
import { BULK_PROVIDER_STRING } from "./providerString";

/** One download of a {@link StreamDownloads}. */
export interface DownloadItem {
  /** The video's id: 32 hexadecimal characters. */
  videoId: pulumi.Input<string>;
  /**
   * What to make of the video.
   * @default "default"
   */
  type?: pulumi.Input<"default" | "audio"> | undefined;
}

/** The arguments of a {@link StreamDownloads}: either `videoIds`, perhaps with `types`, or `downloads`. */
export interface StreamDownloadsArgs {
  /** The videos, each of which gets a download of each type. */
  videoIds?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /**
   * The types for all of `videoIds`.
   * @default ["default"]
   */
  types?: pulumi.Input<pulumi.Input<"default" | "audio">[]> | undefined;
  /** The downloads one by one, instead of `videoIds` and `types`. */
  downloads?: pulumi.Input<pulumi.Input<DownloadItem>[]> | undefined;
  /**
   * The account that the videos are in. Another account replaces the resource.
   * @default the configuration `cloudflare-stream:accountId`, else the environment's CLOUDFLARE_ACCOUNT_ID
   */
  accountId?: pulumi.Input<string> | undefined;
  /**
   * Whether to wait until all files are there, for at most `customTimeouts.create` or `.update`: 1 hour and a second more for each
   * download, unless set.
   * @default true
   */
  waitForReady?: pulumi.Input<boolean> | undefined;
}

/** Something about each download, by video and type. */
export type ByVideoAndType<T> = Record<
  string,
  {
    /** Of the MP4, where there is something to tell. */
    default?: T;
    /** Of the sound. */
    audio?: T;
  }
>;

/**
 * Downloadable files of many videos: one step and one entry in the state, however many there are, under one request budget.
 *
 * What fails leaves the rest as it is: the update then names each failure with its reason, the others' URLs are there, and the next
 * update goes on with those that failed. Adding or removing a video touches that video alone.
 *
 * @example
 * const library = new StreamDownloads("library", { videoIds, types: ["default", "audio"] });
 * export const firstUrl = library.url(videoIds[0]);
 */
export class StreamDownloads extends pulumi.CustomResource {
  /** The type under which the engine knows this resource. */
  static readonly engineType = "pulumi-nodejs:dynamic/cloudflare-stream:StreamDownloads";

  readonly #name: string;

  /** The account that the videos are in. */
  declare readonly accountId: pulumi.Output<string>;
  /** Where the files are that are ready: `urls[videoId].default`. */
  declare readonly urls: pulumi.Output<ByVideoAndType<string>>;
  /** How each download stands: `statuses[videoId].audio`. */
  declare readonly statuses: pulumi.Output<ByVideoAndType<"ready" | "inprogress" | "error">>;

  /** Whether a value is a StreamDownloads, also one of another copy of this package. */
  static override isInstance(value: unknown): value is StreamDownloads {
    if (typeof value !== "object" || value === null) return false;
    return "__pulumiType" in value && value.__pulumiType === StreamDownloads.engineType;
  }

  /**
   * Declares downloads.
   *
   * @param name the resource's name, unique in the program
   * @param args which downloads of which videos
   * @param opts the options of any Pulumi resource; `customTimeouts` limit the wait
   */
  constructor(name: string, args: StreamDownloadsArgs, opts: pulumi.CustomResourceOptions = {}) {
    cannotLookUp(StreamDownloads.engineType, opts);
    const outputs = { accountId: undefined, urls: undefined, statuses: undefined };
    const hidden = hiddenInputs(StreamDownloads.engineType, name, opts, BULK_PROVIDER_STRING);
    super(StreamDownloads.engineType, name, { ...outputs, ...args, ...hidden }, opts);
    // The state keeps the statuses of what is not ready; of the rest the url tells.
    this.statuses = pulumi.all([this.urls, this.statuses]).apply(([urls, unfinished]) => withReady(urls, unfinished));
    this.#name = name;
  }

  /**
   * Where one file is, to be passed on to another resource.
   *
   * @param videoId one of the library's videos
   * @param type `"default"` for the MP4, `"audio"` for the sound
   * @returns the address; unknown in a preview in which it is still to be made
   * @throws Error in the update, from whatever uses the output, when the library has no such file or it is not ready
   * @example
   * const cover = new Page("cover", { trailer: library.url("ea95132c15732412d22c1476fa83f27a") });
   */
  url(videoId: pulumi.Input<string>, type: pulumi.Input<"default" | "audio"> = "default"): pulumi.Output<string> {
    return pulumi.all([this.urls, this.statuses, videoId, type]).apply(([urls, statuses, givenId, ofType]) => {
      const id = givenId.trim().toLowerCase();
      const found = urls?.[id]?.[ofType];
      if (found !== undefined) return found;
      const status = statuses[id]?.[ofType];
      const why =
        status === undefined
          ? "the library has no such download"
          : `its status is "${status}", and a url comes with "ready"`;
      throw new pulumi.RunError(`${this.#name}.url: no url for the "${ofType}" download of video ${givenId}: ${why}.`);
    });
  }
}

function withReady(
  urls: ByVideoAndType<string> | undefined,
  unfinished: ByVideoAndType<"ready" | "inprogress" | "error"> | undefined,
): ByVideoAndType<"ready" | "inprogress" | "error"> {
  const statuses = { ...unfinished };
  for (const [videoId, row] of Object.entries(urls ?? {})) {
    statuses[videoId] = {
      ...statuses[videoId],
      ...(row.default === undefined ? {} : { default: "ready" }),
      ...(row.audio === undefined ? {} : { audio: "ready" }),
    };
  }
  return statuses;
}
