/** What no log and no state may show. */
import { TOKEN } from "../support/ids";
import type { PROVIDERS, Sequence } from "./description";

/** The tokens of the explicit providers. */
export const TOKENS: Readonly<Record<(typeof PROVIDERS)[number], string>> = {
  one: "first-s3cret-token-0123456789",
  two: "second-s3cret-token-0123456789",
};

/** What of a sequence is to be kept: tokens, and the ids of secret libraries. A single resource's id is part of its resource's, which Pulumi shows. */
export function secretsOf({ steps }: Sequence): string[] {
  const libraries = steps.flatMap(({ program }) => program).filter(({ kind, secret }) => secret && kind === "library");
  const ids = libraries.flatMap(({ files }) => files.map((file) => file.split("/")[0] ?? ""));
  return [...new Set([TOKEN, ...Object.values(TOKENS), ...ids])];
}

/** Those that a text shows. */
export function shownIn(text: string, secrets: readonly string[], where: string): string[] {
  return secrets.filter((secret) => text.includes(secret)).map((secret) => `shown in ${where}: ${secret}`);
}
