/**
 * Keeps the memory of a process that works on a large library near what it needs. V8 lets a heap grow to several times its size before it collects
 * old objects, and an operation on tens of thousands of downloads leaves many of those behind.
 */
import { setFlagsFromString } from "node:v8";

/** How much the heap may grow between two collections of old objects, in percent. */
const GROWTH_PERCENT = 40;

/** Limits the heap's growth from now on. Call it before the first large message is read: V8 plans its next collection when one has ended. */
export function limitHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
