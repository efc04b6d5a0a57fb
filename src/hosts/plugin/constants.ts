/** The names by which the engine and programs know the plugin. */
import { NAMESPACE } from "../../core/settingNames";

/** The package, and the namespace of its configuration. */
export const PACKAGE = NAMESPACE;
export const DOWNLOAD_TOKEN = `${PACKAGE}:index:StreamDownload`;
export const LIBRARY_TOKEN = `${PACKAGE}:index:StreamDownloads`;
export const LOOK_UP_TOKEN = `${PACKAGE}:index:getStreamDownloads`;
export const VIDEOS_TOKEN = `${PACKAGE}:index:getStreamVideos`;
