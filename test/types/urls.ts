/** What programs may do with urls, by types. Nothing here is run: a test compiles it beside the packed package. */
import * as pulumi from "@pulumi/pulumi";
import { StreamDownload, type StreamDownloadArgs, type StreamDownloads } from "pulumi-cloudflare-stream-downloads";

declare const videoId: string;
declare const config: pulumi.Config;
declare const library: StreamDownloads;
declare const given: StreamDownloadArgs;
declare function use(url: pulumi.Input<string>): void;
declare function useIfThere(url: pulumi.Input<string | undefined>): void;

class VideoAsset extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  readonly download: StreamDownload;
  constructor(name: string) {
    super("acme:media:VideoAsset", name);
    this.download = new StreamDownload(name, { videoId }, { parent: this });
    this.url = this.download.url;
  }
}
use(new VideoAsset("a").url);

use(new StreamDownload("waits", { videoId }).url);
use(new StreamDownload("waits", { videoId, type: "audio" }, { protect: true }).url);
use(new StreamDownload("waits", { videoId, waitForReady: true }).url);
declare const waiting: StreamDownloadArgs<true>;
use(new StreamDownload("waits", waiting).url);
use(library.url(videoId));
use(library.url(pulumi.output(videoId), "audio"));

const later = new StreamDownload("later", { videoId, waitForReady: false });
useIfThere(later.url);
// @ts-expect-error it may not be there yet
use(later.url);
// @ts-expect-error it may not be there yet
use(new StreamDownload("perhaps", { videoId, waitForReady: config.getBoolean("wait") }).url);
// @ts-expect-error it may not be there yet
use(new StreamDownload("perhaps", { videoId, waitForReady: pulumi.output(false) }).url);
// @ts-expect-error arguments of which this is not known
use(new StreamDownload("given", given).url);
useIfThere(new StreamDownload("given", given).url);
// @ts-expect-error what is looked up may still be in progress
use(StreamDownload.get("looked-up", "id").url);
useIfThere(StreamDownload.get("looked-up", "id").url);

// What a program takes for ready fits wherever a StreamDownload is wanted.
class Page extends pulumi.ComponentResource {
  readonly mp4: StreamDownload;
  readonly audio: StreamDownload<boolean>;
  constructor(name: string, id: string | undefined) {
    super("acme:media:Page", name);
    this.mp4 = id === undefined ? new StreamDownload(name, { videoId }) : StreamDownload.get(name, id);
    this.audio = id === undefined ? this.mp4 : StreamDownload.get(name, id);
    use(this.mp4.url);
  }
}
const all: StreamDownload[] = [new Page("a", "id").mp4, StreamDownload.get("looked-up", "id")];
use(StreamDownload.get<true>("looked-up", "id").url);
// @ts-expect-error there is no such type
library.url(videoId, "gif");
export { all };
