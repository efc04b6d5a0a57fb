/** The API's responses: the envelope around a result or around errors. */
import type { ErrorResponse, Behavior } from "./options";

/** The codes of the errors that the API documents, or is known to respond with. */
export const ERROR_CODES = {
  /** No route for the URI: a path that the API does not have. */
  UNKNOWN_ROUTE: 7000,
  /** Could not route to the URI: an account or video id that is not one. */
  NO_ROUTE: 7003,
  /** The video does not exist. */
  NOT_FOUND: 10003,
  /** Bad request, for example an unknown download type. */
  BAD_REQUEST: 10005,
  /** The credentials lack a permission. */
  AUTHENTICATION_ERROR: 10000,
  /** The token is not valid. */
  INVALID_TOKEN: 1000,
  /** "Invalid access token": the other code for a token that is not valid. */
  ACCESS_REFUSED: 9109,
  /** The global key does not belong to the email address, or there is no such user. */
  UNKNOWN_KEY: 9103,
  /** No credentials were sent. */
  MISSING_CREDENTIALS: 9106,
  /** A header that carries credentials is malformed. */
  INVALID_HEADERS: 6003,
} as const;

/** A response before it is written to the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Style = Pick<Behavior, "messages">;

export function success(result: unknown, style: Style, more: Record<string, unknown> = {}): Reply {
  return json(200, { success: true, errors: [], ...messages(style), result, ...more });
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
