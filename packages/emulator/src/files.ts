/**
 * Serves the files behind `url` like a content delivery network: with Content-Length, ranges, and a file name to save
 * them under.
 */
import { createHash } from "node:crypto";
import { CONTENT_TYPES, mediaFile } from "./media";
import { DOWNLOAD_TYPES, FILE_NAMES } from "./options";
import type { VideoStore } from "./videoStore";

/** A request for a file. */
interface FileRequest {
  readonly videoId: string;
  /** The last part of the path. */
  readonly file: string;
  /** The query parameter of that name. */
  readonly filename: string | undefined;
  /** The header `Range`, which a HEAD ignores. */
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

export function serveFile(request: FileRequest, store: VideoStore, now: number): Response {
  const { videoId, file } = request;
  const type = DOWNLOAD_TYPES.find((known) => FILE_NAMES[known] === file);
  const video = store.get(videoId);
  if (type === undefined || video === undefined || store.view(video, type, now)?.status !== "ready") {
    return new Response("Not Found\n", { status: 404 });
  }
  const bytes = mediaFile(videoId, type);
  const etag = `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`;
  const headers = {
    "accept-ranges": "bytes",
    "content-disposition": `attachment; filename="${nameOf(request, file.split(".")[1] ?? "")}"`,
    "content-type": CONTENT_TYPES[type],
    etag,
  };
  const part = request.ifRange === undefined || request.ifRange === etag ? partOf(request.range, bytes.length) : "all";
  if (part === "all") return new Response(bytes, { headers: { ...headers, "content-length": String(bytes.length) } });
  if (part === "none") {
    return new Response(null, { status: 416, headers: { ...headers, "content-range": `bytes */${bytes.length}` } });
  }
  const [from, to] = part;
  return new Response(bytes.slice(from, to + 1), {
    status: 206,
    headers: {
      ...headers,
      "content-length": String(to + 1 - from),
      "content-range": `bytes ${from}-${to}/${bytes.length}`,
    },
  });
}

/**
 * The first and the last byte that a `Range` requests; for several ranges, or a malformed one, the whole file is sent.
 */
function partOf(range: string | undefined, length: number): readonly [from: number, to: number] | "all" | "none" {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/i.exec(range ?? "") ?? [];
  if (first === "" && last === "") return "all";
  if (first === "") return Number(last) === 0 ? "none" : [Math.max(0, length - Number(last)), length - 1];
  if (last !== "" && Number(last) < Number(first)) return "all";
  if (Number(first) >= length) return "none";
  return [Number(first), last === "" ? length - 1 : Math.min(Number(last), length - 1)];
}

/** Cloudflare takes up to 120 characters of these; its documentation's example has the extension too. */
function nameOf({ filename = "", videoId }: FileRequest, extension: string): string {
  const bare = filename.endsWith(`.${extension}`) ? filename.slice(0, -extension.length - 1) : filename;
  return `${/^[A-Za-z0-9_-]{1,120}$/.test(bare) ? bare : videoId}.${extension}`;
}
