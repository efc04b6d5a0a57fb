/**
 * Tells the provider processes of one engine of each other's claims. Each provider configuration has a process of its own, so a resource
 * that moves to another provider is created in one process and deleted in another. They share nothing but the engine and the machine:
 * each writes its claims to a file of its own, named after the engine's address and its process, and reads those of the others that
 * are alive. Where that cannot be done, only this is lost.
 */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClaimPeers } from "../core/claims";
import { type ClaimEntry, ClaimTable } from "../core/claimTable";

/** A peer's file, as far as it has been read. */
interface PeerFile {
  readonly table: ClaimTable;
  offset: number;
  /** What was read after the last complete line. */
  rest: string;
}

/** {@link ClaimPeers} that can be left. */
export interface PeerFiles extends ClaimPeers {
  /** Takes back what this process has told. A process that ends without it leaves a small file, which the next one clears away. */
  leave(): void;
}

/** The peers of a process of the engine at `address`. */
export function peerClaims(address: string, base: string = tmpdir()): PeerFiles {
  // Another user's processes have nothing to tell this user's.
  const folder = join(base, `pulumi-cloudflare-stream-downloads-${process.getuid?.() ?? "user"}`);
  const engine = createHash("sha256").update(address).digest("hex").slice(0, 16);
  const own = `${engine}.${process.pid}`;
  const files = new Map<string, PeerFile>();
  let state: "new" | "open" | "unusable" = "new";

  const open = (): boolean => {
    if (state !== "new") return state === "open";
    state = prepare(folder) ? "open" : "unusable";
    return state === "open";
  };

  return {
    publish(entry) {
      if (!open()) return;
      try {
        appendFileSync(join(folder, own), `${JSON.stringify(entry)}\n`, { mode: 0o600 });
      } catch {
        state = "unusable";
      }
    },

    tables() {
      if (!open()) return [];
      try {
        const names = readdirSync(folder).filter(
          (name) => name.startsWith(`${engine}.`) && name !== own && isAlive(name),
        );
        return names.map((name) => {
          const file = files.get(name) ?? { table: new ClaimTable(), offset: 0, rest: "" };
          files.set(name, file);
          readOn(join(folder, name), file);
          return file.table;
        });
      } catch {
        return [];
      }
    },

    leave() {
      if (state === "open") rmSync(join(folder, own), { force: true });
      state = "unusable";
    },
  };
}

/** Makes the folder, which nobody else may write to, and clears away what processes that were killed have left. */
function prepare(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(folder);
    const isPrivate = process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0);
    if (!isPrivate || !lstatSync(folder).isDirectory()) return false;
    for (const name of readdirSync(folder)) {
      if (!isAlive(name)) rmSync(join(folder, name), { force: true });
    }
    return true;
  } catch {
    return false;
  }
}

/** Whether the process whose file this is still runs. */
function isAlive(name: string): boolean {
  try {
    process.kill(Number(name.split(".")[1]), 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function readOn(path: string, file: PeerFile): void {
  const descriptor = openSync(path, "r");
  try {
    const length = fstatSync(descriptor).size - file.offset;
    if (length <= 0) return;
    const bytes = Buffer.alloc(length);
    file.offset += readSync(descriptor, bytes, 0, length, file.offset);
    const lines = (file.rest + bytes.toString("utf8")).split("\n");
    file.rest = lines.pop() ?? "";
    for (const line of lines) file.table.enter(JSON.parse(line) as ClaimEntry);
  } finally {
    closeSync(descriptor);
  }
}
