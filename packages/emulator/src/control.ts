/** What a test looks at and changes while the emulator runs, in its own process or through the admin API. */
import { faultSchema, readBody } from "./adminSchemas";
import type { EmulatedApi } from "./app";
import type { Fault } from "./faults";
import type { DownloadType, LoggedRequest, Behavior, VideoState } from "./options";
import type { DownloadView, VideoDeclaration } from "./videoStore";

/** A video as the emulator has it. */
export interface VideoView {
  /** 32 lower-case hexadecimal characters. */
  readonly videoId: string;
  /** Absent where it is in every account. */
  readonly accountId?: string;
  /** As it stands now. */
  readonly state: VideoState;
  /** Those that exist, by type. */
  readonly downloads: Partial<Record<DownloadType, DownloadView>>;
}

/** What a test looks at and changes. */
export interface EmulatorControl {
  /** The emulator's time; files are made by it. */
  readonly clock: {
    /** Milliseconds since the epoch. */
    now(): number;
    /**
     * Moves the emulator's time on by so many milliseconds: downloads get further, and what a fault delays comes sooner.
     *
     * @throws RangeError where the time would go back, or past the last date that there is
     */
    advance(ms: number): void;
  };
  /** The last requests of the API, oldest first; see the option `keepRequests`. */
  readonly requests: readonly LoggedRequest[];
  /** How many requests there were, whether they are kept or not. */
  requestCount(): number;
  /** How many requests have come whose response is not sent yet, and whose connection is still open. */
  openRequests(): number;
  /** Forgets the requests so far. */
  clearRequests(): void;
  /** Declares a video, or declares it anew without downloads. */
  addVideo(video: VideoDeclaration): void;
  /** Deletes a video and its downloads. */
  removeVideo(videoId: string): void;
  /** The videos that were declared or have downloads, in that order. */
  videos(): VideoView[];
  /** Starts making a download, as another client would. */
  startDownload(videoId: string, type: DownloadType): void;
  /** Puts a download into a state, or deletes it with `undefined`, as something outside might. */
  setDownload(videoId: string, type: DownloadType, view: DownloadView | undefined): void;
  /** The downloads that exist, as `<videoId>/<type>`, sorted. */
  files(): string[];
  /** How often a download was begun. */
  generations(videoId: string, type: DownloadType): number;
  /**
   * Injects a fault.
   *
   * @throws Error that names what of it cannot be carried out
   */
  injectFault(fault: Fault): void;
  /** The faults on order that have not struck as often as they are to. */
  faults(): Fault[];
  /** Cancels the faults on order: all, or those of one video. */
  clearFaults(videoId?: string): void;
  /** How the API behaves where its documentation leaves that open. */
  behavior(): Behavior;
  /** Changes some of that. */
  setBehavior(settings: Partial<Behavior>): void;
  /**
   * Spends requests of a token's budget, as another client would.
   *
   * @throws Error where there is no rate limit
   */
  spend(token: string, requests: number): void;
  /**
   * Blocks a token for so many milliseconds, as after too many requests.
   *
   * @throws Error where there is no rate limit
   */
  block(token: string, ms: number): void;
}

/** Stands for "some account" where the account does not matter. */
const ANY_ACCOUNT = "0".repeat(32);

/** The control of an emulated API. */
export function controlOf(api: EmulatedApi, clock: EmulatorControl["clock"]): EmulatorControl {
  const { now } = clock;
  const videoOf = (videoId: string) => {
    const video = api.store.get(videoId) ?? api.store.find(ANY_ACCOUNT, videoId, now());
    if (video === undefined) throw new Error(`the emulator has no video ${videoId}; declare it first`);
    return video;
  };
  const rateLimit = () => {
    if (api.gateway.rateLimit === undefined)
      throw new Error("there is no request budget: the rate limit is turned off");
    return api.gateway.rateLimit;
  };
  return {
    clock,
    requests: api.requests.kept,
    requestCount: () => api.requests.count,
    openRequests: () => api.open.size,
    clearRequests: () => api.requests.clear(),
    addVideo: (video) => api.store.declare(video, now()),
    removeVideo: (videoId) => api.store.remove(videoId),
    videos: () =>
      api.store.videos().map((video) => ({
        videoId: video.videoId,
        ...(video.accountId === undefined ? {} : { accountId: video.accountId }),
        state: api.store.stateOf(video, now()).state,
        downloads: Object.fromEntries(
          [...video.downloads.keys()].map((type) => [type, api.store.view(video, type, now())]),
        ),
      })),
    startDownload: (videoId, type) => api.store.start(videoOf(videoId), type, now()),
    setDownload: (videoId, type, view) => {
      if (view === undefined) api.store.drop(videoOf(videoId), type);
      else api.store.force(videoOf(videoId), type, view, now());
    },
    files: () =>
      api.store
        .videos()
        .flatMap((video) => [...video.downloads.keys()].map((type) => `${video.videoId}/${type}`))
        .sort(),
    generations: (videoId, type) => api.store.generations(videoId, type),
    injectFault: (fault) => {
      readBody(faultSchema, fault);
      api.faults.order(fault);
    },
    faults: () => api.faults.onOrder(),
    clearFaults: (videoId) => api.faults.clear(videoId),
    behavior: () => api.behavior,
    setBehavior: (settings) => {
      api.behavior = { ...api.behavior, ...settings };
    },
    spend: (token, requests) => rateLimit().spend(token, requests, now()),
    block: (token, ms) => rateLimit().block(token, ms, now()),
  };
}
