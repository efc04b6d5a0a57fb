/** What is expensive to make, made once for all clones on this machine. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./cacheFolder.mjs";

/**
 * The folder of that name in the cache.
 *
 * @param {string} name which names the version too
 * @param {(folder: string) => void} make fills the folder, which is moved once it is whole
 */
export function cached(name, make) {
  const place = join(cacheFolder(), name);
  if (existsSync(place)) return place;
  const unfinished = `${place}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  make(unfinished);
  if (existsSync(place)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, place);
  return place;
}
