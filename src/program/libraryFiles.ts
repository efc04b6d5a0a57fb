/** Finds single files in the outputs of a library. */
import * as pulumi from "@pulumi/pulumi";
import { DOWNLOAD_TYPES, type DownloadType, isDownloadType } from "../core/identity";
import type { ByVideoAndType, StreamDownloads } from "./libraryResource";
import { runError } from "./runError";
import { requireString } from "./wrongValues";

/** What a library's outputs say of one file. */
interface FoundFile {
  readonly url: string | undefined;
  readonly status: string | undefined;
  readonly failure: string | undefined;
}

/** Finds one file. */
type FindFile = (videoId: string, type: DownloadType) => FoundFile;

/**
 * The files of a library, for all links to them. It is a function because Pulumi walks through every object of every
 * output, and copies it, each time that an output is made of it: for thousands of links, through tables with thousands
 * of entries.
 */
export function fileFinder({
  urls,
  statuses,
  failures,
}: Pick<StreamDownloads, "urls" | "statuses" | "failures">): pulumi.Output<FindFile> {
  return pulumi.all([urls, statuses, failures]).apply((tables) => (videoId: string, type: DownloadType) => {
    const id = videoId.trim().toLowerCase();
    // A resource that failed has no outputs.
    const [url, status, failure] = tables.map((table: ByVideoAndType<string> | undefined) => table?.[id]?.[type]);
    return { url, status, failure };
  });
}

/** A link to one file of a library. */
interface Link {
  /** The library's name, for messages. */
  readonly library: string;
  /** The library's output, for whether its ids are secret. */
  readonly urls: StreamDownloads["urls"];
  readonly videoId: pulumi.Input<string>;
  readonly type: pulumi.Input<DownloadType>;
}

/** The URL of one file. Fails through the output where there is none, and at once where an argument cannot be right. */
export function urlOf(files: pulumi.Output<FindFile>, { library, urls, videoId, type }: Link): pulumi.Output<string> {
  const call = `${library}.url`;
  const id = requireString(`${call}: videoId must be the id of a video`, videoId);
  const ofType = requireString(
    `${call}: type must be ${DOWNLOAD_TYPES.map((each) => `"${each}"`).join(" or ")}`,
    type,
    isDownloadType,
  );
  const isSecret = () => pulumi.isSecret(pulumi.all([urls, id]));
  const find = async (findFile: FindFile, givenId: string, givenType: DownloadType): Promise<string> => {
    const file = findFile(givenId, givenType);
    if (file.url !== undefined) return file.url;
    throw runError(`${call}: no url for ${whyNone(file, givenId, givenType, await isSecret())}`);
  };
  return typeof id === "string" && typeof ofType === "string"
    ? files.apply((findFile) => find(findFile, id, ofType))
    : pulumi.all([files, id, ofType]).apply((known) => find(...known));
}

/** Which file has no URL, and why. */
function whyNone({ status, failure }: FoundFile, videoId: string, type: DownloadType, isSecret: boolean): string {
  const why =
    status === undefined
      ? "the library has no such download"
      : `its status is "${status}"; only a "ready" download has a url`;
  const of = `the "${type}" download of ${isSecret ? "a video whose id is secret" : `video ${videoId}`}`;
  return `${of}: ${failure === undefined || isSecret ? `${why}.` : failure}`;
}
