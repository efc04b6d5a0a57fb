import { getStreamVideosOutput, StreamDownloads } from "pulumi-cloudflare-stream-downloads";

// Listed at every preview and update. Only videos that are ready: files of others cannot be generated.
const { videoIds } = getStreamVideosOutput({ creator: "acme", status: "ready" });

// A new video gets its file with the next update. One that leaves the list (it was deleted, or has another creator now)
// leaves the library, and its file is deleted: the preview names it. With the option `retainOnDelete: true` the file
// stays, with `protect: true` Pulumi refuses the update. Set either in an update before: the last update's counts.
const library = new StreamDownloads("library", { videoIds });

export const urls = library.urls;
