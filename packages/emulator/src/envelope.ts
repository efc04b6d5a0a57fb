/** The API's responses: the envelope around a result or around errors. */
import type { ErrorResponse, Behavior } from "./options";

/** A response before it is written to the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Style = Pick<Behavior, "messages">;

export function success(result: unknown, style: Style): Reply {
  return json(200, { success: true, errors: [], ...messages(style), result });
}

export function failure(response: ErrorResponse, style: Style, more: Record<string, unknown> = {}): Reply {
  const error = { code: response.code, message: response.message, ...more };
  return json(response.status, { success: false, errors: [error], ...messages(style), result: null });
}

function messages(style: Style): Record<string, unknown> {
  return style.messages === "present" ? { messages: [] } : {};
}

function json(status: number, body: unknown): Reply {
  return { status, headers: { "content-type": "application/json; charset=UTF-8" }, body: JSON.stringify(body) };
}
