/** What options resources take, by types. Nothing here is run. */
import * as pulumi from "@pulumi/pulumi";
import { StreamDownload, type StreamDownloadOptions, StreamDownloads } from "pulumi-cloudflare-stream-downloads";

declare const videoId: string;
const videoIds = [videoId];

export class Group extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions, custom: pulumi.CustomResourceOptions) {
    super("acme:media:Group", name, {}, opts);
    new StreamDownload(`${name}-1`, { videoId }, { ...opts, parent: this });
    new StreamDownloads(`${name}-2`, { videoIds }, { ...opts, parent: this });
    new StreamDownload(`${name}-3`, { videoId }, { ...custom, parent: this });
    new StreamDownload(`${name}-4`, { videoId }, custom);
    new StreamDownloads(`${name}-5`, { videoIds }, custom);
    new StreamDownloads(`${name}-6`, { videoIds }, pulumi.mergeOptions(custom, { parent: this }));
  }
}

const options: StreamDownloadOptions = {
  customTimeouts: { create: "30m" },
  deleteBeforeReplace: true,
  retainOnDelete: true,
  aliases: [{ name: "before" }],
};
new StreamDownload("one", { videoId }, options);
new StreamDownloads("many", { videoIds }, options);
StreamDownload.get("read", "id", { parent: new StreamDownload("one", { videoId }) });
// @ts-expect-error a dynamic resource cannot be imported
new StreamDownload("imported", { videoId }, { import: "id" });
// @ts-expect-error a dynamic resource cannot be imported
new StreamDownloads("imported", { videoIds }, { import: "id" });
// @ts-expect-error a dynamic resource cannot be imported
StreamDownload.get("imported", "id", { import: "id" });
// @ts-expect-error no such option
new StreamDownload("misspelt", { videoId }, { retainOnDeletion: true });
