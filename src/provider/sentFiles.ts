/**
 * Shares what was sent between the provider processes of one engine that use the same credential: the request budget is
 * the user's, and each provider configuration has its own process. Each process appends the time of every request to
 * its own file, and reads on in those of the others. Of the credential the files' names have a digest only. If files
 * cannot be used, a process knows only of its own requests.
 */
import { createHash } from "node:crypto";
import { appendFileSync, closeSync, fstatSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SentPeers } from "../budget/sentLog";
import type { Clock } from "../core/clock";
import { processFolder } from "./claimFiles";

/** A time is a number of 8 bytes: milliseconds since the epoch. */
const BYTES = 8;

/** {@link SentPeers} in files. */
export interface SentFiles extends SentPeers {
  /** Deletes this process's file. */
  leave(): void;
}

let opened = 0;

/**
 * @param address the engine's
 * @param budget whose requests: all that decides it, the credential included
 */
export function sentFiles(address: string, budget: string, clock: Clock, base: string = tmpdir()): SentFiles {
  const digest = createHash("sha256").update(`${address} ${budget}`).digest("hex").slice(0, 16);
  const own = `${digest}.${process.pid}.${(opened += 1)}`;
  const folder = processFolder(base);
  /** How far each file has been read, in bytes. */
  const read = new Map<string, number>();
  let isUsable = folder !== undefined;

  const attempt = <T>(work: (folder: string) => T, otherwise: T): T => {
    if (folder === undefined || !isUsable) return otherwise;
    try {
      return work(folder);
    } catch {
      isUsable = false;
      return otherwise;
    }
  };

  return {
    tell: (at) =>
      attempt((path) => {
        const bytes = Buffer.alloc(BYTES);
        bytes.writeDoubleLE(clock.date() - (clock.now() - at));
        appendFileSync(join(path, own), bytes, { mode: 0o600 });
      }, undefined),

    news: () =>
      attempt((path) => {
        // Each time: one that begins now may send a hundred requests in a second.
        for (const name of readdirSync(path))
          if (name.startsWith(`${digest}.`) && name !== own && !read.has(name)) read.set(name, 0);
        const offset = clock.now() - clock.date();
        return [...read].flatMap(([name, from]) => {
          const times = timesIn(join(path, name), from);
          read.set(name, from + BYTES * times.length);
          // Not in the future, where the machine's date was set back: nothing would be sent until then.
          return times.map((at) => Math.min(clock.now(), at + offset));
        });
      }, []),

    leave() {
      attempt((path) => rmSync(join(path, own), { force: true }), undefined);
      isUsable = false;
    },
  };
}

/** The times in a file from a place on. One whose process has left is gone, and has nothing new. */
function timesIn(path: string, from: number): number[] {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch {
    return [];
  }
  try {
    const length = Math.floor((fstatSync(descriptor).size - from) / BYTES) * BYTES;
    if (length <= 0) return [];
    const bytes = Buffer.alloc(length);
    readSync(descriptor, bytes, 0, length, from);
    return Array.from({ length: length / BYTES }, (_, n) => bytes.readDoubleLE(n * BYTES));
  } finally {
    closeSync(descriptor);
  }
}
