/** Where what is expensive to make is kept for all clones on this machine. */
import { homedir } from "node:os";
import { join } from "node:path";

/** @returns {string} */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-cloudflare-stream-downloads");
}
