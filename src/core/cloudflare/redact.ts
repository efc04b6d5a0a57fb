/** The one place where text on its way to a person is made safe: no credential in it, and nothing a terminal would obey. */

/** What stands in place of a credential. */
export const REDACTED = "[redacted]";

// Control characters (C0, DEL, C1) but tab and newline, and the bidirectional overrides that can reorder a line on screen.
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Removes control characters, and cuts a text that is too long to be a message. */
export function printable(text: string, maxLength = 500): string {
  const clean = text.replace(UNPRINTABLE, "").trim();
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean;
}

/** Replaces each secret, as it is and URL-encoded, wherever it occurs in the text. */
export function redact(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    result = result.replaceAll(secret, REDACTED).replaceAll(encodeURIComponent(secret), REDACTED);
  }
  return result;
}
