/** Finds single files in the outputs of a library. */
import * as pulumi from "@pulumi/pulumi";
import { type DownloadType, DOWNLOAD_TYPES } from "../core/identity";
import type { StreamDownloads } from "./bulkResource";
import { runError } from "./runError";
import { requireString } from "./wrongValues";

/** What a library's outputs say of one file. */
interface FoundFile {
  readonly url: string | undefined;
  readonly status: string | undefined;
  readonly failure: string | undefined;
}

/** Finds files. */
interface FileFinder {
  (videoId: string, type: DownloadType): FoundFile;
  /** Whether the library's ids are secret. */
  readonly areSecret: boolean;
}

/**
 * The files of a library, for all links to them. It is a function because Pulumi walks through every object of every output, and copies it,
 * each time that an output is made of it: for thousands of links, through tables with thousands of entries.
 */
export function fileFinder({
  urls,
  statuses,
  failures,
}: Pick<StreamDownloads, "urls" | "statuses" | "failures">): pulumi.Output<FileFinder> {
  const isSecret = pulumi.isSecret(pulumi.all([urls]));
  return pulumi.all([urls, statuses, failures, isSecret]).apply(([byUrl, byStatus, byFailure, areSecret]) => {
    const find = (videoId: string, type: DownloadType): FoundFile => {
      const id = videoId.trim().toLowerCase();
      return { url: byUrl?.[id]?.[type], status: byStatus[id]?.[type], failure: byFailure?.[id]?.[type] };
    };
    return Object.assign(find, { areSecret });
  });
}

/** The arguments of a link. */
interface Link {
  /** The library's name, for messages. */
  readonly library: string;
  readonly videoId: pulumi.Input<string>;
  readonly type: pulumi.Input<DownloadType>;
}

/** The URL of one file. Fails through the output where there is none, and at once where an argument cannot be right. */
export function urlOf(files: pulumi.Output<FileFinder>, { library, videoId, type }: Link): pulumi.Output<string> {
  const call = `${library}.url`;
  const id = requireString(`${call}: videoId must be the id of a video`, videoId);
  const ofType = requireString(`${call}: type must be "default" or "audio"`, type, isDownloadType);
  if (typeof id === "string" && typeof ofType === "string")
    return files.apply((find) => find(id, ofType).url ?? fail(call, find, id, ofType, false));
  return pulumi
    .all([files, id, ofType])
    .apply(
      async ([find, givenId, knownType]) =>
        find(givenId, knownType).url ?? fail(call, find, givenId, knownType, await pulumi.isSecret(pulumi.output(id))),
    );
}

/** @throws RunError that says why a file has no URL */
function fail(call: string, find: FileFinder, videoId: string, type: DownloadType, isGivenSecret: boolean): never {
  const { status, failure } = find(videoId, type);
  const why =
    status === undefined
      ? "the library has no such download"
      : `its status is "${status}"; only a "ready" download has a url`;
  const isSecret = find.areSecret || isGivenSecret;
  const of = `the "${type}" download of ${isSecret ? "a video whose id is secret" : `video ${videoId}`}`;
  throw runError(`${call}: no url for ${of}: ${failure === undefined || isSecret ? `${why}.` : failure}`);
}

function isDownloadType(text: string): boolean {
  return (DOWNLOAD_TYPES as readonly string[]).includes(text);
}
