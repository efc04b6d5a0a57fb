/** Ids that tests use: well-formed, and different from each other at a glance. */
export const ACCOUNT = "a".repeat(32);
export const OTHER_ACCOUNT = "b".repeat(32);
export const TOKEN = "s3cret-token-0123456789";

/** The n-th video's id. */
export function video(n: number): string {
  return n.toString(16).padStart(32, "0");
}
