/**
 * Mocks for the unit tests of users' programs. For tests on the real engine there is the package
 * `cloudflare-stream-emulator`.
 */
export {
  type MockedDownload,
  streamDownloadMocks,
  type StreamDownloadMocks,
  type StreamDownloadMocksOptions,
} from "./streamDownloadMocks";
export { type MockedVideo } from "./mockedVideos";
export { valueOf } from "./valueOf";
