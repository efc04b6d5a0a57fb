/** The faults, and what a message about each must say. */
import type { FaultKind } from "../../packages/emulator/src";

export interface FaultCase {
  readonly name: string;
  /** Undefined for what goes wrong before the emulator is reached. */
  readonly fault?: FaultKind & { readonly afterProcessing?: boolean };
  /** The endpoint instead of the emulator's. */
  readonly baseUrl?: string;
  /** What the message says when the fault does not go away. */
  readonly says: RegExp;
}

const html = "<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>";
const status = (code: number, more: object = {}) => ({ kind: "status", status: code, ...more }) as FaultKind;
const body = (text: string) =>
  ({ kind: "body", body: text, afterProcessing: true }) as FaultKind & { afterProcessing: boolean };

export const FAULTS: readonly FaultCase[] = [
  { name: "connection refused", baseUrl: "http://127.0.0.1:1/client/v4", says: /connection was refused/ },
  { name: "DNS failure", baseUrl: "https://does-not-exist.invalid/client/v4", says: /host name could not be resolved/ },
  { name: "TLS failure", baseUrl: "https:emulator", says: /no trusted TLS connection/ },
  { name: "reset before it acted", fault: { kind: "reset" }, says: /connection closed/ },
  { name: "reset after it acted", fault: { kind: "reset", afterProcessing: true }, says: /connection closed/ },
  { name: "half a body", fault: { kind: "half-body", afterProcessing: true }, says: /connection closed/ },
  { name: "slow trickle", fault: { kind: "trickle" }, says: /the request timed out/ },
  { name: "no response", fault: { kind: "hang" }, says: /the request timed out/ },
  {
    name: "no response after it acted",
    fault: { kind: "hang", afterProcessing: true },
    says: /the request timed out/,
  },
  { name: "400", fault: status(400), says: /responded with 400: .*\[code: 10001\]/ },
  { name: "401", fault: status(401), says: /responded with 401.*credentials are not valid/ },
  { name: "403", fault: status(403), says: /responded with 403.*lacks a permission/ },
  { name: "404", fault: status(404), says: /responded with 404|there is no video|deleted by someone else/ },
  { name: "409", fault: status(409), says: /responded with 409/ },
  { name: "422", fault: status(422), says: /responded with 422/ },
  {
    name: "429 with Retry-After",
    fault: status(429, { headers: { "retry-after": "2" } }),
    says: /responded with 429.*budget is spent/,
  },
  { name: "429 without Retry-After", fault: status(429), says: /responded with 429.*budget is spent/ },
  { name: "500", fault: status(500), says: /responded with 500.*Cloudflare returned a server error/ },
  { name: "502 with HTML", fault: status(502, { body: html }), says: /responded with 502: 502 Bad Gateway/ },
  { name: "503", fault: status(503), says: /responded with 503/ },
  {
    name: "200 with success false",
    fault: body('{"success":false,"errors":[{"code":42,"message":"no"}],"result":null}'),
    says: /no \[code: 42\]/,
  },
  { name: "200 with an empty body", fault: body(""), says: /not in the format of this API.*empty body/ },
  {
    name: "200 with a body of the wrong type",
    fault: body('{"success":true,"errors":[],"result":[1]}'),
    says: /not in the format of this API/,
  },
];
