/** The bytes behind a download's url: the smallest file that says of itself what it is. */
import type { DownloadType } from "./options";

export const CONTENT_TYPES: Record<DownloadType, string> = { default: "video/mp4", audio: "audio/mp4" };

/** An ISO media file: a `ftyp` box with the right brand, and a `free` box that names the video. */
export function mediaFile(videoId: string, type: DownloadType): Uint8Array<ArrayBuffer> {
  const brand = type === "audio" ? "M4A " : "isom";
  const bytes = Buffer.concat([
    box("ftyp", `${brand}\0\0\0\0${brand}`),
    box("free", `cloudflare-stream-emulator ${videoId} ${type}\n`),
  ]);
  return new Uint8Array(bytes);
}

function box(kind: string, content: string): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(8 + content.length);
  return Buffer.concat([size, Buffer.from(kind + content, "latin1")]);
}
