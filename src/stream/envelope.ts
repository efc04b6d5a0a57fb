/** Opens the envelope `{success, errors, messages, result}` of every API response. Nothing in it is trusted. */
import { ApiError, type ApiErrorItem } from "./apiError";
import { ForeignResponse } from "./foreignResponse";
import type { Show } from "./shownText";

/** A response as it was received. */
interface ApiResponse {
  readonly method: "GET" | "POST" | "DELETE";
  readonly status: number;
  readonly body: string;
  /** Whether the body is in an encoding that was not decoded, such as a compression. Default false. */
  readonly isEncoded?: boolean;
  /** The host that responded, for messages. */
  readonly host: string;
  readonly rayId: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** Makes its text safe to show. */
  readonly show: Show;
}

/** What stands for the result where a response has no body, so that nothing says who responded. */
export const NO_BODY = Symbol("no body");

/** A `result` does not have the operation's shape. The message says in a few words what is wrong. */
export class MalformedResponse extends Error {
  override readonly name = "MalformedResponse";
}

/** Whether a value is an object with keys, which an array is not. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Returns the `result` of a successful response. The API's description requires none, so after a POST or a DELETE it
 * may be undefined. A DELETE may also succeed without a body: then it is {@link NO_BODY}.
 *
 * @throws ApiError when an envelope says that the request failed
 * @throws ForeignResponse when the response is not an envelope, whatever its status: then it is not the API's
 */
export function openEnvelope(response: ApiResponse): unknown {
  const { method, status, body, host, show, retryAfterMs } = response;
  const envelope = parseJson(body);
  const isSuccess = status >= 200 && status <= 299;
  if (isRecord(envelope) && envelope.success === false && Array.isArray(envelope.errors)) {
    throw new ApiError({
      status,
      items: errorItems(envelope.errors, show),
      ...(response.rayId === undefined ? {} : { rayId: show(response.rayId, 64) }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (isSuccess && isRecord(envelope) && envelope.success === true) {
    if ("result" in envelope) return envelope.result;
    if (method !== "GET") return undefined;
  }
  if (isSuccess && method === "DELETE" && body.trim() === "") return NO_BODY;
  throw new ForeignResponse(host, { status, words: wordsOf(response, envelope), retryAfterMs });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function errorItems(errors: readonly unknown[], show: Show): ApiErrorItem[] {
  return errors
    .slice(0, 5)
    .filter(isRecord)
    .map((item) => {
      // In one line: a line of a log must not be a stranger's.
      const message = show(typeof item.message === "string" ? item.message : "") || "no message";
      return typeof item.code === "number" ? { code: item.code, message } : { message };
    });
}

/** The title or the first words of a page, or the message of a gateway's JSON: the only clue to what responded. */
function wordsOf({ status, body, isEncoded, show }: ApiResponse, parsed: unknown): string {
  if (status >= 300 && status <= 399) return "a redirect, which is never followed";
  if (body.trim() === "") return "empty body";
  // A page in another encoding than UTF-8, which would hide credentials in it.
  if (isEncoded === true || /[\0\ufffd]/.test(body)) return "no envelope";
  if (parsed !== undefined) {
    const message = isRecord(parsed) ? (parsed.message ?? parsed.error) : undefined;
    return (typeof message === "string" && show(message, 120)) || "no envelope";
  }
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1];
  return show(title ?? body.replace(/<[^>]*>/g, " "), 120) || "no envelope";
}
