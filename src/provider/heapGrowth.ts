/**
 * Keeps the memory of a process that works on a large library near what it needs. V8 lets a heap grow to several times
 * its size before it collects old objects, and an operation on tens of thousands of downloads leaves many of those
 * behind. Only for a process that this package has for itself: the settings are those of the whole process.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** How much the heap may grow between two collections of old objects, in percent. */
const GROWTH_PERCENT = 40;

/** Above this the first message is a large one. A provider that has just started has some 40 MiB. */
const LARGE_BYTES = 64 * 1024 * 1024;

/** Limits the heap's growth from now on. */
export function limitHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  // V8 plans its next collection when one has ended. What was planned by then allows several times its size.
  shrinkLargeHeap();
}

/**
 * Collects what is no longer needed, if the heap is large: before an allocation that is large too, such as the message
 * with a library's outputs.
 */
export function shrinkLargeHeap(): void {
  if (process.memoryUsage().heapUsed > LARGE_BYTES) collectGarbage();
}

/** Node.js has no call for this: V8's flag adds it to the contexts that are created from then on. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  collect();
}
