/** The identity of a download: account, video and type. Its text form is the resource's id. */

/** What Cloudflare Stream can generate from a video: `"default"` is an MP4, `"audio"` the audio alone (M4A). */
export type DownloadType = "default" | "audio";

/** What is said of a type of download. */
interface TypeRow {
  readonly format: string;
  /** The last part of the file's address. */
  readonly fileName: string;
  /** Its name in the plugin's schema. */
  readonly schemaName: string;
  /** What it is, and what it is called beside the other ones. */
  readonly is: string;
  readonly ofVideo: string;
}

/** All that depends on the type of a download follows from this table. */
export const DOWNLOADS_BY_TYPE: Readonly<Record<DownloadType, TypeRow>> = {
  default: { format: "MP4", fileName: "default.mp4", schemaName: "Mp4", is: "An MP4.", ofVideo: "the MP4" },
  audio: {
    format: "M4A",
    fileName: "audio.m4a",
    schemaName: "Audio",
    is: "The audio alone (M4A).",
    ofVideo: "the audio",
  },
};

/** All download types, in the order in which messages list them. */
export const DOWNLOAD_TYPES = Object.keys(DOWNLOADS_BY_TYPE) as readonly DownloadType[];

/** One video of one account. */
export interface VideoIdentity {
  /** 32 lower-case hexadecimal characters. */
  readonly accountId: string;
  /** 32 lower-case hexadecimal characters. */
  readonly videoId: string;
}

/** One download of one video. */
export interface DownloadIdentity extends VideoIdentity {
  readonly type: DownloadType;
}

/** The pattern of an id in Cloudflare's form. */
export const HEX_ID = "[0-9a-f]{32}";

const WHOLE_HEX_ID = new RegExp(`^${HEX_ID}$`);

/** Whether a value is an id in Cloudflare's form: exactly 32 lower-case hexadecimal characters. */
export function isHexId(value: unknown): value is string {
  return typeof value === "string" && WHOLE_HEX_ID.test(value);
}

/** Whether a value is a download type. */
export function isDownloadType(value: unknown): value is DownloadType {
  return typeof value === "string" && Object.hasOwn(DOWNLOADS_BY_TYPE, value);
}

/** The resource id of a download: `<accountId>/<videoId>/<type>`. */
export function formatId(identity: DownloadIdentity): string {
  return `${identity.accountId}/${identity.videoId}/${identity.type}`;
}

/** The key under which the polls of one video are shared: `<accountId>/<videoId>`. */
export function videoKey(video: VideoIdentity): string {
  return `${video.accountId}/${video.videoId}`;
}

/**
 * Parses a resource id. Spaces around its parts and upper case in its ids are accepted, as in arguments.
 *
 * @throws Error when the text is not `<accountId>/<videoId>/<type>`; the message has an example
 */
export function parseId(id: string): DownloadIdentity {
  const [account = "", video = "", type, ...rest] = id.split("/").map((part) => part.trim());
  const [accountId, videoId] = [account.toLowerCase(), video.toLowerCase()];
  if (rest.length > 0 || !isHexId(accountId) || !isHexId(videoId) || !isDownloadType(type)) {
    throw new Error(
      `"${id}" is not the id of a StreamDownload. An id is <accountId>/<videoId>/<type>, for example ` +
        "023e105f4ecef8ad9ca31a8372d0c353/ea95132c15732412d22c1476fa83f27a/default",
    );
  }
  return { accountId, videoId, type };
}

/** Describes a download for messages: `"audio" of video ea95132c15732412d22c1476fa83f27a`. */
export function describe(identity: DownloadIdentity): string {
  return `"${identity.type}" of video ${identity.videoId}`;
}

/** A download's name in the messages of a library, whose account is known: `ea95132c15732412d22c1476fa83f27a/audio`. */
export function downloadName({ videoId, type }: Omit<DownloadIdentity, "accountId">): string {
  return `${videoId}/${type}`;
}
