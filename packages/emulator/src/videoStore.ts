/**
 * The state behind the emulated API: videos and their downloads. Time is a number that comes in; nothing here waits.
 */
import type { DownloadType, ProgressCurve, VideoState } from "./options";
import { microsecondsOf } from "./timestamps";

/** A video to declare. */
export interface VideoDeclaration {
  /** 32 lower-case hexadecimal characters. */
  readonly videoId: string;
  /** The account it is in. Default: every account. */
  readonly accountId?: string;
  /** Default `ready`. */
  readonly state?: VideoState;
  /** Milliseconds until a video that is not ready becomes so. Default: never. */
  readonly readyAfterMs?: number;
  /** Why the video is in state `error`. */
  readonly errorReason?: string;
  /**
   * How long generating each of its files takes, of both types, in milliseconds: those that are requested from now on.
   * Default: the emulator's `encodingMs`.
   */
  readonly encodingMs?: number;
  /**
   * Whether its files that are requested from now on, of both types, fail once their time is over. Default: the
   * emulator's `encodingFails`.
   */
  readonly generation?: "succeeds" | "fails";
  /** The name in its `meta`. Default: `video` and the beginning of its id. */
  readonly name?: string;
  /** Whose it is, in the words of the account's owner. */
  readonly creator?: string;
  /** When it was created, such as `2014-01-02T02:20:00.123456Z`. Default: when it was declared. */
  readonly created?: string;
  /** In seconds; -1 where it is not known. Default: 12.5 where it is ready, else -1. */
  readonly duration?: number;
  /** In bytes. Default: that of the example in Cloudflare's documentation. */
  readonly size?: number;
  /** Only reported: its files are served all the same. Default false. */
  readonly requireSignedURLs?: boolean;
  /** When it is to be deleted. Only reported: it stays. */
  readonly scheduledDeletion?: string;
  /** The live input that it was recorded from. */
  readonly liveInput?: string;
}

/**
 * What changes of a video; `null` goes back to the default. A change of `state` or `readyAfterMs` counts from now.
 *
 * @example
 * emulator.changeVideo("ea95132c15732412d22c1476fa83f27a", { generation: null, encodingMs: 60_000 });
 */
export type VideoChanges = {
  readonly [Key in Exclude<keyof VideoDeclaration, "videoId">]?: VideoDeclaration[Key] | null;
};

/** A download as it stands at a moment. */
export interface DownloadView {
  /** `ready`: the file exists. `inprogress`: it is being generated. `error`: generating it failed. */
  readonly status: "ready" | "inprogress" | "error";
  /** 0 to 100. */
  readonly percent: number;
}

/** A video as the store has it. */
export interface Video extends VideoDeclaration {
  readonly declaredAt: number;
  /** When {@link VideoStore.change} changed it last. */
  readonly changedAt?: number;
  /** Since when it is in its state. */
  readonly stateAt: number;
  /** False where a request merely named it: such a video is kept only as long as it has downloads. */
  readonly isDeclared: boolean;
  readonly downloads: Map<DownloadType, StoredDownload>;
}

interface StoredDownload {
  readonly startedAt: number;
  readonly durationMs: number;
  readonly fails: boolean;
  /** Set by a test, whatever the time. */
  readonly forced?: DownloadView;
  /** The one that it replaces, as it was then. */
  readonly replaced?: DownloadView | undefined;
}

interface VideoStoreOptions {
  readonly strict: boolean;
  readonly curve: () => ProgressCurve;
  readonly durationMs: (videoId: string, type: DownloadType) => number;
  readonly fails: (videoId: string, type: DownloadType, generation: number) => boolean;
}

/** For how many downloads the number of generations is remembered. */
const KEPT_GENERATIONS = 100_000;

/** All videos of all accounts. */
export class VideoStore {
  readonly #options: VideoStoreOptions;
  readonly #videos = new Map<string, Video>();
  readonly #removed = new Set<string>();
  readonly #generations = new Map<string, number>();
  /** The creation time of the videos that nobody declared. */
  #openedAt: number | undefined;

  constructor(options: VideoStoreOptions) {
    this.#options = options;
  }

  declare(video: VideoDeclaration, now: number): void {
    this.#removed.delete(video.videoId);
    this.#videos.set(video.videoId, {
      ...video,
      declaredAt: now,
      stateAt: now,
      isDeclared: true,
      downloads: new Map(),
    });
  }

  /** Changes a video, which keeps its downloads. */
  change(video: Video, changes: VideoChanges, now: number): void {
    const stateAt = "state" in changes || "readyAfterMs" in changes ? now : video.stateAt;
    const changed = { ...video, ...changes, stateAt, changedAt: now, isDeclared: true };
    this.#videos.set(video.videoId, withoutNulls(changed) as unknown as Video);
  }

  remove(videoId: string): void {
    this.#videos.delete(videoId);
    this.#removed.add(videoId);
  }

  /** The video, or undefined; where ids need not be declared, a well-formed one is a video that is ready. */
  find(accountId: string, videoId: string, now: number): Video | undefined {
    const known = this.#videos.get(videoId);
    if (known !== undefined) return known.accountId === undefined || known.accountId === accountId ? known : undefined;
    if (this.#options.strict || this.#removed.has(videoId)) return undefined;
    this.#openedAt ??= now;
    const opened = this.#openedAt;
    return { videoId, declaredAt: opened, stateAt: opened, isDeclared: false, downloads: new Map() };
  }

  /** A video that was declared or has downloads. */
  get(videoId: string): Video | undefined {
    return this.#videos.get(videoId);
  }

  videos(): readonly Video[] {
    return [...this.#videos.values()];
  }

  /** The state that a video is in; `readyAt`, in milliseconds, where it has become ready since it was declared. */
  stateOf(video: Video, now: number): { state: VideoState; percent: number; readyAt?: number } {
    const declared = video.state ?? "ready";
    if (declared === "ready" || video.readyAfterMs === undefined)
      return { state: declared, percent: declared === "ready" ? 100 : 0 };
    const share = video.readyAfterMs === 0 ? 1 : (now - video.stateAt) / video.readyAfterMs;
    return share >= 1
      ? { state: "ready", percent: 100, readyAt: video.stateAt + video.readyAfterMs }
      : { state: declared, percent: share * 100 };
  }

  /** Begins to generate a file, in place of an earlier one of this type. */
  start(video: Video, type: DownloadType, now: number): void {
    const key = `${video.videoId}/${type}`;
    const generation = (this.#generations.get(key) ?? 0) + 1;
    this.#generations.set(key, generation);
    const [oldest] = this.#generations.keys();
    if (this.#generations.size > KEPT_GENERATIONS && oldest !== undefined) this.#generations.delete(oldest);
    const { durationMs, fails } = this.#options;
    this.#put(video, type, {
      startedAt: now,
      durationMs: video.encodingMs ?? durationMs(video.videoId, type),
      fails: video.generation === undefined ? fails(video.videoId, type, generation) : video.generation === "fails",
      replaced: this.view(video, type, now),
    });
  }

  /** How many times a file was begun. */
  generations(videoId: string, type: DownloadType): number {
    return this.#generations.get(`${videoId}/${type}`) ?? 0;
  }

  /** Puts a download into a state, as something outside of the API's users might. */
  force(video: Video, type: DownloadType, view: DownloadView, now: number): void {
    this.#put(video, type, { startedAt: now, durationMs: 0, fails: false, forced: view });
  }

  /** Deletes a download, if it exists. */
  drop(video: Video, type: DownloadType): void {
    video.downloads.delete(type);
    if (!video.isDeclared && video.downloads.size === 0) this.#videos.delete(video.videoId);
  }

  view(video: Video, type: DownloadType, now: number): DownloadView | undefined {
    const stored = video.downloads.get(type);
    if (stored === undefined) return undefined;
    if (stored.forced !== undefined) return stored.forced;
    const share = stored.durationMs <= 0 ? 1 : (now - stored.startedAt) / stored.durationMs;
    if (share < 1) return { status: "inprogress", percent: 100 * onCurve(this.#options.curve(), Math.max(0, share)) };
    return stored.fails ? { status: "error", percent: 0 } : { status: "ready", percent: 100 };
  }

  /** A download as a list shows it that lags by so many milliseconds: at first the one that it replaces, if any. */
  listed(video: Video, type: DownloadType, now: number, lagMs: number): DownloadView | undefined {
    const stored = video.downloads.get(type);
    const isLagging = stored !== undefined && stored.forced === undefined && now - stored.startedAt < lagMs;
    return isLagging ? stored.replaced : this.view(video, type, now);
  }

  #put(video: Video, type: DownloadType, download: StoredDownload): void {
    video.downloads.set(type, download);
    this.#videos.set(video.videoId, video);
  }
}

/** When a video was created, in microseconds since the epoch. */
export function createdOf(video: Video): number {
  return video.created === undefined ? video.declaredAt * 1000 : microsecondsOf(video.created);
}

/** `null` says the default, as absence does. */
export function withoutNulls(declaration: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(declaration).filter(([, value]) => value !== null && value !== undefined));
}

function onCurve(curve: ProgressCurve, share: number): number {
  switch (curve) {
    case "linear":
      return share;
    case "steps":
      return Math.floor(share * 4) / 4;
    case "late":
      return share < 0.8 ? share / 8 : 0.1 + (share - 0.8) * 4.5;
    case "stuck":
      return 0;
    default:
      return curve(share);
  }
}
