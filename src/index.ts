/** Everything that a Pulumi program imports. */
export { type DownloadType } from "./core/identity";
export {
  type GetStreamDownloadsArgs,
  type GetStreamDownloadsResult,
  getStreamDownloads,
  getStreamDownloadsOutput,
  type StreamDownloadInfo,
} from "./program/getStreamDownloads";
export {
  type GetStreamVideosArgs,
  type GetStreamVideosResult,
  getStreamVideos,
  getStreamVideosOutput,
  type StreamVideoInfo,
  type VideoStatus,
} from "./program/getStreamVideos";
export { type GetStreamDownloadsOutputOptions } from "./program/lookUpOptions";
export { StreamDownload, type StreamDownloadArgs, type StreamDownloadOptions } from "./program/singleResource";
export {
  type ByVideoAndType,
  type DownloadItem,
  StreamDownloads,
  type StreamDownloadsArgs,
  type StreamDownloadsOfVideos,
  type StreamDownloadsOneByOne,
  type StreamDownloadsSettings,
} from "./program/libraryResource";
export { StreamProvider, type StreamProviderArgs } from "./program/streamProvider";
