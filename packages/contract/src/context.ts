/** What the steps of a run share. */
import { formatDuration } from "./duration";
import type { Clock } from "./clock";
import type { Client, Observed } from "./client";
import type { BehaviorName, CheckId, Findings } from "./findings";
import type { Sample } from "./progressCurve";
import { type DownloadType, downloadsIn, type SeenDownload, type SeenDownloads } from "./reading";

/**
 * One part of a run. If it throws, whatever it has not decided is reported as undecided, for the reason for which it
 * threw.
 */
export interface Step {
  readonly checks: readonly CheckId[];
  readonly behaviors: readonly BehaviorName[];
  run(context: Context): Promise<void>;
}

/** A download from the request for it until its file is there. */
export interface Generation {
  readonly requestedAt: number;
  readonly samples: Sample[];
  /** When it was last seen in progress, and first seen ended: milliseconds since the request. */
  lastMs?: number;
  endedMs?: number;
  latest?: SeenDownload;
}

interface ContextOptions {
  readonly client: Client;
  readonly findings: Findings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly deadline: number;
  readonly progress: (line: string) => void;
  readonly account: string;
  readonly videoId: string;
  readonly otherVideos: readonly string[];
  readonly force: boolean;
}

export class Context {
  /** Downloads that were requested and are not known to be gone, by their part of the path. */
  readonly mayExist = new Set<string>();
  /** Downloads that were there before the run, and that it deleted. */
  readonly hadBefore = new Set<DownloadType>();
  readonly generations = new Map<DownloadType, Generation>();
  /** How `percentComplete` was written, and whether `url` was there in progress, wherever a download was seen. */
  readonly percentFormats = new Set<string>();
  readonly urlsInProgress = new Set<"present" | "absent">();
  /** The shapes of the responses to a POST without and with a type. */
  readonly postShapes: { untyped?: SeenDownloads["shape"]; typed?: SeenDownloads["shape"] } = {};
  isReady = false;
  requiresSignedUrls = false;

  constructor(readonly options: ContextOptions) {}

  get client(): Client {
    return this.options.client;
  }

  get findings(): Findings {
    return this.options.findings;
  }

  /** The path of a video, or of something below it. */
  path(below = "", videoId = this.options.videoId): string {
    return `/accounts/${this.options.account}/stream/${videoId}${below}`;
  }

  now(): number {
    return this.options.clock.now();
  }

  /** Waits, unless that would last beyond the run's time limit. */
  async pause(ms: number, what: string): Promise<boolean> {
    const { clock, signal, deadline, progress } = this.options;
    if (clock.now() + ms > deadline) return false;
    if (what !== "") progress(`${what}; looking again in ${formatDuration(Math.max(ms, 1000))}`);
    await clock.sleep(ms, signal);
    return true;
  }

  /** The downloads in a response. Records what every response shows, such as how percentages are written. */
  read(observed: Observed, requested: DownloadType): SeenDownloads {
    const seen = downloadsIn(observed, requested);
    for (const download of seen.byType.values()) {
      if (download.percentFormat !== undefined) this.percentFormats.add(download.percentFormat);
      if (download.status === "inprogress") this.urlsInProgress.add(download.url === undefined ? "absent" : "present");
    }
    return seen;
  }

  /** Lists the downloads, and records the progress of those that were requested. */
  async list(): Promise<{ observed: Observed; seen: SeenDownloads }> {
    const observed = await this.client.get(this.path("/downloads"));
    const seen = this.read(observed, "default");
    for (const [type, download] of seen.byType) this.#follow(type, download, observed.at);
    return { observed, seen };
  }

  #follow(type: DownloadType, download: SeenDownload, at: number): void {
    const generation = this.generations.get(type);
    if (generation === undefined || generation.endedMs !== undefined) return;
    generation.latest = download;
    const ms = at - generation.requestedAt;
    if (hasEnded(download)) {
      generation.endedMs = ms;
      return;
    }
    generation.lastMs = ms;
    if (download.percent !== undefined) generation.samples.push({ ms, share: download.percent / 100 });
  }
}

export function hasEnded({ status }: SeenDownload): boolean {
  return status === "ready" || status === "error";
}
