/**
 * Shares what was sent between the provider processes of one engine that use the same credential: the request budget is
 * the user's, and each provider configuration has its own process. Each process appends to its own file that a request
 * is sent and that it has ended, and reads on in those of the others. Of the credential the files' names have a digest
 * only. If files cannot be used, a process knows only of its own requests.
 */
import { createHash } from "node:crypto";
import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { News, SentPeers } from "../budget/sentLog";
import type { Clock } from "../core/clock";
import { isAlive, processFolder } from "./claimFiles";

/** What is written is a number of 8 bytes: `SENT`, or when a request has ended, in milliseconds since the epoch. */
const BYTES = 8;
const SENT = 0;

/** {@link SentPeers} in files. */
export interface SentFiles extends SentPeers {
  /** Deletes this process's file. */
  leave(): void;
}

/** Another process's file. */
interface PeerFile {
  /** How far it has been read, in bytes. */
  offset: number;
  /** Requests that were sent and have not ended. */
  inFlight: number;
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
  const peers = new Map<string, PeerFile>();
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
  const append = (number: number) =>
    attempt((path) => {
      const bytes = Buffer.alloc(BYTES);
      bytes.writeDoubleLE(number);
      appendFileSync(join(path, own), bytes, { mode: 0o600 });
    }, undefined);

  return {
    send: () => append(SENT),

    end: (at) => append(clock.date() - (clock.now() - at)),

    news: () =>
      attempt<News>(
        (path) => {
          // Each time: one that begins now may send a hundred requests in a second.
          for (const name of readdirSync(path))
            if (name.startsWith(`${digest}.`) && name !== own && !peers.has(name))
              peers.set(name, { offset: 0, inFlight: 0 });
          let sent = 0;
          const ended: number[] = [];
          for (const [name, peer] of peers) {
            const hasEnded = peer.inFlight > 0 && !(isAlive(name) && existsSync(join(path, name)));
            for (const number of numbersIn(join(path, name), peer)) {
              if (number === SENT) sent += 1;
              // Not in the future, where the machine's date was set back: nothing would be sent until then.
              else ended.push(Math.min(clock.now(), number - clock.date() + clock.now()));
              peer.inFlight += number === SENT ? 1 : -1;
            }
            // Of a process that was killed no request ends any more.
            for (; hasEnded && peer.inFlight > 0; peer.inFlight -= 1) ended.push(clock.now());
          }
          return { sent, ended };
        },
        { sent: 0, ended: [] },
      ),

    leave() {
      attempt((path) => rmSync(join(path, own), { force: true }), undefined);
      isUsable = false;
    },
  };
}

/** What a file has from where it was read before. One whose process has left is gone, and has nothing new. */
function numbersIn(path: string, file: PeerFile): readonly number[] {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch {
    return [];
  }
  try {
    const length = Math.floor((fstatSync(descriptor).size - file.offset) / BYTES) * BYTES;
    if (length <= 0) return [];
    const bytes = Buffer.alloc(length);
    readSync(descriptor, bytes, 0, length, file.offset);
    file.offset += length;
    return Array.from({ length: length / BYTES }, (_, n) => bytes.readDoubleLE(n * BYTES));
  } finally {
    closeSync(descriptor);
  }
}
