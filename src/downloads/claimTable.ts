/** What one provider process knows about which resource needs which download. Resources are identified by URN, downloads by a digest of their id. */
import { createHash } from "node:crypto";
import { type DownloadIdentity, formatId } from "../core/identity";

/**
 * A resource's progress with a download. `pending`: its creation has begun. `held`: the download is in the resource's state, where a later
 * failure leaves it. `failed`: it did not get into the state and will not in this run.
 */
export type Stage = "pending" | "held" | "failed";

/** One entry of a process's table, in the form in which the other processes receive it. */
export interface ClaimEntry {
  /**
   * `declare`: the program declares the downloads. `announce`: the same, said by the program's own process of a resource that the engine did not
   * deploy; it counts where no check has declared anything, and the resource is unfinished. `giveUp`: it declared them in an earlier run. `left`: a deletion kept the files for the
   * resource. `unfinished` and `finished`: whether all that the resource declares is as wanted; without downloads. `exists`: the
   * downloads that the resource has before the run. `inPlace`: the engine does not replace it, or has begun to; without downloads. Otherwise the stage reached.
   */
  readonly kind: "declare" | "announce" | "giveUp" | "left" | "unfinished" | "finished" | "exists" | "inPlace" | Stage;
  readonly urn: string;
  readonly digests: readonly string[];
}

/** The entries of one process. */
export class ClaimTable {
  readonly #declaredBy = new Map<string, string>();
  readonly #declarations = new Map<string, readonly string[]>();
  readonly #announcedBy = new Map<string, string>();
  readonly #givenUpBy = new Map<string, string>();
  readonly #claims = new Map<string, { readonly urn: string; readonly stage: Stage }>();
  readonly #leftFor = new Map<string, string>();
  readonly #unfinished = new Set<string>();
  readonly #inPlace = new Set<string>();
  readonly #existing = new Map<string, ReadonlySet<string>>();

  /** Adds an entry. Unknown kinds, for example of a newer version, are ignored. */
  enter({ kind, urn, digests }: ClaimEntry): void {
    switch (kind) {
      case "declare":
        this.withdraw(urn);
        for (const digest of digests) this.#declaredBy.set(digest, urn);
        this.#declarations.set(urn, digests);
        break;
      case "announce":
        for (const each of digests) this.#announcedBy.set(each, urn);
        this.#unfinished.add(urn);
        break;
      case "giveUp":
        for (const digest of digests) this.#givenUpBy.set(digest, urn);
        break;
      case "left":
        for (const digest of digests) this.#leftFor.set(digest, urn);
        break;
      case "unfinished":
        this.#unfinished.add(urn);
        break;
      case "finished":
        this.#unfinished.delete(urn);
        break;
      case "exists":
        this.#existing.set(urn, new Set(digests));
        break;
      case "inPlace":
        this.#inPlace.add(urn);
        break;
      case "pending":
      case "held":
      case "failed":
        for (const digest of digests) this.#claims.set(digest, { urn, stage: kind });
    }
  }

  /** Call it when the process has died: whatever it had not put into the state by then has failed. */
  abandon(): void {
    for (const [digest, { urn, stage }] of this.#claims) {
      if (stage === "pending") this.#claims.set(digest, { urn, stage: "failed" });
    }
    for (const [digest, urn] of this.#declaredBy) {
      if (!this.#claims.has(digest)) this.#claims.set(digest, { urn, stage: "failed" });
    }
  }

  /** Removes what a resource declared. */
  withdraw(urn: string): void {
    for (const digest of this.#declarations.get(urn) ?? []) {
      if (this.#declaredBy.get(digest) === urn) this.#declaredBy.delete(digest);
    }
    this.#declarations.delete(urn);
  }

  /** The downloads that a resource declares. Undefined if the program does not declare the resource in this run. */
  declared(urn: string): readonly string[] | undefined {
    return this.#declarations.get(urn);
  }

  /** The resource that declares a download. */
  declaredBy(digest: string): string | undefined {
    return this.#declaredBy.get(digest);
  }

  /** The resource of which the program's own process says that it declares a download. */
  announcedBy(digest: string): string | undefined {
    return this.#announcedBy.get(digest);
  }

  /** The resource that declared a download in an earlier run and no longer does. */
  givenUpBy(digest: string): string | undefined {
    return this.#givenUpBy.get(digest);
  }

  /** What a resource declared in earlier runs and no longer does. */
  givenUp(urn: string): string[] {
    return [...this.#givenUpBy].filter(([, resource]) => resource === urn).map(([digest]) => digest);
  }

  /** The resource that created or adopted a download, or tried to, and how far it got. */
  claimOf(digest: string): { readonly urn: string; readonly stage: Stage } | undefined {
    return this.#claims.get(digest);
  }

  /** The resource for which a deletion kept a file. */
  leftFor(digest: string): string | undefined {
    return this.#leftFor.get(digest);
  }

  /**
   * Whether a deletion under the resource's URN may precede its replacement, with `deleteBeforeReplace`. If not, it concerns an old half. Undefined
   * if nothing is known of the resource.
   */
  mayBeDeletedFirst(urn: string, digest: string): boolean | undefined {
    if (this.#inPlace.has(urn)) return false;
    return this.#existing.get(urn)?.has(digest);
  }

  /** Whether it is not known that all that the resource declares is as wanted: no diff has found it so, and no create or update has ended well. */
  isUnfinished(urn: string): boolean {
    return this.#unfinished.has(urn);
  }
}

/** By what a table knows a download: a video's id may be secret, and the tables are in files, and partly in the state. */
export function digestOf(identity: DownloadIdentity): string {
  return digest(formatId(identity));
}

/** The same for a program that leaves the account to its provider. A video's id is unique among all accounts. */
export function digestInAnyAccount({ videoId, type }: Omit<DownloadIdentity, "accountId">): string {
  return digest(`${videoId}/${type}`);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
