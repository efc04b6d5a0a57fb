/** An emulator of Cloudflare Stream's downloads API, for tests and for trying things out without an account. */
export type { EmulatorControl, VideoView } from "./control";
export { type Emulator, startEmulator } from "./emulator";
export {
  type BodyFault,
  type ConnectionFault,
  type DelayFault,
  type Fault,
  type FaultKind,
  type FaultTarget,
  OPERATIONS,
  type OperationName,
  type StatusFault,
  type TrickleFault,
} from "./faults";
export type {
  DownloadType,
  EmulatorOptions,
  ErrorResponse,
  GlobalKey,
  LoggedRequest,
  ProgressCurve,
  RateLimitOptions,
  Behavior,
  VideoState,
} from "./options";
export type { VideosDeclaration } from "./manyVideos";
export type { DownloadView, VideoChanges, VideoDeclaration } from "./videoStore";
