/** Providers of one's own, as the README has them, for resources and look-ups. */
import * as pulumi from "@pulumi/pulumi";
import { getStreamDownloads, getStreamDownloadsOutput, StreamDownload } from "pulumi-cloudflare-stream-downloads";

class Provider extends pulumi.ProviderResource {}
const other = new Provider("pulumi-nodejs", "other", { "cloudflare:apiToken": pulumi.secret("token") });
const made = new StreamDownload("elsewhere", { videoId: "" }, { provider: other });

const options: pulumi.InvokeOutputOptions = { provider: other, parent: made, dependsOn: [made, Promise.resolve(made)] };
getStreamDownloadsOutput({ videoId: made.videoId }, options);
getStreamDownloadsOutput({ videoId: "" }, { dependsOn: made });
// @ts-expect-error no such option
getStreamDownloadsOutput({ videoId: "" }, { dependOn: made });

void getStreamDownloads({ videoId: "" }, { provider: other, parent: made });
declare const invokeOptions: pulumi.InvokeOptions;
void getStreamDownloads({ videoId: "" }, invokeOptions);
void getStreamDownloads({ videoId: "" }, { ...invokeOptions, parent: made });
// @ts-expect-error a promise is asked for at once
void getStreamDownloads({ videoId: "" }, { dependsOn: made });
// @ts-expect-error no such option
void getStreamDownloads({ videoId: "" }, { providers: [other] });
