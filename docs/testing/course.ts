import { StreamDownloads } from "pulumi-cloudflare-stream-downloads";

/** The lessons of a course as MP4 files, and a link to each. */
export function course(name: string, videoIds: string[]) {
  const lessons = new StreamDownloads(name, { videoIds });
  return { lessons, links: videoIds.map((id) => lessons.url(id)) };
}
