/** The API's answers: the envelope around a result or around errors. */
import type { ErrorAnswer, Behavior } from "./options";

/** An answer before it is written to the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Style = Pick<Behavior, "messages">;

export function success(result: unknown, style: Style): Reply {
  return json(200, { success: true, errors: [], ...messages(style), result });
}

export function failure(answer: ErrorAnswer, style: Style, more: Record<string, unknown> = {}): Reply {
  const error = { code: answer.code, message: answer.message, ...more };
  return json(answer.status, { success: false, errors: [error], ...messages(style), result: null });
}

function messages(style: Style): Record<string, unknown> {
  return style.messages === "present" ? { messages: [] } : {};
}

function json(status: number, body: unknown): Reply {
  return { status, headers: { "content-type": "application/json; charset=UTF-8" }, body: JSON.stringify(body) };
}
