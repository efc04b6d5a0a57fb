/**
 * The libraries that a request needs, loaded with the first one. A preview or an update without changes sends none and
 * starts faster.
 */

// eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- the linter resolves no import attribute
type RetryLibrary = typeof import("p-retry", { with: { "resolution-mode": "import" } });
let loading: Promise<RetryLibrary> | undefined;

/** p-retry is an ES module, which CommonJS can only load with a dynamic import. */
export function retryLibrary(): Promise<RetryLibrary> {
  loading ??= import("p-retry");
  return loading;
}

export function axiosLibrary(): typeof import("axios") {
  return require("axios") as typeof import("axios");
}
