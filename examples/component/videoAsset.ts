import * as pulumi from "@pulumi/pulumi";
import { StreamDownload } from "pulumi-cloudflare-stream-downloads";
import { FeedEntry } from "./feedEntry";

export interface VideoAssetArgs {
  videoId: pulumi.Input<string>;
  title: pulumi.Input<string>;
}

/** A video as an MP4 and as sound, and its entry in the feed, which has both addresses. */
export class VideoAsset extends pulumi.ComponentResource {
  readonly mp4Url: pulumi.Output<string>;
  readonly audioUrl: pulumi.Output<string>;

  constructor(name: string, { videoId, title }: VideoAssetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("acme:media:VideoAsset", name, {}, opts);
    const mp4 = new StreamDownload(`${name}-mp4`, { videoId }, { parent: this });
    const audio = new StreamDownload(`${name}-audio`, { videoId, type: "audio" }, { parent: this });
    new FeedEntry(`${name}-entry`, { title, video: mp4.url, sound: audio.url }, { parent: this });
    this.mp4Url = mp4.url;
    this.audioUrl = audio.url;
    this.registerOutputs({ mp4Url: this.mp4Url, audioUrl: this.audioUrl });
  }
}
