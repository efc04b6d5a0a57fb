/** Opens the envelope `{success, errors, messages, result}` of every API response. Nothing in it is trusted. */
import { ApiError, type ApiErrorItem } from "./apiError";
import { NetworkError } from "./networkError";
import { printable } from "./redact";

/** A response as it was received. */
interface ApiResponse {
  readonly status: number;
  readonly body: string;
  /** The host that responded, for messages. */
  readonly host: string;
  readonly rayId: string | undefined;
  readonly retryAfterMs: number | undefined;
}

/** A `result` does not have the operation's shape. The message says in a few words what is wrong. */
export class MalformedResponse extends Error {
  override readonly name = "MalformedResponse";
}

/** Whether a value is an object with keys, which an array is not. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Returns the `result` of a successful response.
 *
 * @throws ApiError when the status or the envelope says that the request failed
 * @throws NetworkError `malformed` when a 2xx response is not an envelope
 */
export function openEnvelope(response: ApiResponse): unknown {
  const envelope = parseJson(response.body);
  const failed = response.status < 200 || response.status > 299 || (isRecord(envelope) && envelope.success === false);
  if (failed) {
    throw new ApiError({
      status: response.status,
      items: isRecord(envelope) ? errorItems(envelope.errors) : pageText(response),
      ...(response.rayId === undefined ? {} : { rayId: printable(response.rayId, 64) }),
      ...(response.retryAfterMs === undefined ? {} : { retryAfterMs: response.retryAfterMs }),
    });
  }
  if (!isRecord(envelope) || !("result" in envelope)) {
    throw new NetworkError("malformed", response.host, response.body === "" ? "empty body" : "no envelope");
  }
  return envelope.result;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function errorItems(errors: unknown): ApiErrorItem[] {
  if (!Array.isArray(errors)) return [];
  return errors
    .slice(0, 5)
    .filter(isRecord)
    .map((item) => {
      // In one line: a line of a log must not be a stranger's.
      const message =
        printable(typeof item.message === "string" ? item.message.replace(/\s+/g, " ") : "") || "no message";
      return typeof item.code === "number" ? { code: item.code, message } : { message };
    });
}

/** A proxy or gateway responds with HTML or plain text; the page's title or first words are the only clue. */
function pageText(response: ApiResponse): ApiErrorItem[] {
  if (response.status >= 300 && response.status < 400) return [{ message: "a redirect, which is never followed" }];
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(response.body)?.[1];
  const words = printable(title ?? response.body.replace(/<[^>]*>/g, " ").replace(/\s+/g, " "), 120);
  return words === "" ? [] : [{ message: words }];
}
