import * as pulumi from "@pulumi/pulumi";
import { StreamDownload } from "pulumi-cloudflare-stream-downloads";

// Each episode as a video to keep and as sound for a podcast; whoever opens a link gets a file with the episode's name.
const episodes = {
  "episode-1": "ea95132c15732412d22c1476fa83f27a",
  "episode-2": "6b9e68b07dfee8cc2d116e4c51d6a957",
};

export const links = Object.entries(episodes).map(([name, videoId]) => {
  const video = new StreamDownload(`${name}-video`, { videoId });
  // Both types wait on the same requests: requesting the second costs no more polls.
  const sound = new StreamDownload(`${name}-sound`, { videoId, type: "audio" }, { customTimeouts: { create: "30m" } });
  return {
    name,
    video: pulumi.interpolate`${video.url}?filename=${name}`,
    sound: pulumi.interpolate`${sound.url}?filename=${name}`,
  };
});
