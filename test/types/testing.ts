/** What tests of programs may do with the mocks, by types. Nothing here is run: a test compiles it beside the packed package. */
import * as pulumi from "@pulumi/pulumi";
import { StreamDownload, type StreamDownloads } from "pulumi-cloudflare-stream-downloads";
import { type StreamDownloadMocks, streamDownloadMocks, valueOf } from "pulumi-cloudflare-stream-downloads/testing";

declare const videoId: string;
declare const library: StreamDownloads;
const mocks: StreamDownloadMocks = streamDownloadMocks();
const set: Promise<void> = pulumi.runtime.setMocks(mocks);
const url: Promise<string> = valueOf(library.url(videoId));
const perhaps: Promise<string | undefined> = valueOf(new StreamDownload("later", { videoId, waitForReady: false }).url);
// @ts-expect-error it may not be there yet
const certain: Promise<string> = valueOf(new StreamDownload("later", { videoId, waitForReady: false }).url);
const refusals: Promise<string[]> = mocks.refusals(() => new StreamDownload("a", { videoId }));
const reset: () => void = () => mocks.reset();
// @ts-expect-error what is declared is read, not written
mocks.declared.push({ accountId: videoId, videoId, type: "default" });
export { certain, perhaps, refusals, reset, set, url };
