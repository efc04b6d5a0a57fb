import { StreamDownloads } from "pulumi-cloudflare-stream-downloads";

const videoIds = [
  "ea95132c15732412d22c1476fa83f27a",
  "6b9e68b07dfee8cc2d116e4c51d6a957",
  "5d5bc37ffcf54c9b82e996823bffbb81",
];

const library = new StreamDownloads("library", { videoIds, types: ["default", "audio"] });

export const urls = library.urls;
