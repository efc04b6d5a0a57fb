/** A client against an emulator over real HTTP, with pauses short enough for tests. */

import type { TransportOptions } from "../../src/http/transport";
import { type OpenSession, openSession } from "../../src/provider/sessions";
import { systemClock } from "../../src/time/clock";
import { TOKEN } from "./ids";

/** Opens a session for the usual token. */
export function openStream(baseUrl: string, options: Partial<TransportOptions> = {}): OpenSession {
  const connection = { baseUrl, credentials: { kind: "token", token: TOKEN } as const };
  return openSession(connection, systemClock, { retryDelayMs: 1, ...options });
}
