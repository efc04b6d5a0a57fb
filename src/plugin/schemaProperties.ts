/** What the schema says of each property. The words come from the docstrings of the TypeScript API (scripts/descriptions.ts). */
import words from "./descriptions.json";
import { PACKAGE, SECRET_SETTINGS, type SETTINGS } from "./constants";

type Words = keyof typeof words;

const STRING = { type: "string" };
const BOOLEAN = { type: "boolean" };
const NUMBER = { type: "number" };
const list = (items: object) => ({ type: "array", items });
const table = (row: object) => ({ type: "object", additionalProperties: row });
/** A type of this package. */
const named = (name: string) => ({ $ref: `#/types/${PACKAGE}:index:${name}` });
const described = (key: Words, property: object) => ({ ...property, description: words[key] });

const SETTINGS_PROPERTIES: Record<(typeof SETTINGS)[number], object> = {
  apiToken: {
    ...STRING,
    description: "An API token with the permission Stream Write. Default: the environment's CLOUDFLARE_API_TOKEN.",
  },
  apiKey: {
    ...STRING,
    description: "A global API key, instead of a token, with `email`. Default: the environment's CLOUDFLARE_API_KEY.",
  },
  email: {
    ...STRING,
    description: "The email address that the API key belongs to. Default: the environment's CLOUDFLARE_EMAIL.",
  },
  accountId: {
    ...STRING,
    description:
      "The account of resources that name none: 32 hexadecimal characters. Default: the environment's CLOUDFLARE_ACCOUNT_ID.",
  },
  baseUrl: {
    ...STRING,
    description:
      "The API's address, which ends in /client/v4. Default: the environment's CLOUDFLARE_BASE_URL, else Cloudflare's own.",
  },
  allowInsecureBaseUrl: {
    ...BOOLEAN,
    description: "Whether credentials may go to an address without TLS on another machine. Default: false.",
  },
  requestsPer5Minutes: {
    type: "integer",
    description:
      "The requests that Cloudflare allows you in 5 minutes. Default: 1200, or what Cloudflare's API announces where that is more.",
  },
  userAgentOperatorSuffix: {
    ...STRING,
    description:
      "What follows this plugin's name in the header User-Agent of its requests: at most 200 printable ASCII characters. Default: nothing.",
  },
};

/**
 * The provider's settings. The schema names no environment variables: SDKs would copy a token from there into the state, where it would go stale. The plugin
 * reads them when it makes a request.
 */
export const settingsProperties = Object.fromEntries(
  Object.entries(SETTINGS_PROPERTIES).map(([name, property]) => [
    name,
    SECRET_SETTINGS.includes(name) ? { ...property, secret: true } : property,
  ]),
);

const ARGS = "StreamDownloadArgs";
const LIBRARY_ARGS = "StreamDownloadsArgs";

export const downloadInputs = {
  videoId: described(`${ARGS}.videoId`, { ...STRING, replaceOnChanges: true }),
  type: described(`${ARGS}.type`, { ...named("DownloadType"), default: "default", replaceOnChanges: true }),
  accountId: described(`${ARGS}.accountId`, { ...STRING, replaceOnChanges: true }),
  waitForReady: described(`${ARGS}.waitForReady`, { ...BOOLEAN, default: true }),
};

export const downloadOutputs = {
  videoId: described("StreamDownload.videoId", { ...STRING, replaceOnChanges: true }),
  type: described("StreamDownload.type", { ...named("DownloadType"), replaceOnChanges: true }),
  accountId: described("StreamDownload.accountId", { ...STRING, replaceOnChanges: true }),
  waitForReady: described("StreamDownload.waitForReady", BOOLEAN),
  url: described("StreamDownload.url", STRING),
  status: described("StreamDownload.status", named("DownloadStatus")),
  percentComplete: described("StreamDownload.percentComplete", NUMBER),
};

export const libraryInputs = {
  videoIds: described(`${LIBRARY_ARGS}.videoIds`, list(STRING)),
  types: described(`${LIBRARY_ARGS}.types`, list(named("DownloadType"))),
  downloads: described(`${LIBRARY_ARGS}.downloads`, list(named("DownloadItem"))),
  accountId: described(`${LIBRARY_ARGS}.accountId`, { ...STRING, replaceOnChanges: true }),
  waitForReady: described(`${LIBRARY_ARGS}.waitForReady`, { ...BOOLEAN, default: true }),
  onFailure: described(`${LIBRARY_ARGS}.onFailure`, { ...named("OnFailure"), default: "fail" }),
};

export const libraryOutputs = {
  accountId: described("StreamDownloads.accountId", { ...STRING, replaceOnChanges: true }),
  urls: described("StreamDownloads.urls", table(named("TextByType"))),
  // Nothing else in the state says which of the failed downloads exist.
  statuses: {
    ...table(named("StatusByType")),
    description: "The status of each download that exists: `statuses[videoId].audio`.",
  },
  failures: described("StreamDownloads.failures", table(named("TextByType"))),
};

const byType = (description: string, value: object) => ({
  type: "object",
  description,
  properties: {
    default: { ...value, description: "For the MP4, if there is one." },
    audio: { ...value, description: "For the audio, if there is one." },
  },
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
  DownloadType: choice("What to generate from a video.", {
    default: { name: "Mp4", description: "An MP4." },
    audio: { name: "Audio", description: "The audio alone (M4A)." },
  }),
  DownloadStatus: choice("The status of a download.", {
    ready: { name: "Ready", description: "The file exists." },
    inprogress: { name: "InProgress", description: "It is being generated." },
    error: { name: "Error", description: "Cloudflare failed to generate it." },
  }),
  OnFailure: choice("What happens when some downloads fail.", {
    fail: { name: "Fail", description: "The update fails, once all others are ready." },
    warn: { name: "Warn", description: "The update succeeds with a warning." },
  }),
  DownloadItem: {
    type: "object",
    description: words.DownloadItem,
    properties: {
      videoId: described("DownloadItem.videoId", STRING),
      type: described("DownloadItem.type", { ...named("DownloadType"), default: "default" }),
    },
    required: ["videoId"],
  },
  TextByType: byType("A text for each download of a video.", STRING),
  StatusByType: byType("The status of each download of a video.", named("DownloadStatus")),
  StreamDownloadInfo: {
    type: "object",
    description: words.StreamDownloadInfo,
    properties: {
      status: described("StreamDownloadInfo.status", named("DownloadStatus")),
      percentComplete: described("StreamDownloadInfo.percentComplete", NUMBER),
      url: described("StreamDownloadInfo.url", STRING),
    },
    required: ["status", "percentComplete"],
  },
};

const info = named("StreamDownloadInfo");

export const lookUp = {
  description: "Lists the downloads of a video. It fails without credentials; in a preview its result is unknown then.",
  inputs: {
    type: "object",
    properties: {
      videoId: described("GetStreamDownloadsArgs.videoId", STRING),
      accountId: described("GetStreamDownloadsArgs.accountId", STRING),
    },
    required: ["videoId"],
  },
  outputs: {
    type: "object",
    properties: {
      videoId: described("GetStreamDownloadsResult.videoId", STRING),
      accountId: described("GetStreamDownloadsResult.accountId", STRING),
      default: described("GetStreamDownloadsResult.default", info),
      audio: described("GetStreamDownloadsResult.audio", info),
    },
    required: ["videoId", "accountId"],
  },
};

/** What the two resources are for. */
export const resourceDescriptions = { download: words.StreamDownload, library: words.StreamDownloads };
