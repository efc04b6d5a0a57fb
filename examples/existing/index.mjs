import * as pulumi from "@pulumi/pulumi";
import { getStreamDownloads, StreamDownload } from "pulumi-cloudflare-stream-downloads";

const accountId = process.env.CLOUDFLARE_ACCOUNT_ID;
const videoId = "ea95132c15732412d22c1476fa83f27a";

// One download by its id, and all of a video; neither is managed here.
const mp4 = StreamDownload.get("mp4", `${accountId}/${videoId}/default`);
const found = pulumi.output(getStreamDownloads({ videoId }));

export const mp4Url = mp4.url;
export const audioStatus = found.apply(({ audio }) => audio?.status ?? "there is none");
