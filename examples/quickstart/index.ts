import * as pulumi from "@pulumi/pulumi";
import { StreamDownload } from "pulumi-cloudflare-stream-downloads";

// `pulumi config set videoId <id>` chooses a video of yours.
const config = new pulumi.Config();
const videoId = config.get("videoId") ?? "ea95132c15732412d22c1476fa83f27a";
const type = config.get("type") === "audio" ? "audio" : "default";

const first = new StreamDownload("first", { videoId, type });
const second = new StreamDownload("second", { videoId, type: type === "audio" ? "default" : "audio" });

export const firstUrl = first.url;
export const secondUrl = second.url;
