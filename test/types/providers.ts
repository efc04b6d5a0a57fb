/** Providers of one's own, as the README has them, for resources and look-ups. */
import * as pulumi from "@pulumi/pulumi";
import {
  getStreamDownloadsOutput,
  getStreamVideos,
  getStreamVideosOutput,
  StreamDownload,
  StreamDownloads,
} from "pulumi-cloudflare-stream-downloads";

class Provider extends pulumi.ProviderResource {}
const other = new Provider("pulumi-nodejs", "other", { "cloudflare:apiToken": pulumi.secret("token") });
const made = new StreamDownload("elsewhere", { videoId: "" }, { provider: other });

const options: pulumi.InvokeOutputOptions = { provider: other, parent: made, dependsOn: [made, Promise.resolve(made)] };
getStreamDownloadsOutput({ videoId: made.videoId }, options);
getStreamDownloadsOutput({ videoId: "" }, { dependsOn: made });
// @ts-expect-error no such option
getStreamDownloadsOutput({ videoId: "" }, { dependOn: made });

const { videoIds, videos } = getStreamVideosOutput({ creator: made.status, status: "ready" }, options);
new StreamDownloads("all", { videoIds });
videos.apply((all) => all.map(({ name }) => name?.length));
// @ts-expect-error no such status
void getStreamVideos({ status: "done" });
