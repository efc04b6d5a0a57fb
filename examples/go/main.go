// Deploys files of videos by Pulumi's Automation API: `go run . up`, `go run . destroy`.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	stream "pulumi-cloudflare-stream/sdk/go/cloudflarestream"
)

// files declares the MP4 of one video, the audio of another, and both files of every video of a season.
func files(ctx *pulumi.Context) error {
	trailer, err := stream.NewStreamDownload(ctx, "trailer", &stream.StreamDownloadArgs{
		VideoId: pulumi.String("ea95132c15732412d22c1476fa83f27a"),
	})
	if err != nil {
		return err
	}
	podcast, err := stream.NewStreamDownload(ctx, "podcast", &stream.StreamDownloadArgs{
		VideoId: pulumi.String("6b9e68b07dfee8cc2d116e4c51d6a957"),
		Type:    stream.DownloadTypeAudio,
	})
	if err != nil {
		return err
	}
	firstEpisode := "5d5bc37ffcf54c9b82e996823bffbb81"
	season, err := stream.NewStreamDownloads(ctx, "season", &stream.StreamDownloadsArgs{
		VideoIds: pulumi.ToStringArray([]string{firstEpisode, "b236bde30eb07b9d01318940e5fc3eda"}),
		Types:    stream.DownloadTypeArray{stream.DownloadTypeMp4, stream.DownloadTypeAudio},
	})
	if err != nil {
		return err
	}
	ctx.Export("trailerUrl", trailer.Url)
	ctx.Export("podcastUrl", podcast.Url)
	ctx.Export("firstEpisodeUrl", season.Urls.MapIndex(pulumi.String(firstEpisode)).Default())
	return nil
}

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 1 || (args[0] != "up" && args[0] != "destroy") {
		return fmt.Errorf("usage: go run . up|destroy")
	}
	stack, err := auto.UpsertStackInlineSource(ctx, "dev", "stream-files", files)
	if err != nil {
		return err
	}
	if args[0] == "up" {
		_, err = stack.Up(ctx, optup.ProgressStreams(os.Stdout))
	} else {
		_, err = stack.Destroy(ctx, optdestroy.ProgressStreams(os.Stdout))
	}
	return err
}
