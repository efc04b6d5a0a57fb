/** The bytes behind a download's url: a small file that plays, with the video's id in it. */
import { MEDIA_FILES } from "./mediaFiles";
import type { DownloadType } from "./options";

export const CONTENT_TYPES: Record<DownloadType, string> = { default: "video/mp4", audio: "audio/mp4" };

const BYTES: Record<DownloadType, Buffer> = {
  default: Buffer.from(MEDIA_FILES.default.join(""), "base64"),
  audio: Buffer.from(MEDIA_FILES.audio.join(""), "base64"),
};

/** A file of a video. A `free` box at its end, which players skip, distinguishes it from those of other videos. */
export function mediaFile(videoId: string, type: DownloadType): Uint8Array<ArrayBuffer> {
  const label = Buffer.from(`cloudflare-stream-emulator ${videoId} ${type}\n`);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + label.length);
  header.write("free", 4);
  return new Uint8Array(Buffer.concat([BYTES[type], header, label]));
}
