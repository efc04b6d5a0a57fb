/**
 * What the lifecycle gets from its host, so that it works in any: no Pulumi SDK, no environment variables, no sockets
 * of its own.
 */
import type { Downloads } from "../stream/download";
import type { Job } from "../budget/job";
import type { StreamApi } from "../stream/streamApi";
import type { VideoDetails } from "../stream/video";
import type { Clock } from "../core/clock";
import type { SharedPolls } from "../waiting/sharedPolls";
import type { RequestTimes } from "./requestTimes";

/** What is going on. */
export interface Progress {
  /**
   * In words. Asked for again each second: the time that is left counts down between two polls.
   *
   * @param isThrottled whether requests wait for the budget, so that what is left is told by that
   */
  readonly text: (isThrottled?: boolean) => string;
  /** How much of a download has been generated, in percent. Undefined while it has not been requested. */
  readonly percent?: number;
  /** The milliseconds that are left now; undefined without an estimate. */
  readonly leftMs?: () => number | undefined;
}

/** Reports to the person who waits. */
export interface Reporter {
  /** What is going on now; the next call replaces it. */
  progress(progress: Progress): void;
  /** What came of it, where that is as usual: shown in the row, and not kept in a log. */
  status(message: string): void;
  /** Something worth keeping in a log. */
  note(message: string): void;
  /**
   * Something that needs attention.
   *
   * @param kind the message without the parts that differ between downloads. A library reports each kind once. Default:
   *   the message
   */
  warn(message: string, kind?: string): void;
}

/** What all operations with the same credentials share. */
export interface Session {
  readonly api: Pick<StreamApi, "createDownload" | "deleteDownload">;
  readonly downloads: SharedPolls<Downloads>;
  /** Undefined means that the video does not exist. */
  readonly videos: SharedPolls<VideoDetails | undefined>;
  readonly requestTimes: RequestTimes;
}

/** One operation. */
export interface Operation extends Session {
  readonly clock: Clock;
  readonly report: Reporter;
  /** Its requests, to the request budget. */
  readonly job: Job;
  /** Aborted with {@link Cancelled} or {@link TimeLimitExceeded} as the reason. */
  readonly signal: AbortSignal;
}

/** The user or the engine cancelled the operation. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
  constructor() {
    super("cancelled. Run the same command again to continue.");
  }
}

/**
 * Other downloads of the same resource showed that the credentials are refused, so this one is not tried any further.
 */
export class CredentialsRefused extends Error {
  override readonly name = "CredentialsRefused";
  constructor() {
    super("not tried any further: Cloudflare refuses the credentials for other downloads of this resource");
  }
}

/** The operation took longer than the resource's `customTimeouts` allow. */
export class TimeLimitExceeded extends Error {
  override readonly name = "TimeLimitExceeded";
  readonly limitMs: number;
  /** For how much longer the request budget allows no request, in milliseconds. */
  readonly pauseMs: number;
  constructor(limitMs: number, pauseMs = 0) {
    super("the time limit was exceeded");
    this.limitMs = limitMs;
    this.pauseMs = pauseMs;
  }
}

/**
 * The operation took longer than allowed while the video itself was not ready, so no download of it could be requested.
 */
export class VideoNotReadyInTime extends TimeLimitExceeded {}
