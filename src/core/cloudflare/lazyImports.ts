/** The libraries that a request needs. A preview, or an update without changes, sends none and need not wait for them to load. */

type RetryLibrary = typeof import("p-retry", { with: { "resolution-mode": "import" } });
let loading: Promise<RetryLibrary> | undefined;

/** An ES module, which CommonJS can only import while it runs; once. */
export function retryLibrary(): Promise<RetryLibrary> {
  loading ??= import("p-retry");
  return loading;
}

export function axiosLibrary(): typeof import("axios") {
  return require("axios") as typeof import("axios");
}
