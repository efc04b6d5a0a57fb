/** The emulated API without sockets: an adapter for axios that calls the emulator's application, with a virtual latency. */
import { AxiosHeaders, type InternalAxiosRequestConfig } from "axios";
import { createApp, type EmulatedApi } from "../../packages/emulator/src/app";
import { EmulatorClock } from "../../packages/emulator/src/clock";
import type { EmulatorOptions } from "../../packages/emulator/src/options";
import type { SentPeers } from "../../src/budget/sentLog";
import { openSession, type OpenSession } from "../../src/provider/sessions";
import { systemClock } from "../../src/core/clock";

/** One way of a request over the network, in milliseconds of virtual time. */
const LATENCY_MS = 40;

export const ACCOUNT = "a".repeat(32);
export const TOKEN = "bench-token";

export interface InProcessApi {
  readonly api: EmulatedApi;
  /** How many requests are being worked on right now. */
  readonly busy: () => number;
  /** A session as the provider opens it, but for the sockets; with the other processes, if there are any. */
  readonly session: (peers?: SentPeers) => OpenSession;
}

export function openInProcess(options: EmulatorOptions): InProcessApi {
  const api = createApp({ keepRequests: Number.POSITIVE_INFINITY, ...options }, new EmulatorClock({}));
  api.origin = "http://emulator";
  let working = 0;
  const adapter = async (config: InternalAxiosRequestConfig) => {
    await systemClock.sleep(LATENCY_MS, config.signal as AbortSignal);
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
    await systemClock.sleep(LATENCY_MS, config.signal as AbortSignal);
    const headers = Object.fromEntries(response.headers);
    return { data, status: response.status, statusText: "", headers, config, request };
  };
  const connection = { baseUrl: "http://emulator/client/v4", credentials: { kind: "token", token: TOKEN } as const };
  return { api, busy: () => working, session: (peers) => openSession(connection, systemClock, { adapter }, peers) };
}

/** The n-th video's id. */
export function video(n: number): string {
  return n.toString(16).padStart(32, "0");
}
