/** Everything that a Pulumi program imports. */
export {
  type GetStreamDownloadsArgs,
  type GetStreamDownloadsResult,
  getStreamDownloads,
  getStreamDownloadsOutput,
  type StreamDownloadInfo,
} from "./resource/getStreamDownloads";
export { StreamDownload, type StreamDownloadArgs } from "./resource/streamDownload";
export {
  type ByVideoAndType,
  type DownloadItem,
  StreamDownloads,
  type StreamDownloadsArgs,
} from "./resource/streamDownloads";
