import * as pulumi from "@pulumi/pulumi";
import { StreamDownload, StreamProvider } from "pulumi-cloudflare-stream-downloads";

// pulumi config set --secret northToken <token>, and the same for south.
const config = new pulumi.Config();

const accounts = {
  north: { accountId: "023e105f4ecef8ad9ca31a8372d0c353", videoId: "ea95132c15732412d22c1476fa83f27a" },
  south: { accountId: "0123456789abcdef0123456789abcdef", videoId: "6b9e68b07dfee8cc2d116e4c51d6a957" },
};

export const urls = Object.fromEntries(
  Object.entries(accounts).map(([name, { accountId, videoId }]) => {
    // A provider of its own for each account: its token is used for its resources alone.
    const provider = new StreamProvider(name, { apiToken: config.requireSecret(`${name}Token`), accountId });
    const trailer = new StreamDownload(`${name}-trailer`, { videoId }, { provider });
    return [name, trailer.url];
  }),
);
