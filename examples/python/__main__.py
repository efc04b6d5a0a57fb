"""The MP4 of one video, the audio of another, and both files of every video of a season."""

import pulumi
import pulumi_cloudflare_stream as stream

trailer = stream.StreamDownload("trailer", video_id="ea95132c15732412d22c1476fa83f27a")

podcast = stream.StreamDownload(
    "podcast",
    video_id="6b9e68b07dfee8cc2d116e4c51d6a957",
    type=stream.DownloadType.AUDIO,
)

first_episode = "5d5bc37ffcf54c9b82e996823bffbb81"
season = stream.StreamDownloads(
    "season",
    video_ids=[first_episode, "b236bde30eb07b9d01318940e5fc3eda"],
    types=[stream.DownloadType.MP4, stream.DownloadType.AUDIO],
)

pulumi.export("trailerUrl", trailer.url)
pulumi.export("podcastUrl", podcast.url)
pulumi.export("firstEpisodeUrl", season.urls.apply(lambda urls: urls[first_episode].default))
