import { StreamDownload } from "pulumi-cloudflare-stream-downloads";

const sound = new StreamDownload("sound", { videoId: "ea95132c15732412d22c1476fa83f27a", type: "audio" });

export const url = sound.url;
