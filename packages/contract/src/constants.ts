/**
 * What Cloudflare's documentation says, in numbers and names; stated once more, so that mistakes of the emulator are
 * found.
 */

/** Cloudflare's public API. A base URL includes `/client/v4`. */
export const PUBLIC_BASE_URL = "https://api.cloudflare.com/client/v4";

export const ERROR_CODES = {
  /** No route for the URI: a path that the API does not have. */
  UNKNOWN_ROUTE: 7000,
  /** Could not route to the URI: an account or video id that is not one. */
  NO_ROUTE: 7003,
  /** The video does not exist. */
  NOT_FOUND: 10003,
  /** Bad request, for example an unknown download type. */
  BAD_REQUEST: 10005,
  /** The token is not valid. */
  INVALID_TOKEN: 1000,
  /** "Invalid access token", or "Unauthorized to access requested resource". */
  ACCESS_REFUSED: 9109,
  /** No credentials were sent. */
  MISSING_CREDENTIALS: 9106,
  /** The Authorization header is malformed. */
  INVALID_HEADERS: 6003,
} as const;

/** The last part of a download's address, by its type. */
export const FILE_NAMES = { default: "default.mp4", audio: "audio.m4a" } as const;
