/** A client against an emulator over real HTTP, without pauses between its tries. */

import type { TransportOptions } from "../../src/stream/transport";
import { type OpenSession, openSession } from "../../src/provider/sessions";
import { systemClock } from "../../src/core/clock";
import { TOKEN } from "./ids";

/** Ends a request that would hang for ever, on the slowest machine no other. */
const HUNG_MS = 600_000;

/** Opens a session for the usual token. On a clock of the test's own requests have the usual time limit. */
export function openStream(baseUrl: string, { clock, ...options }: Partial<TransportOptions> = {}): OpenSession {
  const connection = { baseUrl, credentials: { kind: "token", token: TOKEN } as const };
  const limit = clock === undefined ? { timeoutMs: HUNG_MS } : {};
  return openSession(connection, clock ?? systemClock, { retryDelayMs: 0, ...limit, ...options });
}
