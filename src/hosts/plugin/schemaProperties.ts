/**
 * What the schema says of each property. The words come from the docstrings of the TypeScript API
 * (scripts/descriptions.ts).
 */
import { type Field, type Fields, type FieldType, isArgument, isOutput } from "../../downloads/fields";
import { DOWNLOAD_TYPES, DOWNLOADS_BY_TYPE, type DownloadType } from "../../core/identity";
import type { VideoState } from "../../stream/video";
import words from "./descriptions.json";
import { SECRET_SETTINGS, type Setting, SETTING_TYPES } from "../../core/settingNames";
import { PACKAGE } from "./constants";

type Words = keyof typeof words;

const STRING = { type: "string" };
const BOOLEAN = { type: "boolean" };
const NUMBER = { type: "number" };
/** A type of this package. */
const named = (name: string) => ({ $ref: `#/types/${PACKAGE}:index:${name}` });

/** The names that have words in an interface. */
type NameIn<Of extends string, Key = Words> = Key extends `${Of}.${infer Name}` ? Name : never;

/** Properties with the words of the interface that has them. */
function described<Of extends string>(of: Of, properties: Partial<Record<NameIn<Of>, object>>): Record<string, object> {
  return Object.fromEntries(
    Object.entries<object>(properties as Record<string, object>).map(([name, property]) => [
      name,
      { ...property, description: words[`${of}.${name}` as Words] },
    ]),
  );
}

/** A type as the schema has it. */
function schemaOf(type: FieldType | (typeof SETTING_TYPES)[Setting]): object {
  if (typeof type === "object") {
    if ("listOf" in type) return { type: "array", items: schemaOf(type.listOf) };
    const row = named(type.tableOf === "string" ? "TextByType" : "StatusByType");
    return { type: "object", additionalProperties: row };
  }
  return ["string", "boolean", "number", "integer"].includes(type) ? { type } : named(type);
}

/**
 * The provider's settings. The schema names no environment variables: SDKs would copy a token from there into the
 * state, where it would go stale. The plugin reads them when it makes a request.
 */
export const settingsProperties = Object.fromEntries(
  Object.entries(SETTING_TYPES).map(([name, type]) => [
    name,
    {
      ...schemaOf(type),
      description: words[`StreamProviderArgs.${name}` as Words],
      ...(SECRET_SETTINGS.includes(name) ? { secret: true } : {}),
    },
  ]),
);

/** A resource's inputs. */
export function inputsOf(fields: Fields, className: "StreamDownload" | "StreamDownloads"): Record<string, object> {
  return properties(fields, isArgument, (name, field) => ({
    ...schemaOf(field.type),
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(field.replaces === undefined ? {} : { replaceOnChanges: true }),
    description: words[`${className}Args.${name}` as Words],
  }));
}

/** A resource's outputs. */
export function outputsOf(fields: Fields, className: "StreamDownload" | "StreamDownloads"): Record<string, object> {
  return properties(fields, isOutput, (name, field) => ({
    ...schemaOf(field.type),
    ...(field.replaces === undefined ? {} : { replaceOnChanges: true }),
    description: OTHER_WORDS[`${className}.${name}`] ?? words[`${className}.${name}` as Words],
  }));
}

/** Where the plugin differs from the class. Nothing else in its state says which of the failed downloads exist. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  "StreamDownloads.statuses": "The status of each download that exists: `statuses[videoId].audio`.",
};

function properties(
  fields: Fields,
  isWanted: (field: Field) => boolean,
  propertyOf: (name: string, field: Field) => object,
): Record<string, object> {
  const wanted = Object.entries(fields).filter(([, field]) => isWanted(field));
  return Object.fromEntries(wanted.map(([name, field]) => [name, propertyOf(name, field)]));
}

/** A value for each type of download. */
function ofEachType<T>(valueOf: (row: (typeof DOWNLOADS_BY_TYPE)[DownloadType]) => T): Record<string, T> {
  return Object.fromEntries(DOWNLOAD_TYPES.map((type) => [type, valueOf(DOWNLOADS_BY_TYPE[type])]));
}

const byType = (description: string, value: object) => ({
  type: "object",
  description,
  properties: ofEachType(({ ofVideo }) => ({ ...value, description: `For ${ofVideo}, if there is one.` })),
});

const choice = (
  description: string,
  values: Record<string, { readonly name: string; readonly description: string }>,
) => ({
  type: "string",
  description,
  enum: Object.entries(values).map(([value, { name, description }]) => ({ name, value, description })),
});

/** The types of this package, by their names in it. */
export const types = {
  DownloadType: choice(
    "What to generate from a video.",
    ofEachType(({ schemaName, is }) => ({ name: schemaName, description: is })),
  ),
  DownloadStatus: choice("The status of a download.", {
    ready: { name: "Ready", description: "The file exists." },
    inprogress: { name: "InProgress", description: "It is being generated." },
    error: { name: "Error", description: "Cloudflare failed to generate it." },
  }),
  OnFailure: choice("What happens when some downloads fail.", {
    fail: { name: "Fail", description: "The update fails, once all others are ready." },
    warn: { name: "Warn", description: "The update succeeds with a warning." },
  }),
  IfExists: choice("What becomes of a download that exists before its resource does.", {
    adopt: { name: "Adopt", description: "The resource takes it over, and deletes it when it is deleted itself." },
    fail: { name: "Fail", description: "The update fails, and the download stays as it is." },
  }),
  DownloadItem: {
    type: "object",
    description: words.DownloadItem,
    properties: described("DownloadItem", { videoId: STRING, type: { ...named("DownloadType"), default: "default" } }),
    required: ["videoId"],
  },
  TextByType: byType("A text for each download of a video.", STRING),
  StatusByType: byType("The status of each download of a video.", named("DownloadStatus")),
  StreamDownloadInfo: {
    type: "object",
    description: words.StreamDownloadInfo,
    properties: described("StreamDownloadInfo", {
      status: named("DownloadStatus"),
      percentComplete: NUMBER,
      url: STRING,
    }),
    required: ["status", "percentComplete"],
  },
  VideoStatus: choice("The status of a video at Cloudflare.", {
    pendingupload: { name: "PendingUpload", description: "It is not uploaded yet." },
    downloading: { name: "Downloading", description: "Cloudflare is fetching it." },
    queued: { name: "Queued", description: "It waits to be encoded." },
    inprogress: { name: "InProgress", description: "It is being encoded." },
    ready: { name: "Ready", description: "It can be played, and downloads of it can be generated." },
    error: { name: "Error", description: "It could not be encoded." },
    "live-inprogress": { name: "LiveInProgress", description: "It is being streamed." },
  } satisfies Record<VideoState, object>),
  StreamVideoInfo: {
    type: "object",
    description: words.StreamVideoInfo,
    properties: described("StreamVideoInfo", {
      videoId: STRING,
      name: STRING,
      status: named("VideoStatus"),
      duration: NUMBER,
      size: NUMBER,
      created: STRING,
      requireSignedURLs: BOOLEAN,
      creator: STRING,
    }),
    required: ["videoId", "created", "requireSignedURLs"],
  },
};

const info = named("StreamDownloadInfo");

export const lookUp = {
  description: "Lists the downloads of a video. It fails without credentials; in a preview its result is unknown then.",
  inputs: {
    type: "object",
    properties: described("GetStreamDownloadsArgs", { videoId: STRING, accountId: STRING }),
    required: ["videoId"],
  },
  outputs: {
    type: "object",
    properties: {
      ...described("GetStreamDownloadsResult", { videoId: STRING, accountId: STRING }),
      ...ofEachType(({ ofVideo }) => ({ ...info, description: `What exists of ${ofVideo}.` })),
    },
    required: ["videoId", "accountId"],
  },
};

export const videosLookUp = {
  description:
    "Lists the videos of an account, however many: all of them, or those that the arguments name. It fails without credentials; in a preview it finds none then.",
  inputs: {
    type: "object",
    properties: described("GetStreamVideosArgs", {
      accountId: STRING,
      creator: STRING,
      search: STRING,
      after: STRING,
      before: STRING,
      status: named("VideoStatus"),
      limit: { type: "integer" },
    }),
  },
  outputs: {
    type: "object",
    properties: described("GetStreamVideosResult", {
      accountId: STRING,
      videoIds: { type: "array", items: STRING },
      videos: { type: "array", items: named("StreamVideoInfo") },
    }),
    required: ["accountId", "videoIds", "videos"],
  },
};

/** What `pulumi do … list` takes for a StreamDownload. */
export const listInputs = {
  type: "object",
  properties: {
    videoId: { ...STRING, description: "Only the downloads of this video: its id." },
    ...described("GetStreamVideosArgs", { accountId: STRING, creator: STRING }),
    // As a text: the command has no flags for other types.
    status: { ...STRING, description: "Only those of videos with this status, as `ready`. Default: every status." },
  },
};

/** What the two resources are for. */
export const resourceDescriptions = { download: words.StreamDownload, library: words.StreamDownloads };
