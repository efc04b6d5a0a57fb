/**
 * Shares claims between the provider processes of one engine. Each provider configuration has its own process, so a
 * resource that moves to another provider is created in one process and deleted in another. They share only the engine
 * and the machine: each process writes its claims to its own file, named after the engine's address and its process id,
 * and reads those of the others, also of one that dies before the update ends. The program's process writes such a file
 * too. If files cannot be used, a process knows only its own claims.
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
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { abandoned, type Claim } from "../downloads/claimRules";
import { type ClaimPeers, ClaimTable } from "../downloads/claims";

/** How long a dead process's file is kept for the other processes of its engine. */
const KEPT_MS = 3_600_000;

/**
 * How long a program's file is kept while its process lives: the Automation API runs one program after the other in it.
 */
const KEPT_OF_PROGRAM_MS = 86_400_000;

/**
 * How the name of a program's file ends. The engine deletes after the program has ended, so its end says nothing about
 * the file.
 */
const OF_PROGRAM = ".program";

/** A peer's file, and how far it has been read. */
interface PeerFile {
  readonly claims: ClaimTable;
  /** Whether its process has died. */
  hasDied: boolean;
  offset: number;
  /** What was read after the last complete line. */
  rest: string;
}

/** {@link ClaimPeers} in files. */
export interface PeerFiles extends ClaimPeers {
  /** The folder, where it cannot be used. Known once something was published. */
  readonly unusableFolder: string | undefined;

  /**
   * Deletes this process's file. A process that ends without this leaves a small file, which the next process deletes.
   */
  leave(): void;
}

/** What the program's process tells the provider processes of the engine at `address`. */
export function programClaims(address: string, base: string = tmpdir()): Pick<ClaimPeers, "publish"> {
  return ownFile(address, base, OF_PROGRAM);
}

/** The peers of a process of the engine at `address`. */
export function peerClaims(address: string, base: string = tmpdir()): PeerFiles {
  const file = ownFile(address, base, "");
  const { folder, engine, name: own, open, publish, close } = file;
  const files = new Map<string, PeerFile>();

  return {
    get unusableFolder() {
      return file.isUsable() ? undefined : folder;
    },

    publish,

    claims() {
      if (!open()) return [];
      // Also of processes that have died since: their resources are in the state, and other resources' deletions must
      // know. A file that appeared after this process looked first can only be of the same run of the engine, which
      // holds the address.
      for (const name of namesIn(folder)) {
        if (!name.startsWith(`${engine}.`) || name === own) continue;
        const file = files.get(name) ?? { claims: new ClaimTable(), hasDied: false, offset: 0, rest: "" };
        files.set(name, file);
        // Before the rest is read, as what it writes until then counts.
        const hasDied = !isAlive(name);
        try {
          const lines = (file.rest + readOn(join(folder, name), file).toString("utf8")).split("\n");
          file.rest = lines.pop() ?? "";
          for (const line of lines) file.claims.add(JSON.parse(line) as Claim);
        } catch {
          // Its process has just removed it. What was read before is still true.
        }
        file.hasDied = hasDied;
      }
      return [...files.values()].flatMap(({ claims, hasDied }) =>
        [...claims.values()].map((claim) => (hasDied ? abandoned(claim) : claim)),
      );
    },

    leave: close,
  };
}

/** The folder for the files of this user's provider processes; undefined where it cannot be used. */
export function processFolder(base: string): string | undefined {
  const folder = folderIn(base);
  try {
    return isPrivate(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Per user: the claims of another user's processes must not count. */
function folderIn(base: string): string {
  return join(base, `pulumi-cloudflare-stream-downloads-${process.getuid?.() ?? "user"}`);
}

/** The file of this process, which is made when it is first needed. */
function ownFile(address: string, base: string, ending: typeof OF_PROGRAM | "") {
  const folder = folderIn(base);
  const engine = createHash("sha256").update(address).digest("hex").slice(0, 16);
  const name = `${engine}.${process.pid}${ending}`;
  let state: "new" | "open" | "unusable" = "new";
  const open = (): boolean => {
    if (state === "new") state = prepare(folder, engine, ending) ? "open" : "unusable";
    return state === "open";
  };
  return {
    folder,
    engine,
    name,
    open,
    isUsable: () => state !== "unusable",
    publish: (line: Claim): void => {
      if (!open()) return;
      try {
        appendFileSync(join(folder, name), `${JSON.stringify(line)}\n`, { mode: 0o600 });
      } catch {
        state = "unusable";
      }
    },
    close(): void {
      if (state === "open") rmSync(join(folder, name), { force: true });
      state = "unusable";
    },
  };
}

/**
 * Creates the folder, to which no one else may write, and deletes the files of dead processes, unless their engine may
 * still be running: those of another process of the same kind at the same address are of an earlier engine.
 */
function prepare(folder: string, engine: string, ending: string): boolean {
  try {
    if (!isPrivate(folder)) return false;
    for (const name of readdirSync(folder)) {
      const isOfProgram = name.endsWith(OF_PROGRAM);
      const isLiving = isAlive(name);
      if (isLiving && !isOfProgram) continue;
      const isOfEarlierEngine = !isLiving && name.startsWith(`${engine}.`) && isOfProgram === (ending === OF_PROGRAM);
      const keptMs = isLiving ? KEPT_OF_PROGRAM_MS : KEPT_MS;
      // Another process that begins now may remove it first.
      const writtenAt = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (isOfEarlierEngine || Date.now() - writtenAt > keptMs) rmSync(join(folder, name), { force: true });
    }
    return true;
  } catch {
    return false;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Creates the folder if need be. Returns whether it is one to which no one else may write. */
function isPrivate(folder: string): boolean {
  // Not recursively: below /proc, Node.js would never return.
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const about = lstatSync(folder);
  const isOwn = process.getuid === undefined || (about.uid === process.getuid() && (about.mode & 0o077) === 0);
  return isOwn && about.isDirectory();
}

/** Whether the process lives whose number stands in a file's name, after the first dot. */
export function isAlive(name: string): boolean {
  try {
    process.kill(Number(name.split(".")[1]), 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * What a file has from where it was read before.
 *
 * @param unit as many bytes, or a multiple of them, are read
 */
export function readOn(path: string, file: { offset: number }, unit = 1): Buffer {
  const descriptor = openSync(path, "r");
  try {
    const length = Math.max(0, Math.floor((fstatSync(descriptor).size - file.offset) / unit) * unit);
    const bytes = Buffer.alloc(length);
    file.offset += readSync(descriptor, bytes, 0, length, file.offset);
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}
