import * as pulumi from "@pulumi/pulumi";
import { StreamDownload, StreamDownloads } from "pulumi-cloudflare-stream-downloads";

const trailerId = "ea95132c15732412d22c1476fa83f27a";
const episodeIds = ["6b9e68b07dfee8cc2d116e4c51d6a957", "5d5bc37ffcf54c9b82e996823bffbb81"];

const trailer = new StreamDownload("trailer", { videoId: trailerId });
const episodes = new StreamDownloads("episodes", { videoIds: episodeIds, types: ["audio"] });

export const trailerLink = pulumi.interpolate`${trailer.url}?filename=trailer`;
export const podcast = pulumi.all(episodeIds.map((id) => episodes.url(id, "audio")));
