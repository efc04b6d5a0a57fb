/** Starts the emulator on a port of this machine. */
import { type ServerType, serve } from "@hono/node-server";
import { API_PREFIX, createApp, type LoggedRequest } from "./app";
import type { Fault } from "./faults";
import type { DownloadType, EmulatorOptions } from "./options";
import type { DownloadView, VideoDeclaration } from "./stream";

/** A running emulator. */
export interface Emulator {
  /** What `cloudflare:baseUrl` or CLOUDFLARE_BASE_URL is to be; it includes `/client/v4`. */
  readonly baseUrl: string;
  readonly port: number;
  readonly clock: {
    /** Milliseconds since the epoch. */
    now(): number;
    /** Moves the emulator's time on by so many milliseconds. */
    advance(ms: number): void;
  };
  /** All requests of the API so far, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** Declares a video, or declares it anew without downloads. */
  addVideo(video: VideoDeclaration): void;
  /** Deletes a video and its downloads. */
  removeVideo(videoId: string): void;
  /** Starts making a download, as another client would. */
  startDownload(videoId: string, type: DownloadType): void;
  /** Puts a download into a state, or deletes it with `undefined`, as something outside might. */
  setDownload(videoId: string, type: DownloadType, view: DownloadView | undefined): void;
  /** The downloads that exist, as `<videoId>/<type>`, sorted. */
  files(): string[];
  /** How often a download was begun. */
  generations(videoId: string, type: DownloadType): number;
  /** Orders a fault. */
  fault(fault: Fault): void;
  /** Cancels the faults on order: all, or those of one video. */
  clearFaults(videoId?: string): void;
  /** Spends requests of a token's budget, as another client would. */
  spend(token: string, requests: number): void;
  /** Locks a token out for so many milliseconds, as after too many requests. */
  lock(token: string, ms: number): void;
  /** Stops listening and cuts all connections. */
  close(): Promise<void>;
}

/** Stands for "some account" where the account does not matter. */
const ANY_ACCOUNT = "0".repeat(32);

/**
 * Starts an emulator.
 *
 * @example
 * const emulator = await startEmulator({ encodingMs: 2000 });
 * process.env.CLOUDFLARE_BASE_URL = emulator.baseUrl;
 * await emulator.close();
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  let offset = 0;
  const source = options.now ?? Date.now;
  const now = () => source() + offset;
  const api = createApp(options, now);
  const host = options.host ?? "127.0.0.1";
  const { server, port } = await listen(api.app.fetch, host, options.port ?? 0);
  const shownHost = host.includes(":") ? `[${host}]` : host === "0.0.0.0" ? "127.0.0.1" : host;
  api.origin = `http://${shownHost}:${port}`;
  const videoOf = (videoId: string) => {
    const video =
      api.stream.videos().find((known) => known.videoId === videoId) ?? api.stream.find(ANY_ACCOUNT, videoId, now());
    if (video === undefined) throw new Error(`the emulator has no video ${videoId}; declare it with addVideo`);
    return video;
  };
  return {
    baseUrl: `${api.origin}${API_PREFIX}`,
    port,
    clock: {
      now,
      advance: (ms) => {
        offset += ms;
      },
    },
    requests: api.requests,
    addVideo: (video) => api.stream.declare(video, now()),
    removeVideo: (videoId) => api.stream.remove(videoId),
    startDownload: (videoId, type) => api.stream.start(videoOf(videoId), type, now()),
    setDownload: (videoId, type, view) => {
      if (view === undefined) videoOf(videoId).downloads.delete(type);
      else api.stream.force(videoOf(videoId), type, view, now());
    },
    files: () =>
      api.stream
        .videos()
        .flatMap((video) => [...video.downloads.keys()].map((type) => `${video.videoId}/${type}`))
        .sort(),
    generations: (videoId, type) => api.stream.generations(videoId, type),
    fault: (fault) => api.faults.order(fault),
    clearFaults: (videoId) => api.faults.clear(videoId),
    spend: (token, requests) => api.rateLimit?.spend(token, requests, now()),
    lock: (token, ms) => api.rateLimit?.lock(token, ms, now()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

function listen(fetch: Parameters<typeof serve>[0]["fetch"], hostname: string, port: number) {
  return new Promise<{ server: ServerType; port: number }>((resolve, reject) => {
    const server = serve({ fetch, hostname, port }, (address) => resolve({ server, port: address.port }));
    server.on("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE" ? new Error(`port ${port} is taken; choose another, or 0 for a free one`) : error,
      );
    });
  });
}
