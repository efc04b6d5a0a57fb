/** For users' own tests: mocks for the unit tests of programs, and the emulator for tests on the real engine. */
export * from "../emulator";
export {
  type MockedDownload,
  streamDownloadMocks,
  type StreamDownloadMocks,
  type StreamDownloadMocksOptions,
} from "./streamDownloadMocks";
export { valueOf } from "./valueOf";
