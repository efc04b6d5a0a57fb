/**
 * Keeps the memory of a process that works on a large library near what it needs. V8 lets a heap grow to several times its size before it collects
 * old objects, and an operation on tens of thousands of downloads leaves many of those behind.
 */
import { setFlagsFromString } from "node:v8";

/** From so many downloads on. A smaller heap is not worth the collections. */
const LARGE = 1000;

/** How much the heap may grow between two collections of old objects, in percent. */
const GROWTH_PERCENT = 40;

let isLimited = false;

/** Limits the heap's growth from now on, if this many downloads are worked on. */
export function limitHeapGrowth(downloads: number): void {
  if (isLimited || downloads < LARGE) return;
  isLimited = true;
  // V8 reads this flag at each collection.
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
