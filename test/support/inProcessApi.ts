/** The emulated API without sockets: an adapter for axios that calls the emulator's application, with a virtual latency. */
import { setMaxListeners } from "node:events";
import { AxiosHeaders, type InternalAxiosRequestConfig } from "axios";
import { createApp, type EmulatedApi } from "../../packages/emulator/src/app";
import { EmulatorClock } from "../../packages/emulator/src/clock";
import type { EmulatorOptions } from "../../packages/emulator/src/options";
import { Job } from "../../src/budget/job";
import type { SentPeers } from "../../src/budget/sentLog";
import { openSession, type OpenSession } from "../../src/provider/sessions";
import { systemClock } from "../../src/core/clock";
import type { DownloadIdentity, DownloadType } from "../../src/core/identity";
import type { Operation } from "../../src/downloads/operation";
import { silent } from "./silent";

/** What lies between a session and the API. */
export interface Network {
  /** One way of a request, in milliseconds of virtual time. Default: 40. */
  readonly latencyMs?: () => number;
  /** Whether the API's responses say what is left of the budget. Default true. */
  readonly announcesBudget?: boolean;
}

export const ACCOUNT = "a".repeat(32);
export const TOKEN = "bench-token";

export interface InProcessApi {
  readonly api: EmulatedApi;
  /** How many requests are being worked on right now. */
  readonly busy: () => number;
  /** A session as the provider opens it, but for the sockets; with the other processes, if there are any. */
  readonly session: (peers?: SentPeers, network?: Network) => OpenSession;
}

export function openInProcess(options: EmulatorOptions): InProcessApi {
  const api = createApp({ keepRequests: Number.POSITIVE_INFINITY, ...options }, new EmulatorClock({}));
  api.origin = "http://emulator";
  let working = 0;
  const adapterOf =
    ({ latencyMs = () => 40, announcesBudget = true }: Network) =>
    async (config: InternalAxiosRequestConfig) => {
      await systemClock.sleep(latencyMs(), config.signal as AbortSignal);
      const request = new Request(`${config.baseURL}${config.url}`, {
        method: (config.method ?? "get").toUpperCase(),
        headers: Object.entries(AxiosHeaders.from(config.headers).toJSON()).map(([key, value]): [string, string] => [
          key,
          String(value),
        ]),
      });
      working += 1;
      const response = await api.app.fetch(request);
      const data = await response.text();
      working -= 1;
      await systemClock.sleep(latencyMs(), config.signal as AbortSignal);
      const headers = Object.fromEntries(
        [...response.headers].filter(([name]) => announcesBudget || !name.startsWith("ratelimit")),
      );
      return { data, status: response.status, statusText: "", headers, config, request };
    };
  const connection = { baseUrl: "http://emulator/client/v4", credentials: { kind: "token", token: TOKEN } as const };
  return {
    api,
    busy: () => working,
    session: (peers, network = {}) => openSession(connection, systemClock, { adapter: adapterOf(network) }, peers),
  };
}

/** An operation of its own on the machine's clock, which reports to nobody. */
export function operationIn(session: OpenSession, signal = new AbortController().signal): Operation & OpenSession {
  // Every concurrent request adds a listener; that is not a leak.
  setMaxListeners(0, signal);
  return { ...session, clock: systemClock, report: silent, job: new Job(), signal };
}

/** Another client that spends so many requests a second, until what this returns is called. */
export function otherClient({ api }: InProcessApi, perSecond: number): () => Promise<void> {
  let hasEnded = perSecond === 0;
  const spend = async () => {
    while (!hasEnded) {
      api.gateway.rateLimit?.spend(TOKEN, 1, Date.now());
      await systemClock.sleep(1000 / perSecond);
    }
  };
  const spent = spend();
  return () => {
    hasEnded = true;
    return spent;
  };
}

/** The downloads of so many videos, the n-th of all and those that follow. */
export function identitiesOf(
  videos: number,
  types: readonly DownloadType[] = ["default"],
  first = 1,
): DownloadIdentity[] {
  return Array.from({ length: videos }, (_, n) =>
    types.map((type) => ({ accountId: ACCOUNT, videoId: video(first + n), type })),
  ).flat();
}

/** The n-th video's id. */
export function video(n: number): string {
  return n.toString(16).padStart(32, "0");
}
