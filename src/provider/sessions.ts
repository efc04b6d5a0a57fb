/** What lives as long as the process, for each credential: the rate limiter, the shared polls, the open sockets. */
import type { Downloads } from "../api/download";
import { RATE_LIMIT_QUOTA, RATE_LIMIT_WINDOW_MS, REQUESTS_PER_SECOND } from "../api/facts";
import { StreamApi } from "../api/streamApi";
import type { VideoDetails } from "../api/video";
import type { Connection } from "../config/settings";
import { RateLimiter } from "../http/rateLimiter";
import { Transport, type TransportOptions } from "../http/transport";
import type { Session } from "../lifecycle/context";
import { isTransient } from "../lifecycle/failure";
import type { Clock } from "../time/clock";
import { PollDemand } from "../waiting/pollDemand";
import { SharedPolls } from "../waiting/sharedPolls";

/** A session, with what gives it leave to send. */
export interface OpenSession extends Session {
  readonly api: StreamApi;
  readonly limiter: RateLimiter;
}

/** Opens a session; nothing is sent yet. */
export function openSession(
  connection: Connection,
  clock: Clock,
  transportOptions: Partial<TransportOptions> = {},
): OpenSession {
  const demand: PollDemand = new PollDemand(() => limiter.pollRate);
  const limiter = new RateLimiter({
    clock,
    waits: demand,
    plan: [
      { quota: RATE_LIMIT_QUOTA, windowMs: RATE_LIMIT_WINDOW_MS },
      { quota: REQUESTS_PER_SECOND / 2, windowMs: 1000 },
    ],
  });
  const api = new StreamApi(new Transport({ ...connection, limiter, clock, ...transportOptions }));
  const shared = { clock, isTransient, demand };
  return {
    api,
    limiter,
    downloads: new SharedPolls<Downloads>({ ...shared, fetch: (video, options) => api.listDownloads(video, options) }),
    videos: new SharedPolls<VideoDetails | undefined>({
      ...shared,
      fetch: (video, options) => api.videoDetails(video, options),
    }),
  };
}

/** Sessions by connection, opened when first asked for. */
export class Sessions {
  readonly #clock: Clock;
  readonly #transport: Partial<TransportOptions>;
  readonly #open = new Map<string, OpenSession>();

  constructor(clock: Clock, transport: Partial<TransportOptions> = {}) {
    this.#clock = clock;
    this.#transport = transport;
  }

  for(connection: Connection): OpenSession {
    const key = JSON.stringify(connection);
    const session = this.#open.get(key) ?? openSession(connection, this.#clock, this.#transport);
    this.#open.set(key, session);
    return session;
  }
}
