import { VideoAsset } from "./videoAsset";

const trailer = new VideoAsset("trailer", { videoId: "ea95132c15732412d22c1476fa83f27a", title: "The trailer" });
const episode = new VideoAsset("episode", { videoId: "6b9e68b07dfee8cc2d116e4c51d6a957", title: "Episode 1" });

export const trailerUrl = trailer.mp4Url;
export const podcastUrl = episode.audioUrl;
