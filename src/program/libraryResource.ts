/** The resource StreamDownloads: downloadable files of many Cloudflare Stream videos as one resource. */
import * as pulumi from "@pulumi/pulumi";
import type { UncheckedDownload } from "../downloads/announcement";
import { LIBRARY_FIELDS, namesOf } from "../downloads/fields";
import type { DownloadType } from "../core/identity";
import { announce } from "./announcement";
import { withFormerType } from "./formerType";
import type { StreamDownloadInfo } from "./getStreamDownloads";
import { everyOutput, hiddenInputs, secretOutputs } from "./hiddenInputs";
import { LIBRARY_PROVIDER_STRING } from "./providerString";
import { fileFinder, urlOf } from "./libraryFiles";
import type { StreamDownloadOptions } from "./singleResource";
import { checkConstructor } from "./wrongValues";

/** The outputs that have a value for each download. */
const TABLES = namesOf(LIBRARY_FIELDS, ({ followsIds }) => followsIds);

/** The outputs that are secret when ids are. */
const SECRET_OUTPUTS = [...TABLES, "__awaiting"];

/** One download of a {@link StreamDownloads}. */
export interface DownloadItem {
  /** The video's id: 32 hexadecimal characters. */
  videoId: pulumi.Input<string>;
  /**
   * What to generate from the video.
   * @default "default"
   */
  type?: pulumi.Input<DownloadType> | undefined;
}

/** The arguments of a {@link StreamDownloads} that do not name downloads. */
export interface StreamDownloadsSettings {
  /**
   * The account that the videos belong to. Another account replaces the resource.
   * @default the configuration `cloudflare-stream:accountId`, else the environment's CLOUDFLARE_ACCOUNT_ID
   */
  accountId?: pulumi.Input<string> | undefined;
  /**
   * Whether to wait until all files are ready, for at most `customTimeouts.create` or `.update`. The default limit is 1
   * hour plus 1 second for each download.
   * @default true
   */
  waitForReady?: pulumi.Input<boolean> | undefined;
  /**
   * What becomes of each download that exists before the resource does. `"adopt"`: the library takes it over, and its
   * deletion deletes it. `"fail"`: it fails, so that nothing is shared with another stack by mistake. What the update
   * knows to be the stack's own is taken over in any case. A change of this alone updates nothing.
   * @default the configuration `cloudflare-stream:ifExists`, else "adopt"
   */
  ifExists?: pulumi.Input<"adopt" | "fail"> | undefined;
  /**
   * What happens when some downloads fail. `"fail"`: the update fails once all others are ready. `"warn"`: it succeeds
   * with a warning, so that resources that use the other files are updated. It fails nevertheless after Ctrl-C, and if
   * Cloudflare refuses the credentials before anything exists. Either way `failures` says what failed, and each later
   * update retries it.
   * @default "fail"
   */
  onFailure?: pulumi.Input<"fail" | "warn"> | undefined;
}

/** The arguments of a {@link StreamDownloads} that names videos. */
export interface StreamDownloadsOfVideos extends StreamDownloadsSettings {
  /** The videos, each of which gets a download of each type. */
  videoIds: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * The types for all of `videoIds`.
   * @default ["default"]
   */
  types?: pulumi.Input<readonly pulumi.Input<DownloadType>[]> | undefined;
  /** Not together with `videoIds`. */
  downloads?: undefined;
}

/** The arguments of a {@link StreamDownloads} that names downloads one by one. */
export interface StreamDownloadsOneByOne extends StreamDownloadsSettings {
  /** The downloads one by one, instead of `videoIds` and `types`. */
  downloads: pulumi.Input<readonly pulumi.Input<DownloadItem>[]>;
  /** Not together with `downloads`. */
  videoIds?: undefined;
  /** Not together with `downloads`, of which each has its type. */
  types?: undefined;
}

/** The arguments of a {@link StreamDownloads}: either `videoIds`, perhaps with `types`, or `downloads`. */
export type StreamDownloadsArgs = StreamDownloadsOfVideos | StreamDownloadsOneByOne;

/** A value for each download, by video and type: `table[videoId].audio`. */
export type ByVideoAndType<T> = Record<string, Partial<Record<DownloadType, T>>>;

/**
 * Downloadable files of many videos: one step and one entry in the state, however many there are, under one request
 * budget.
 *
 * A failed download does not affect the others: the update names each failure with its reason, the other URLs are
 * available, and the next update continues with those that failed. Adding or removing a video affects only that video.
 *
 * A library that no longer declares a download is shown as replaced. That costs nothing and generates nothing again:
 * the engine deletes the removed files after the program has ended, when it is certain that no other resource declares
 * them. Adopted files are deleted too. `retainOnDelete` keeps the removed files, and `protect` refuses to remove any.
 *
 * If `videoIds` or `downloads` contain secrets, `urls`, `statuses` and `failures` are secret too, and no message names
 * a video.
 *
 * @example
 * const library = new StreamDownloads("library", { videoIds, types: ["default", "audio"] });
 * export const firstUrl = library.url(videoIds[0]);
 */
export class StreamDownloads extends pulumi.CustomResource {
  /** The resource's type token in the engine. */
  static readonly engineType = "pulumi-nodejs:dynamic/streamDownloads:StreamDownloads";

  readonly #name: string;
  /** Made with the first link, for all of them. */
  #files: ReturnType<typeof fileFinder> | undefined;

  // `declare`: a real field would overwrite the outputs that the super constructor sets.
  /** The account that the videos belong to. */
  declare readonly accountId: pulumi.Output<string>;
  /** The videos that the program declares, once each and in its order, in lower case. */
  declare readonly videoIds: pulumi.Output<string[]>;
  /** The types that the program declares, once each and in its order. */
  declare readonly types: pulumi.Output<DownloadType[]>;
  /** The URLs of the files that are ready: `urls[videoId].default`. */
  declare readonly urls: pulumi.Output<ByVideoAndType<string>>;
  /** The status of each download: `statuses[videoId].audio`; also `error` for one that failed and does not exist. */
  declare readonly statuses: pulumi.Output<ByVideoAndType<"ready" | "inprogress" | "error">>;
  /**
   * The reason for each failed download, as text: `failures[videoId].default`. Removed once it is ready; empty if there
   * are none.
   */
  declare readonly failures: pulumi.Output<ByVideoAndType<string>>;

  /** Whether a value is a StreamDownloads, of this or another copy of the package. */
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
  constructor(name: string, args: StreamDownloadsArgs, opts: StreamDownloadOptions = {}) {
    checkConstructor("StreamDownloads", name, args, opts, "{ videoIds: [id] }");
    const hidden = hiddenInputs(StreamDownloads.engineType, name, args, opts, LIBRARY_PROVIDER_STRING);
    const secret = secretOutputs([args.videoIds, args.downloads], SECRET_OUTPUTS);
    const inputs = { ...everyOutput(LIBRARY_FIELDS), ...args, ...secret, ...hidden };
    // Pulumi previews a dynamic resource by its inputs alone: a library from which one video is removed would be shown
    // to lose the urls of all.
    const hideDiffs = [...(opts.hideDiffs ?? []), ...TABLES];
    super(StreamDownloads.engineType, name, inputs, { ...withFormerType("StreamDownloads", opts), hideDiffs });
    announce(this, {
      urn: hidden.__urn,
      args,
      declaredIn: declaredDownloads,
      outputs: [this.urls, this.statuses, this.failures],
      has: (tables, videoId, type) => tables.some((table) => hasDownload(table, videoId, type)),
    });
    // From the arguments: the state does not repeat the ids, to stay small.
    const { videoIds, types = ["default"], downloads } = args;
    this.videoIds = distinct(this, videoIds, downloads, "videoId", (id) => String(id).trim().toLowerCase());
    this.types = distinct(this, types, downloads, "type", (type) => type as DownloadType);
    // The state has a status only for downloads that exist and are not ready; the others follow from the urls and the
    // failures.
    this.statuses = pulumi
      .all([this.urls, this.statuses, this.failures])
      .apply(([urls, unfinished, failures]) => allStatuses(urls, unfinished, failures));
    this.#name = name;
  }

  /**
   * The URL of one file, to pass to another resource.
   *
   * @param videoId one of the library's videos
   * @param type `"default"` for the MP4, `"audio"` for the audio
   * @returns the URL; unknown in a preview while the file has not been generated
   * @throws Error through the output, in the update, when the library does not declare the file or it is not ready; at
   *   once when `videoId` is no string, as an index beyond the end of a list
   * @example
   * const cover = new Page("cover", { trailer: library.url("ea95132c15732412d22c1476fa83f27a") });
   */
  url(videoId: pulumi.Input<string>, type: pulumi.Input<DownloadType> = "default"): pulumi.Output<string> {
    this.#files ??= fileFinder(this);
    return urlOf(this.#files, { library: this.#name, urls: this.urls, videoId, type });
  }
}

function hasDownload(table: unknown, videoId: string, type: string): boolean {
  return (table as ByVideoAndType<unknown> | undefined)?.[videoId]?.[type as DownloadType] !== undefined;
}

/** The downloads that arguments declare, of which anything may be wrong or unknown. */
function declaredDownloads({ accountId, ...args }: pulumi.Unwrap<StreamDownloadsArgs>): UncheckedDownload[] {
  const items = itemsOf(args.downloads).map((item) => ({ ...item, accountId }));
  const types = listOf(args.types ?? ["default"]);
  const products = listOf(args.videoIds).flatMap((videoId) => types.map((type) => ({ accountId, videoId, type })));
  return [...(items as UncheckedDownload[]), ...products];
}

/**
 * The distinct values of one argument, or of one property of `downloads`. With the library's URN, so that whatever uses
 * the output depends on the library.
 */
function distinct<T>(
  { urn }: pulumi.CustomResource,
  given: pulumi.Input<unknown>,
  downloads: StreamDownloadsArgs["downloads"],
  property: keyof DownloadItem,
  normalise: (value: unknown) => T,
): pulumi.Output<T[]> {
  const known: pulumi.Output<unknown[]> = pulumi.all([urn, downloads ?? given]);
  return known.apply(([, list]) => {
    const values = downloads === undefined ? listOf(list) : itemsOf(list).map((item) => item[property]);
    return [...new Set(values.map(normalise))];
  });
}

function itemsOf(downloads: unknown): Record<keyof DownloadItem, unknown>[] {
  return listOf(downloads).map((item) => ({ type: "default", ...(item as { videoId: unknown }) }));
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

type DownloadStatus = StreamDownloadInfo["status"];

function allStatuses(
  urls: ByVideoAndType<string> | undefined,
  unfinished: ByVideoAndType<DownloadStatus> | undefined,
  failures: ByVideoAndType<string> | undefined,
): ByVideoAndType<DownloadStatus> {
  const statuses: ByVideoAndType<DownloadStatus> = {};
  const add = (table: object | undefined, statusOf: (value: unknown) => DownloadStatus) => {
    for (const [videoId, row] of Object.entries(table ?? {})) {
      const added = Object.entries(row as object).map(([type, value]) => [type, statusOf(value)]);
      statuses[videoId] = { ...statuses[videoId], ...(Object.fromEntries(added) as object) };
    }
  };
  add(failures, () => "error");
  add(unfinished, (status) => status as DownloadStatus);
  add(urls, () => "ready");
  return statuses;
}
