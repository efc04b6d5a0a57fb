/** Facts about Cloudflare's API that the client and the mocks rely on. Source: Cloudflare's API documentation, 2026. */

/** Cloudflare's public API. A base URL includes `/client/v4`. */
export const PUBLIC_BASE_URL = "https://api.cloudflare.com/client/v4";

/** Requests that one user may send in {@link RATE_LIMIT_WINDOW_MS}; the next one gets a 429. */
export const RATE_LIMIT_QUOTA = 1200;

/** The length of the rate limit's window: 5 minutes. */
export const RATE_LIMIT_WINDOW_MS = 300_000;

/** Requests per second from one address. */
export const REQUESTS_PER_SECOND = 200;

/** The API's schema allows no smaller code. */
export const LEAST_ERROR_CODE = 1000;

/** Error codes that mean something to this package. */
export const ERROR_CODES = {
  /** No route for the URI: a path that the API does not have, such as one below a base URL without `/client/v4`. */
  UNKNOWN_ROUTE: 7000,
  /** Could not route to the URI: an account or video id that is not one. */
  NO_ROUTE: 7003,
  /** The token is not valid. */
  INVALID_TOKEN: 1000,
  /**
   * "Invalid access token", or "Unauthorized to access requested resource": of the account, or for lack of a
   * permission.
   */
  ACCESS_REFUSED: 9109,
  /** The global key does not belong to the email address, or there is no such user. */
  UNKNOWN_KEY: 9103,
  /** No credentials were sent. */
  MISSING_CREDENTIALS: 9106,
  /** The Authorization header is malformed. */
  INVALID_HEADERS: 6003,
} as const;
