/** Programs that name the plugin's resources without an SDK. */

/** The classes `PluginDownload` and `PluginLibrary`. */
export const CLASSES = `
const declaring = (type, outputs) => class extends pulumi.CustomResource {
  constructor(name, args, opts) { super("cloudflare-stream:index:" + type, name, { ...outputs, ...args }, opts); }
};
const PluginDownload = declaring("StreamDownload", { accountId: undefined, url: undefined, status: undefined });
const PluginLibrary = declaring("StreamDownloads", { accountId: undefined, urls: undefined, statuses: undefined, failures: undefined });
`;

/** What a plugin's resource is in the state. */
export const TYPE = "cloudflare-stream:index:StreamDownload";
