/**
 * The arguments and outputs of both kinds of resource, a row for each. From these tables follow which names a check
 * accepts, what replaces or updates a resource, what is secret, what a preview does not know, the keys that the classes
 * have, and the plugin's schema. Their words are the docstrings of the classes; which values an argument may have, its
 * check says (`inputFields`, `libraryArguments`).
 */
import { UNKNOWN } from "../core/values";
import type { Face } from "./face";

/** The type of a value, by the name that the schema has for it. */
export type FieldType =
  | "string"
  | "boolean"
  | "number"
  | "DownloadType"
  | "DownloadStatus"
  | "DownloadItem"
  | "OnFailure"
  | "IfExists"
  | { readonly listOf: FieldType }
  /** A value for each download, by video and type. */
  | { readonly tableOf: "string" | "DownloadStatus" };

export interface Field {
  readonly type: FieldType;
  /** Whether a program gives it, gets it, or both. */
  readonly is: "argument" | "output" | "both";
  /** What an argument is that is not given. */
  readonly default?: string | boolean;
  /** Whether the argument must be given. */
  readonly isRequired?: true;
  /** Whether another value is another download, so that the resource is replaced. */
  readonly replaces?: true;
  /**
   * Whether another value alone is an update. The outputs in the state have the last one, also where a program does not
   * get it.
   */
  readonly isCompared?: true;
  /** Whether the argument has ids of videos. */
  readonly hasIds?: true;
  /** Whether the output has ids of videos, or a value for each: it is secret when the ids are. */
  readonly followsIds?: true;
  /** Whether only Cloudflare knows the output, so that it is unknown in a preview until the download is ready. */
  readonly isProgress?: true;
  /** Whether the output may be absent. */
  readonly isOptional?: true;
}

export const DOWNLOAD_FIELDS = {
  videoId: { type: "string", is: "both", isRequired: true, replaces: true, hasIds: true },
  type: { type: "DownloadType", is: "both", default: "default", replaces: true },
  accountId: { type: "string", is: "both", replaces: true },
  waitForReady: { type: "boolean", is: "both", default: true, isCompared: true },
  ifExists: { type: "IfExists", is: "argument" },
  url: { type: "string", is: "output", isProgress: true, followsIds: true, isOptional: true },
  status: { type: "DownloadStatus", is: "output", isProgress: true },
  percentComplete: { type: "number", is: "output", isProgress: true },
} as const satisfies Record<string, Field>;

export const LIBRARY_FIELDS = {
  videoIds: { type: { listOf: "string" }, is: "argument", hasIds: true },
  types: { type: { listOf: "DownloadType" }, is: "argument" },
  downloads: { type: { listOf: "DownloadItem" }, is: "argument", hasIds: true },
  accountId: { type: "string", is: "both", replaces: true },
  waitForReady: { type: "boolean", is: "argument", default: true, isCompared: true },
  ifExists: { type: "IfExists", is: "argument" },
  onFailure: { type: "OnFailure", is: "argument", default: "fail" },
  urls: { type: { tableOf: "string" }, is: "output", isProgress: true, followsIds: true },
  statuses: { type: { tableOf: "DownloadStatus" }, is: "output", isProgress: true, followsIds: true },
  failures: { type: { tableOf: "string" }, is: "output", isProgress: true, followsIds: true },
} as const satisfies Record<string, Field>;

export type Fields = Readonly<Record<string, Field>>;

/** The names of the fields for which something is so, in the order of the table. */
export function namesOf(fields: Fields, isSo: (field: Field) => boolean | undefined): string[] {
  return Object.entries(fields).flatMap(([name, field]) => (isSo(field) === true ? [name] : []));
}

export const isArgument = ({ is }: Field): boolean => is !== "output";
export const isOutput = ({ is }: Field): boolean => is !== "argument";

/** What of a face follows from the fields of its resource. */
export function faceFields(
  fields: Fields,
): Pick<Face, "arguments" | "defaults" | "compared" | "idArguments" | "idOutputs"> {
  return {
    arguments: namesOf(fields, isArgument),
    defaults: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.default])),
    compared: namesOf(fields, ({ isCompared }) => isCompared),
    idArguments: namesOf(fields, ({ hasIds }) => hasIds),
    idOutputs: namesOf(fields, ({ followsIds }) => followsIds),
  };
}

/** The outputs that only Cloudflare knows, as a preview shows them. */
export function unknownProgress(fields: Fields): Record<string, typeof UNKNOWN> {
  return Object.fromEntries(namesOf(fields, ({ isProgress }) => isProgress).map((name) => [name, UNKNOWN]));
}
