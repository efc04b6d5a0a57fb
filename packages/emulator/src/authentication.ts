/** Who asks, and whether they may. */
import { ERROR_CODES } from "./shared/constants";
import { failure, type Reply } from "./envelope";
import type { EmulatorOptions, Behavior } from "./options";

/** The user behind a request, or the answer that turns it away. */
export type Authentication = { readonly user: string } | { readonly refusal: Reply };

export function authenticate(
  headers: {
    readonly authorization?: string | undefined;
    readonly email?: string | undefined;
    readonly key?: string | undefined;
  },
  writes: boolean,
  options: EmulatorOptions,
  behavior: Behavior,
): Authentication {
  const refuse = (status: number, code: number, message: string, more?: Record<string, unknown>): Authentication => ({
    refusal: failure({ status, code, message }, behavior, more),
  });
  if (headers.authorization === undefined) {
    if (headers.email === undefined || headers.key === undefined) {
      return refuse(400, ERROR_CODES.MISSING_CREDENTIALS, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
    }
    return { user: headers.email };
  }
  const token = /^Bearer ([A-Za-z0-9_-]{4,})$/.exec(headers.authorization)?.[1];
  if (token === undefined) {
    return refuse(400, ERROR_CODES.INVALID_HEADERS, "Invalid request headers", {
      error_chain: [{ code: 6111, message: "Invalid format for Authorization header" }],
    });
  }
  const readOnly = options.readOnlyTokens?.includes(token) ?? false;
  if (options.tokens !== undefined && !options.tokens.includes(token) && !readOnly) {
    return behavior.invalidTokenCode === 1000
      ? refuse(401, ERROR_CODES.INVALID_TOKEN, "Invalid API Token")
      : refuse(403, ERROR_CODES.INVALID_ACCESS_TOKEN, "Invalid access token");
  }
  if (readOnly && writes) return refuse(403, ERROR_CODES.AUTHENTICATION_ERROR, "Authentication error");
  return { user: token };
}
