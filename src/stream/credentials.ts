/** The credentials of a request. */

/** A bearer token, or an account's email address with its global key. */
export type Credentials =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "key"; readonly email: string; readonly key: string };

/** The part of the credentials that must never be shown. */
export function secretOf(credentials: Credentials): string {
  return credentials.kind === "token" ? credentials.token : credentials.key;
}

/** The headers that carry the credentials. */
export function authorization(credentials: Credentials): Record<string, string> {
  return credentials.kind === "token"
    ? { Authorization: `Bearer ${credentials.token}` }
    : { "X-Auth-Email": credentials.email, "X-Auth-Key": credentials.key };
}
