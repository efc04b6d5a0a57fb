/**
 * Everything about the emulated API that a test can choose; what Cloudflare does not document is in {@link Behavior}.
 */

import type { OperationName } from "./faults";

/** The two types of a download: the MP4 and the audio alone. */
export type DownloadType = "default" | "audio";

/** The last part of a file's address. */
export const FILE_NAMES: Readonly<Record<DownloadType, string>> = { default: "default.mp4", audio: "audio.m4a" };

/** Both types, in the order of the API's responses. */
export const DOWNLOAD_TYPES = Object.keys(FILE_NAMES) as readonly DownloadType[];

/** The form of an account's or a video's id. */
export const HEX_ID = /^[0-9a-f]{32}$/;

/** The states of a video that the API documents. */
export type VideoState =
  "pendingupload" | "downloading" | "queued" | "inprogress" | "ready" | "error" | "live-inprogress";

/** All of them. */
export const VIDEO_STATES = [
  "pendingupload",
  "downloading",
  "queued",
  "inprogress",
  "ready",
  "error",
  "live-inprogress",
] as const satisfies readonly VideoState[];

/**
 * How `percentComplete` goes from 0 to 100 while a file is generated: in proportion to the time, in quarters, mostly at
 * the end, or not at all.
 */
export type ProgressCurve = "linear" | "steps" | "late" | "stuck" | ((share: number) => number);

/** An error response: its HTTP status, its code and its message. */
export interface ErrorResponse {
  /** The HTTP status. */
  readonly status: number;
  /** Cloudflare's error code. */
  readonly code: number;
  /** The error's words. */
  readonly message: string;
}

/** A user's global key, which is sent as X-Auth-Email and X-Auth-Key. */
export interface GlobalKey {
  /** The user's email address; its case does not matter. */
  readonly email: string;
  /** The key. */
  readonly key: string;
}

/** How an emulator behaves. */
export interface EmulatorOptions {
  /** The port; 0 takes a free one. Default 0. */
  readonly port?: number;
  /** The address to listen on. Default 127.0.0.1: nothing outside of this machine reaches it. */
  readonly host?: string;
  /** How long generating a file takes, in milliseconds. Default 5,000. */
  readonly encodingMs?: number | ((videoId: string, type: DownloadType) => number);
  /** Whether generating a file fails; `generation` counts from 1. Default: never. */
  readonly encodingFails?: (videoId: string, type: DownloadType, generation: number) => boolean;
  /** Whether only videos that were declared exist. Default false: each well-formed id is a video that is ready. */
  readonly strict?: boolean;
  /**
   * The tokens that are valid. If any credentials are declared, no others are valid. Default: every well-formed token.
   */
  readonly tokens?: readonly string[];
  /** The global keys that are valid, each with its email address. */
  readonly globalKeys?: readonly GlobalKey[];
  /** The values of X-Auth-User-Service-Key that are valid. */
  readonly serviceKeys?: readonly string[];
  /** Valid tokens that may only read. */
  readonly readOnlyTokens?: readonly string[];
  /**
   * Requests in a window before every request gets a 429 for a while. Default 1,200 in 5 minutes, then 5 minutes;
   * `false`: no limit.
   */
  readonly rateLimit?: RateLimitOptions | false;
  /** Requests that one address may make in a second. Default: no limit; Cloudflare's is 200. */
  readonly requestsPerSecond?: number;
  /** How many requests the log keeps. Default 10,000. */
  readonly keepRequests?: number;
  /**
   * Host names, besides localhost and IP addresses, by which the emulator may be reached and whose pages may use it;
   * `*`: any.
   */
  readonly allowedHosts?: readonly string[];
  /** The origin of the files' urls, for example `http://localhost:8787`. Default: the address that the client used. */
  readonly origin?: string;
  /**
   * Whether a list of videos has those that were created at the very moment of `start` or `end`, which Cloudflare's
   * documentation leaves open. Default `exclusive`.
   */
  readonly listBounds?: "exclusive" | "inclusive";
  /** The clock. Default: this machine's time, which `clock.advance` advances. */
  readonly now?: () => number;
  /**
   * How a request that a fault delays waits: resolves after `ms` milliseconds, which may be `Infinity`; rejects when
   * the signal is aborted. A test that passes its own function knows which requests are waiting. Default: this
   * machine's timers.
   */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How the API behaves where its documentation leaves that open. */
  readonly behavior?: Partial<Behavior>;
  /** Called with each request of the API once it has its response. */
  readonly onRequest?: (request: LoggedRequest) => void;
}

/** One request of the API, as the log keeps it. */
export interface LoggedRequest {
  /** Counts from 1. */
  readonly number: number;
  /** Milliseconds since the epoch, by the emulator's clock. */
  readonly at: number;
  /** The requested operation. */
  readonly operation: OperationName;
  /** GET, HEAD, POST or DELETE. */
  readonly method: string;
  /** The path, beginning with `/client/v4`. */
  readonly path: string;
  /** The video in the path, as it was written; empty in a list of videos. */
  readonly videoId: string;
  /** The type in the path; `default` where it has none. */
  readonly type: string;
  /** The response's status; 0 where the connection was cut or there was no response. */
  readonly status: number;
}

/** The request budget of each user. */
export interface RateLimitOptions {
  /** Requests that go through in a window. Default 1,200. */
  readonly quota?: number;
  /** The window's length in milliseconds. Default 300,000. */
  readonly windowMs?: number;
  /** How long every request gets a 429 once the quota is exceeded, in milliseconds. Default 300,000. */
  readonly blockMs?: number;
  /** Whether a 429 says how long to wait. Default true. */
  readonly retryAfter?: boolean;
}

/** What the API's documentation leaves open. */
export interface Behavior {
  /** The response to a POST for a video that is not ready. */
  readonly videoNotReady: ErrorResponse;
  /** The response to a POST for a live stream in progress. */
  readonly videoIsLive: ErrorResponse;
  /** The response to a POST for a video that failed to encode, or is too long. */
  readonly videoUnusable: ErrorResponse;
  /** A POST for a download that exists: returns it, generates it again, or refuses. */
  readonly repost: "same" | "restart" | "refuse";
  /** A POST for a download that failed. */
  readonly repostAfterError: "same" | "restart" | "refuse";
  /** A list of no downloads: `{}` or 404. */
  readonly listNone: "empty" | "404";
  /** A DELETE of a download that does not exist: 404 or 200. */
  readonly deleteNone: "404" | "200";
  /** A POST returns the one type, or all that the video has. */
  readonly postResponse: "one" | "all";
  /** A POST without a type responds flat, as in older documents, or keyed by type. */
  readonly untypedPostShape: "flat" | "keyed";
  /** A POST with a type responds keyed, or flat like the older one. */
  readonly typedPostShape: "flat" | "keyed";
  /** How `percentComplete` is written: 50, or "50.000000". */
  readonly percentFormat: "number" | "string";
  /** How `percentComplete` rises while a file is generated. */
  readonly progressCurve: ProgressCurve;
  /** Whether `url` is there while the file is being generated. */
  readonly urlWhileInProgress: "present" | "absent";
  /** The code for an invalid token. */
  readonly invalidTokenCode: 1000 | 9109;
  /** Whether envelopes have `messages`. */
  readonly messages: "present" | "absent";
  /** Milliseconds for which a list shows what was before a POST: no download, or the one that the new one replaces. */
  readonly listingLagMs: number;
}

export const DEFAULT_BEHAVIOR: Behavior = {
  videoNotReady: { status: 400, code: 10005, message: "Video is not ready to stream" },
  videoIsLive: { status: 400, code: 10005, message: "Downloads are not available while a video is live" },
  videoUnusable: { status: 400, code: 10005, message: "Video can not be downloaded" },
  repost: "same",
  repostAfterError: "restart",
  listNone: "empty",
  deleteNone: "404",
  postResponse: "one",
  untypedPostShape: "keyed",
  typedPostShape: "keyed",
  percentFormat: "number",
  progressCurve: "linear",
  urlWhileInProgress: "present",
  invalidTokenCode: 1000,
  messages: "present",
  listingLagMs: 0,
};
