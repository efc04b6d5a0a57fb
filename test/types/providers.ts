/** Providers with credentials of their own, for resources and look-ups, by types. Nothing here is run. */
import * as pulumi from "@pulumi/pulumi";
import {
  getStreamDownloads,
  getStreamDownloadsOutput,
  getStreamVideos,
  getStreamVideosOutput,
  StreamDownload,
  StreamDownloads,
  StreamProvider,
  type StreamProviderArgs,
} from "pulumi-cloudflare-stream-downloads";

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

declare const config: pulumi.Config;
const all: StreamProviderArgs = {
  apiToken: config.requireSecret("token"),
  apiKey: config.getSecret("key"),
  email: "me@example.com",
  accountId: pulumi.output(""),
  baseUrl: "https://example.com/client/v4",
  allowInsecureBaseUrl: false,
  requestsPer5Minutes: config.getNumber("requests"),
  userAgentOperatorSuffix: "acme/7",
};
const stream = new StreamProvider("stream", all, { envVarMappings: { TOKEN: "CLOUDFLARE_API_TOKEN" }, protect: true });
new StreamProvider("of the environment");
new StreamDownload("elsewhere", { videoId: "" }, { provider: stream });
new pulumi.ComponentResource("acme:media:Group", "group", {}, { providers: [stream] });
getStreamDownloadsOutput({ videoId: "" }, { provider: stream });
// @ts-expect-error a misspelt argument
new StreamProvider("stream", { apitoken: "" });
// @ts-expect-error its arguments have no namespace
new StreamProvider("stream", { "cloudflare-stream:apiToken": "" });
// @ts-expect-error a number is wanted
new StreamProvider("stream", { requestsPer5Minutes: "1500" });
// @ts-expect-error the package is always the same
new StreamProvider("pulumi-nodejs", "stream", {});

const { videoIds, videos } = getStreamVideosOutput({ creator: made.status, status: "ready" }, options);
new StreamDownloads("all", { videoIds });
videos.apply((listed) => listed.map(({ name }) => name?.length));
// @ts-expect-error no such status
void getStreamVideos({ status: "done" });
