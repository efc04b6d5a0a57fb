/**
 * What lives as long as the process, once for each connection: the rate limiter, the shared polls, the open sockets.
 */
import type { Downloads } from "../stream/download";
import { RATE_LIMIT_QUOTA, RATE_LIMIT_WINDOW_MS, REQUESTS_PER_SECOND } from "../stream/constants";
import type { CredentialChoice } from "../stream/credentialChoice";
import { proxyFor } from "../stream/proxy";
import { StreamApi } from "../stream/streamApi";
import type { VideoDetails } from "../stream/video";
import type { Connection } from "../stream/connection";
import type { Job } from "../budget/job";
import { RateLimiter } from "../budget/rateLimiter";
import type { SentPeers } from "../budget/sentLog";
import { Transport, type TransportOptions } from "../stream/transport";
import type { Session } from "../downloads/operation";
import { isTransient } from "../downloads/failure";
import type { Clock } from "../core/clock";
import { VERSION } from "../core/version";
import { SharedPolls } from "../waiting/sharedPolls";
import { RequestTimes } from "../downloads/requestTimes";

/** A session with its rate limiter. */
export interface OpenSession extends Session {
  readonly api: StreamApi;
  readonly limiter: RateLimiter;
  readonly credentials: CredentialChoice;
}

/**
 * Opens a session; nothing is sent yet.
 *
 * @throws Error when the environment names a proxy that cannot be one
 */
export function openSession(
  connection: Connection,
  clock: Clock,
  transportOptions: Partial<TransportOptions> = {},
  peers?: SentPeers,
): OpenSession {
  const limiter = new RateLimiter({
    clock,
    plan: [
      { quota: connection.requestsPer5Minutes ?? RATE_LIMIT_QUOTA, windowMs: RATE_LIMIT_WINDOW_MS },
      { quota: REQUESTS_PER_SECOND / 2, windowMs: 1000 },
    ],
    // Whoever configures a budget may want to leave the rest to other clients.
    believesMore: connection.requestsPer5Minutes === undefined,
    peers,
  });
  const proxy = proxyFor(connection.baseUrl, process.env);
  const userAgent = userAgentOf(connection);
  const transport = new Transport({ ...connection, userAgent, limiter, clock, proxy, ...transportOptions });
  const api = new StreamApi(transport);
  const shared = { clock, isTransient, pollsLeft: (job: Job) => limiter.pollsLeft(job) };
  return {
    api,
    limiter,
    credentials: transport.credentials,
    requestTimes: new RequestTimes(clock),
    downloads: new SharedPolls<Downloads>({ ...shared, fetch: (video, options) => api.listDownloads(video, options) }),
    videos: new SharedPolls<VideoDetails | undefined>({
      ...shared,
      fetch: (video, options) => api.videoDetails(video, options),
    }),
  };
}

/** Names this package to Cloudflare, and whoever the configuration names beside it. */
function userAgentOf({ userAgentSuffix }: Connection): string {
  const own = `pulumi-cloudflare-stream-downloads/${VERSION}`;
  return userAgentSuffix === undefined ? own : `${own} ${userAgentSuffix}`;
}

/** The sessions by connection, each opened when it is first needed. */
export class Sessions {
  readonly #clock: Clock;
  readonly #transport: Partial<TransportOptions>;
  readonly #peersOf: (budget: string) => SentPeers | undefined;
  readonly #open = new Map<string, OpenSession>();

  /** @param peersOf the processes that send with the same credential. Default: none */
  constructor(
    clock: Clock,
    transport: Partial<TransportOptions> = {},
    peersOf: (budget: string) => SentPeers | undefined = () => undefined,
  ) {
    this.#clock = clock;
    this.#transport = transport;
    this.#peersOf = peersOf;
  }

  for(connection: Connection): OpenSession {
    const key = JSON.stringify(connection);
    const existing = this.#open.get(key);
    if (existing !== undefined) return existing;
    const peers = this.#peersOf(JSON.stringify([connection.baseUrl, connection.credentials]));
    const session = openSession(connection, this.#clock, this.#transport, peers);
    this.#open.set(key, session);
    return session;
  }
}
