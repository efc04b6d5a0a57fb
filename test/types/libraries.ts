/** What programs may give a StreamDownloads and get from it, by types. Nothing here is run. */
import type * as pulumi from "@pulumi/pulumi";
import { type DownloadType, StreamDownloads, type StreamDownloadsArgs } from "pulumi-cloudflare-stream-downloads";

declare const videoId: string;
declare const videoIds: pulumi.Output<string[]>;
declare const perhaps: string[] | undefined;

new StreamDownloads("all", { videoIds });
declare const listed: readonly string[];
new StreamDownloads("all", { videoIds: listed, types: ["default", "audio"] as const });
new StreamDownloads("all", { videoIds, types: ["audio"], onFailure: "warn", waitForReady: false });
new StreamDownloads("all", { downloads: [{ videoId }, { videoId, type: "audio" }] });
new StreamDownloads("all", { videoIds, types: undefined, downloads: undefined, accountId: undefined });
declare const given: StreamDownloadsArgs;
const library = new StreamDownloads("all", given);
type SeasonArgs = StreamDownloadsArgs & { title: string };
declare const season: SeasonArgs;
new StreamDownloads("all", season);
// @ts-expect-error it names no videos
new StreamDownloads("none", {});
// @ts-expect-error no videos, only types
new StreamDownloads("none", { types: ["audio"] });
// @ts-expect-error perhaps no videos
new StreamDownloads("none", { videoIds: perhaps });
// @ts-expect-error either videos or downloads
new StreamDownloads("both", { videoIds, downloads: [{ videoId }] });
// @ts-expect-error each of the downloads has its type
new StreamDownloads("both", { types: ["audio"], downloads: [{ videoId }] });
// @ts-expect-error there is no such type
new StreamDownloads("gif", { videoIds, types: ["gif"] });

export const declared: pulumi.Output<string[]> = library.videoIds;
export const types: pulumi.Output<DownloadType[]> = library.types;
