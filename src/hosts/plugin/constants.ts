/** The names by which the engine and programs know the plugin. */

/** The package, and the namespace of its configuration. */
export const PACKAGE = "cloudflare-stream";
export const DOWNLOAD_TOKEN = `${PACKAGE}:index:StreamDownload`;
export const LIBRARY_TOKEN = `${PACKAGE}:index:StreamDownloads`;
export const LOOK_UP_TOKEN = `${PACKAGE}:index:getStreamDownloads`;
export const VIDEOS_TOKEN = `${PACKAGE}:index:getStreamVideos`;

/** The provider's configuration. */
export const SETTINGS = [
  "apiToken",
  "apiKey",
  "email",
  "accountId",
  "baseUrl",
  "allowInsecureBaseUrl",
  "requestsPer5Minutes",
  "userAgentOperatorSuffix",
] as const;
/** Those that are secret whatever the program says. */
export const SECRET_SETTINGS: readonly string[] = ["apiToken", "apiKey"];
