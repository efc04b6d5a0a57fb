/** The faults, and what a message about each must say. */
import type { FaultKind } from "../../packages/emulator/src";

export interface FaultCase {
  readonly name: string;
  /** Whether an operation survives it where it goes away after one request. */
  readonly passes?: boolean;
  /** Undefined for what goes wrong before the emulator is reached. */
  readonly fault?: FaultKind & { readonly afterProcessing?: boolean };
  /** The endpoint instead of the emulator's. */
  readonly baseUrl?: string;
  /** What the message says when the fault does not go away. */
  readonly says: RegExp;
}

const page = (title: string) =>
  `<html>\n<head><title>${title}</title></head>\n<body><center><h1>${title}</h1></center></body>\n</html>`;
const status = (code: number, more: object = {}) => ({ kind: "status", status: code, ...more }) as FaultKind;
const body = (text: string) =>
  ({ kind: "body", body: text, afterProcessing: true }) as FaultKind & { afterProcessing: boolean };

const FOREIGN = "Something else responds instead of Cloudflare";

export const FAULTS: readonly FaultCase[] = [
  { name: "connection refused", baseUrl: "http://127.0.0.1:1/client/v4", says: /connection was refused/ },
  { name: "DNS failure", baseUrl: "https://does-not-exist.invalid/client/v4", says: /host name could not be resolved/ },
  { name: "TLS failure", baseUrl: "https:emulator", says: /no trusted TLS connection/ },
  { name: "reset before it acted", passes: true, fault: { kind: "reset" }, says: /connection closed/ },
  {
    name: "reset after it acted",
    passes: true,
    fault: { kind: "reset", afterProcessing: true },
    says: /connection closed/,
  },
  { name: "half a body", passes: true, fault: { kind: "half-body", afterProcessing: true }, says: /connection closed/ },
  { name: "slow trickle", passes: true, fault: { kind: "trickle" }, says: /the request timed out/ },
  { name: "no response", passes: true, fault: { kind: "hang" }, says: /the request timed out/ },
  {
    name: "no response after it acted",
    passes: true,
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
    passes: true,
    fault: status(429, { headers: { "retry-after": "2" } }),
    says: /responded with 429.*budget is spent/,
  },
  { name: "429 without Retry-After", passes: true, fault: status(429), says: /responded with 429.*budget is spent/ },
  { name: "500", passes: true, fault: status(500), says: /responded with 500.*Cloudflare returned a server error/ },
  {
    name: "500 after it acted",
    passes: true,
    fault: { ...status(500), afterProcessing: true },
    says: /responded with 500/,
  },
  ...[401, 403, 404, 409, 502].map((code) => ({
    name: `${code} with a gateway's page`,
    passes: true,
    fault: status(code, { body: page(`${code} Gateway`) }),
    says: new RegExp(`${code}: ${code} Gateway.*${FOREIGN}`),
  })),
  {
    name: "502 with a gateway's page after it acted",
    passes: true,
    fault: { ...status(502, { body: page("502 Bad Gateway") }), afterProcessing: true },
    says: new RegExp(`502: 502 Bad Gateway.*${FOREIGN}`),
  },
  {
    name: "404 with a gateway's JSON",
    passes: true,
    fault: status(404, { body: '{"message":"no Route matched with those values"}' }),
    says: new RegExp(`404: no Route matched with those values.*${FOREIGN}`),
  },
  {
    name: "404 with an empty body",
    passes: true,
    fault: status(404, { body: "" }),
    says: new RegExp(`404: empty body.*${FOREIGN}`),
  },
  {
    name: "200 with a login page",
    passes: true,
    fault: { kind: "body", body: page("Sign in"), contentType: "text/html" },
    says: new RegExp(`200: Sign in.*${FOREIGN}`),
  },
  {
    name: "200 without a result",
    passes: true,
    fault: body('{"success":true,"errors":[],"messages":[]}'),
    says: new RegExp(`no envelope.*${FOREIGN}`),
  },
  { name: "503", passes: true, fault: status(503), says: /responded with 503/ },
  {
    name: "200 with success false",
    fault: body('{"success":false,"errors":[{"code":42,"message":"no"}],"result":null}'),
    says: /no \[code: 42\]/,
  },
  { name: "200 with an empty body", passes: true, fault: body(""), says: /not in the format of this API.*empty body/ },
  {
    name: "200 with a body of the wrong type",
    passes: true,
    fault: body('{"success":true,"errors":[],"result":[1]}'),
    says: /not in the format of this API/,
  },
];
