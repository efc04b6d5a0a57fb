/**
 * Shares what was sent between all processes of this user on this machine that use the same credential: the request
 * budget is the user's, each provider configuration has a process of its own, and `pulumi up` has others for its
 * preview and its update. Each process appends to its own file that a request is sent and that it has ended, and reads
 * on in those of the others, also of those that have ended. Of the credential the files' names have a digest only. If
 * files cannot be used, a process knows only of its own requests.
 */
import { createHash } from "node:crypto";
import { appendFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { News, SentPeers } from "../budget/sentLog";
import type { Clock } from "../core/clock";
import { isAlive, processFolder, readOn } from "./claimFiles";

/**
 * What is written is a number of 8 bytes: when a request has ended, in milliseconds since the epoch; of one that is
 * sent, -1 less what is needed after it; and until when all are refused, the negative of the milliseconds.
 */
const BYTES = 8;

/** No process needs as many requests, and no time since 1971 has fewer milliseconds. */
const LEAST_TIME = 3e10;

/** No block of another process is believed for longer, in milliseconds: Cloudflare's takes five minutes. */
const LONGEST_BLOCK_MS = 900_000;

/** How long a file is kept after what was written last, in milliseconds: longer than a request counts. */
const KEPT_MS = 600_000;

/** For how long, in milliseconds, a process counts as one that sends after it has. */
const SENDS_MS = 60_000;

/** The name of such a file: the digest, the process's number, and which of its connections it is. */
const NAME = /^[0-9a-f]{16}\.\d+\.\d+$/;

/** Another process's file. */
interface PeerFile {
  /** How far it has been read, in bytes. */
  offset: number;
  /** Requests that were sent and have not ended. */
  inFlight: number;
  /** Whether its process has ended, and all of it was read. */
  isDone: boolean;
  /** When it was found to have sent something, by the clock. */
  sentAt: number;
  /** What its process needed after that. */
  needs: number;
}

let opened = 0;

/** @param budget whose requests: all that decides it, the credential included */
export function sentFiles(budget: string, clock: Clock, base: string = tmpdir()): SentPeers {
  const digest = createHash("sha256").update(budget).digest("hex").slice(0, 16);
  const own = `${digest}.${process.pid}.${(opened += 1)}`;
  const folder = processFolder(base);
  const peers = new Map<string, PeerFile>();
  let blockedUntil = Number.NEGATIVE_INFINITY;
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

  attempt(removeOld, undefined);
  return {
    send: (needs) => append(-1 - needs),

    end: (at) => append(clock.date() - (clock.now() - at)),

    block: (until) => append(-(clock.date() + (until - clock.now()))),

    news: () =>
      attempt<News>(
        (path) => {
          // Each time: one that begins now may send a hundred requests in a second.
          for (const name of readdirSync(path))
            if (name.startsWith(`${digest}.`) && NAME.test(name) && name !== own && !peers.has(name))
              peers.set(name, { offset: 0, inFlight: 0, isDone: false, sentAt: Number.NEGATIVE_INFINITY, needs: 0 });
          let sent = 0;
          const ended: number[] = [];
          for (const [name, peer] of peers) {
            if (peer.isDone) continue;
            // Before the rest is read, as what it writes until then counts.
            const hasEnded = !isAlive(name);
            for (const number of numbersIn(join(path, name), peer)) {
              if (number <= -LEAST_TIME) {
                const untilMs = Math.min(-number - clock.date(), LONGEST_BLOCK_MS);
                blockedUntil = Math.max(blockedUntil, clock.now() + untilMs);
                continue;
              }
              if (number < 0) {
                sent += 1;
                peer.sentAt = clock.now();
                peer.needs = -1 - number;
              }
              // Not in the future, where the machine's date was set back: nothing would be sent until then.
              else ended.push(Math.min(clock.now(), number - clock.date() + clock.now()));
              peer.inFlight += number < 0 ? 1 : -1;
            }
            if (!hasEnded) continue;
            // Of a process that was killed no request ends any more.
            for (; peer.inFlight > 0; peer.inFlight -= 1) ended.push(clock.now());
            peer.isDone = true;
          }
          const isSending = ({ isDone, sentAt }: PeerFile) => !isDone && clock.now() - sentAt < SENDS_MS;
          const senders = [...peers.values()].filter(isSending);
          const needs = senders.reduce((sum, peer) => sum + peer.needs, 0);
          return { sent, ended, senders: senders.length, needs, blockedUntil };
        },
        { sent: 0, ended: [], senders: 0, needs: 0, blockedUntil },
      ),
  };
}

/** Removes the files of which nothing counts any more. */
function removeOld(folder: string): void {
  for (const name of readdirSync(folder).filter((file) => NAME.test(file))) {
    const path = join(folder, name);
    const writtenAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (!isAlive(name) && Date.now() - writtenAt > KEPT_MS) rmSync(path, { force: true });
  }
}

/** What a file has from where it was read before. One that was removed is gone, and has nothing new. */
function numbersIn(path: string, file: PeerFile): readonly number[] {
  try {
    const bytes = readOn(path, file, BYTES);
    return Array.from({ length: bytes.length / BYTES }, (_, n) => bytes.readDoubleLE(n * BYTES));
  } catch {
    return [];
  }
}
