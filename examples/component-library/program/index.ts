import { Episode } from "acme-video";

const first = new Episode("first", { videoId: "ea95132c15732412d22c1476fa83f27a" });

export const { videoUrl, soundUrl } = first;
