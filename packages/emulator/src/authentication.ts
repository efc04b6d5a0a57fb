/** Who sends a request, and whether they may. */
import { ERROR_CODES, failure, type Reply } from "./envelope";
import type { Behavior, EmulatorOptions } from "./options";

/** The headers that carry credentials. */
export interface Credentials {
  readonly authorization?: string | undefined;
  readonly email?: string | undefined;
  readonly key?: string | undefined;
  readonly serviceKey?: string | undefined;
}

/** The user behind a request, or the response that refuses it. */
export type Authentication = { readonly user: string } | { readonly refusal: Reply };

/** Codes in the chain of an error for malformed headers. */
const MALFORMED = { email: 6102, key: 6103, authorization: 6111 };
const HEADERS = { email: "X-Auth-Email", key: "X-Auth-Key", authorization: "Authorization" };

export function authenticate(
  { authorization, email, key, serviceKey }: Credentials,
  writes: boolean,
  options: EmulatorOptions,
  behavior: Behavior,
): Authentication {
  const { tokens, globalKeys, serviceKeys, readOnlyTokens = [] } = options;
  const acceptsAny = tokens === undefined && globalKeys === undefined && serviceKeys === undefined;
  const refuse = (status: number, code: number, message: string, more?: Record<string, unknown>): Authentication => ({
    refusal: failure({ status, code, message }, behavior, more),
  });
  const malformed = (...headers: (keyof typeof HEADERS)[]) => {
    const chain = headers.map((name) => ({
      code: MALFORMED[name],
      message: `Invalid format for ${HEADERS[name]} header`,
    }));
    return refuse(400, ERROR_CODES.INVALID_HEADERS, "Invalid request headers", { error_chain: chain });
  };

  if (authorization !== undefined) {
    const token = /^Bearer ([A-Za-z0-9_-]{4,})$/.exec(authorization)?.[1];
    if (token === undefined) return malformed("authorization");
    const isReadOnly = readOnlyTokens.includes(token);
    if (!acceptsAny && !isReadOnly && tokens?.includes(token) !== true) {
      return behavior.invalidTokenCode === 1000
        ? refuse(401, ERROR_CODES.INVALID_TOKEN, "Invalid API Token")
        : refuse(403, ERROR_CODES.ACCESS_REFUSED, "Invalid access token");
    }
    if (isReadOnly && writes) return refuse(403, ERROR_CODES.AUTHENTICATION_ERROR, "Authentication error");
    return { user: token };
  }
  if (email !== undefined && key !== undefined) {
    const wrong = [/^[^\s@]+@[^\s@]+$/.test(email) ? [] : ["email"], key === "" ? ["key"] : []].flat();
    if (wrong.length > 0) return malformed(...(wrong as ("email" | "key")[]));
    const isKnown = globalKeys?.some((known) => known.email.toLowerCase() === email.toLowerCase() && known.key === key);
    if (!acceptsAny && isKnown !== true) {
      return refuse(403, ERROR_CODES.UNKNOWN_KEY, "Unknown X-Auth-Key or X-Auth-Email");
    }
    return { user: email };
  }
  if (serviceKey !== undefined) {
    if (serviceKey === "") return malformed();
    if (!acceptsAny && serviceKeys?.includes(serviceKey) !== true) {
      return refuse(403, ERROR_CODES.AUTHENTICATION_ERROR, "Authentication error");
    }
    return { user: serviceKey };
  }
  return refuse(400, ERROR_CODES.MISSING_CREDENTIALS, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
}
