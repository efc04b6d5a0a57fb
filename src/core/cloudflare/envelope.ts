/** Opens the envelope `{success, errors, messages, result}` that every answer of the API comes in. Nothing in it is trusted. */
import { ApiError, type ApiErrorItem } from "./apiError";
import { NetworkError } from "./networkError";
import { printable } from "./redact";

/** An answer as it came. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** The host that answered, for messages. */
  readonly host: string;
  readonly rayId: string | undefined;
  readonly retryAfterMs: number | undefined;
}

/** A `result` is not what the operation answers with; the message says in a few words why. */
export class MalformedAnswer extends Error {
  override readonly name = "MalformedAnswer";
}

/** Whether a value is an object with keys, which an array is not. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Returns the `result` of a successful answer.
 *
 * @throws ApiError when the status or the envelope says that the request failed
 * @throws NetworkError `malformed` when a 2xx answer is not an envelope
 */
export function openEnvelope(answer: Answer): unknown {
  const envelope = parseJson(answer.body);
  const failed = answer.status < 200 || answer.status > 299 || (isRecord(envelope) && envelope.success === false);
  if (failed) {
    throw new ApiError({
      status: answer.status,
      items: isRecord(envelope) ? errorItems(envelope.errors) : wordsOfPage(answer),
      ...(answer.rayId === undefined ? {} : { rayId: printable(answer.rayId, 64) }),
      ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
    });
  }
  if (!isRecord(envelope) || !("result" in envelope)) {
    throw new NetworkError("malformed", answer.host, answer.body === "" ? "empty body" : "no envelope");
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
      const message = printable(typeof item.message === "string" ? item.message : "") || "no message";
      return typeof item.code === "number" ? { code: item.code, message } : { message };
    });
}

/** A proxy or a gateway answers in HTML or plain text: its title, or its first words, are all that helps. */
function wordsOfPage(answer: Answer): ApiErrorItem[] {
  if (answer.status >= 300 && answer.status < 400) return [{ message: "a redirect, which is never followed" }];
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(answer.body)?.[1];
  const words = printable(title ?? answer.body.replace(/<[^>]*>/g, " ").replace(/\s+/g, " "), 120);
  return words === "" ? [] : [{ message: words }];
}
