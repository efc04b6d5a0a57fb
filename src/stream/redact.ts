/**
 * The one place that makes text safe to show: no credentials, and no control characters that a terminal would
 * interpret.
 */

/** The replacement for a credential. */
const REDACTED = "[redacted]";

// Control characters (C0, DEL, C1) except tab and newline, and the bidirectional overrides, which can reorder a line on
// screen.
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Removes control characters, and truncates text that is too long for a message. */
export function printable(text: string, maxLength = 500): string {
  const clean = text.replace(UNPRINTABLE, "").trim();
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean;
}

/** Replaces each secret, literal or URL-encoded, in upper or lower case, wherever it occurs in the text. */
export function redact(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    for (const form of new Set([secret, encodeURIComponent(secret)])) {
      const pattern = form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      result = result.replace(new RegExp(pattern, "gi"), REDACTED);
    }
  }
  return result;
}
