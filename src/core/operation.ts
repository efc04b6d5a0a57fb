/** What the lifecycle needs from outside, so that it stands on any front: no Pulumi, no environment, no sockets of its own. */
import type { Downloads } from "./cloudflare/download";
import type { StreamApi } from "./cloudflare/streamApi";
import type { VideoDetails } from "./cloudflare/video";
import type { Clock } from "./clock";
import type { SharedPolls } from "./polling/sharedPolls";

/** Tells the person who waits. */
export interface Reporter {
  /** What is going on right now; the next call replaces it. */
  progress(message: string): void;
  /** Something worth keeping in a log. */
  note(message: string): void;
  /**
   * Something that needs attention.
   *
   * @param kind what is the same whenever this happens, where the message is not; of many downloads each kind is told once
   */
  warn(message: string, kind?: string): void;
  /** Why it does not go on for now: the request budget. Kept in a log now and then, else shown as progress. */
  throttled(message: string): void;
}

/** One account's credentials at work: shared by all operations that use them. */
export interface Session {
  readonly api: Pick<StreamApi, "createDownload" | "deleteDownload">;
  readonly downloads: SharedPolls<Downloads>;
  /** Undefined stands for a video that does not exist. */
  readonly videos: SharedPolls<VideoDetails | undefined>;
}

/** One operation. */
export interface Operation extends Session {
  readonly clock: Clock;
  readonly report: Reporter;
  /** Aborted with {@link Cancelled} or {@link TimeLimitExceeded} as the reason. */
  readonly signal: AbortSignal;
}

/** The user, or the engine, asked to stop. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
  constructor() {
    super("cancelled");
  }
}

/** Other downloads of the same resource showed that the credentials are refused, so that going on with this one is of no use. */
export class CredentialsRefused extends Error {
  override readonly name = "CredentialsRefused";
  constructor() {
    super("not tried any further: Cloudflare refuses the credentials for other downloads of this resource");
  }
}

/** The time that the resource's `customTimeouts` allow is over. */
export class TimeLimitExceeded extends Error {
  override readonly name = "TimeLimitExceeded";
  readonly limitMs: number;
  constructor(limitMs: number) {
    super("the time limit is over");
    this.limitMs = limitMs;
  }
}
