// The MP4 of one video, the audio of another, and both files of every video of a season.
import * as stream from "pulumi-cloudflare-stream";

const trailer = new stream.StreamDownload("trailer", { videoId: "ea95132c15732412d22c1476fa83f27a" });

const podcast = new stream.StreamDownload("podcast", {
  videoId: "6b9e68b07dfee8cc2d116e4c51d6a957",
  type: stream.DownloadType.Audio,
});

const firstEpisode = "5d5bc37ffcf54c9b82e996823bffbb81";
const season = new stream.StreamDownloads("season", {
  videoIds: [firstEpisode, "b236bde30eb07b9d01318940e5fc3eda"],
  types: [stream.DownloadType.Mp4, stream.DownloadType.Audio],
});

export const trailerUrl = trailer.url;
export const podcastUrl = podcast.url;
export const firstEpisodeUrl = season.urls.apply((urls) => urls[firstEpisode]?.default);
