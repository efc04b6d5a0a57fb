/**
 * Which resource needs which download within one run of the engine: what the program declares, and what gets into which resource's state.
 * A rename, a move or a replacement ends with the deletion of the old resource, whose file may belong to the new one by then. Such a file is
 * kept for a resource that has it or may still get it. If that resource failed or was skipped, the file stays with the old resource.
 */
import type { DownloadIdentity } from "../core/identity";
import { type ClaimEntry, ClaimTable, digestInAnyAccount, digestOf, type Stage } from "./claimTable";

/** The other provider processes of the same engine. Each provider configuration has its own process. */
export interface ClaimPeers {
  /** Sends them an entry of this process's table. */
  publish(entry: ClaimEntry): void;
  /** Their tables. */
  tables(): Iterable<ClaimTable>;
}

const ALONE: ClaimPeers = { publish: () => undefined, tables: () => [] };

/** What an entry may say about a resource without naming a download. */
const ABOUT_RESOURCES: ReadonlySet<ClaimEntry["kind"]> = new Set([
  "declare",
  "unfinished",
  "finished",
  "exists",
  "inPlace",
]);

/** Another need for a file that a resource is about to delete. */
export interface Claimant {
  readonly urn: string;
  /** Whether it has the file or may still get it. */
  readonly takesOver: boolean;
  /** Whether it is what replaces the resource, and is not ready yet. Otherwise, if it does not take over, it failed: a file kept for it would be in no state. */
  readonly isReplacement?: true;
}

/** The claims of one provider process, and those of its peers. */
export class Claims {
  readonly #own = new ClaimTable();
  readonly #peers: ClaimPeers;

  constructor(peers: ClaimPeers = ALONE) {
    this.#peers = peers;
  }

  /**
   * Records what a resource of the program declares, in place of what it declared before. Records nothing in case of a conflict.
   *
   * @returns the conflict: another resource that already declares one of the downloads, and that download. Undefined if there is none
   */
  tryDeclare(
    urn: string,
    identities: readonly DownloadIdentity[],
  ): { urn: string; identity: DownloadIdentity } | undefined {
    this.#own.withdraw(urn);
    const tables = this.#tables();
    for (const identity of identities) {
      const digest = digestOf(identity);
      const other = first(tables, (table) => another(table.declaredBy(digest), urn));
      if (other !== undefined) return { urn: other, identity };
    }
    this.#note("declare", urn, identities);
    return undefined;
  }

  /**
   * Records what a resource declared in an earlier run, of which it gives up what it no longer declares. The part of its state that is deleted
   * then may have another URN, because the program has renamed or moved the resource.
   */
  giveUp(urn: string, earlier: readonly DownloadIdentity[]): void {
    const declared = new Set(this.#own.declared(urn));
    const givenUp = earlier.map(digestOf).filter((digest) => !declared.has(digest));
    this.giveUpAgain(urn, givenUp);
  }

  /**
   * Records that the engine is about to decide about a resource that exists. With --continue-on-error it may skip the resource, because what that
   * depends on failed, and delete what an earlier update left to be deleted. So the resource is unfinished until a diff, a create or an update says
   * otherwise.
   */
  awaitDecision(urn: string, existing: readonly DownloadIdentity[]): void {
    this.#note("exists", urn, existing);
    this.#note("unfinished", urn, []);
  }

  /** Records what {@link givenUp} returned in an earlier run. */
  giveUpAgain(urn: string, digests: readonly string[]): void {
    if (digests.length > 0) this.#enter({ kind: "giveUp", urn, digests });
  }

  /** The digests of what a resource has given up, for its state while it is unfinished. */
  givenUp(urn: string): string[] {
    return this.#own.givenUp(urn);
  }

  /** Whether the program declares the resource in this run. */
  isDeclared(urn: string): boolean {
    return this.#own.declared(urn) !== undefined;
  }

  /**
   * Records that the engine has compared the program's declaration with a resource's state. The resource keeps the downloads that are in both;
   * if it is replaced, it gets them once the replacement is created. A delete under its URN that follows therefore concerns the replaced half,
   * perhaps one that an earlier update did not get to delete.
   */
  keepDeclared(
    urn: string,
    inState: readonly DownloadIdentity[],
    found: { isChanged: boolean; isReplaced: boolean },
  ): void {
    // A refresh compares too, but without a program, so it declares nothing; a destroy may follow.
    if (!this.isDeclared(urn)) return;
    const declared = new Set(this.#own.declared(urn));
    const kept = inState.filter((identity) => declared.has(digestOf(identity)));
    this.#note(found.isReplaced ? "pending" : "held", urn, kept);
    if (found.isReplaced) this.#note("exists", urn, inState);
    else this.#note("inPlace", urn, []);
    if (!found.isChanged) this.finish(urn);
  }

  /**
   * Records that a create or update of a resource begins, and which downloads it creates or adopts: {@link hold} or {@link fail} must follow for
   * them, and {@link finish} once all that the resource declares is as wanted. Until then what it replaces is not deleted: with
   * --continue-on-error the engine would do that although the replacement is not complete.
   */
  begin(urn: string, identities: readonly DownloadIdentity[]): void {
    this.#note("inPlace", urn, []);
    this.#note("unfinished", urn, []);
    this.#note("pending", urn, identities);
  }

  /** Records that all that a resource declares is as wanted. */
  finish(urn: string): void {
    this.#note("finished", urn, []);
  }

  /** Records that downloads are in a resource's state. */
  hold(urn: string, identities: readonly DownloadIdentity[]): void {
    this.#note("held", urn, identities);
  }

  /**
   * Records that downloads did not get into a resource's state.
   *
   * @returns those whose files were kept for the resource while it was being created. They exist and are in no other state, so they belong in this one
   */
  fail(urn: string, identities: readonly DownloadIdentity[]): DownloadIdentity[] {
    this.#note("failed", urn, identities);
    const tables = this.#tables();
    return identities.filter((identity) => tables.some((table) => table.leftFor(digestOf(identity)) === urn));
  }

  /**
   * Finds who still needs a download that `urn` is about to delete: the resource that it was created for in this run, which may be the same
   * one (a replacement by itself, a move to another provider), or another one that declares it, or what replaces `urn`, under whatever URN,
   * while that is not ready. Undefined if nobody does. A file that a resource may still get is recorded as kept for it.
   */
  claimant(urn: string, identity: DownloadIdentity): Claimant | undefined {
    let found = this.#find(urn, identity);
    if (found?.stage === "pending") {
      // Recorded first, then looked up again, as in `fail`: of two processes at the same moment, the later one sees the other's entry.
      this.#note("left", found.urn, [identity]);
      found = this.#find(urn, identity);
    }
    if (found === undefined) return undefined;
    if (found.stage === "unfinished") return { urn, takesOver: false, isReplacement: true };
    return { urn: found.urn, takesOver: found.stage !== "failed" };
  }

  #find(
    urn: string,
    identity: DownloadIdentity,
  ): { readonly urn: string; readonly stage: Stage | "unfinished" } | undefined {
    const digest = digestOf(identity);
    const own = this.#own.claimOf(digest);
    if (own?.stage === "held") return own;
    const tables = this.#tables();
    for (const stage of ["held", "pending", "failed"] as const) {
      const claim = first(tables, (table) =>
        table.claimOf(digest)?.stage === stage ? table.claimOf(digest) : undefined,
      );
      if (claim !== undefined) return claim;
    }
    const declarer =
      first(tables, (table) => another(table.declaredBy(digest), urn)) ?? this.#announcer(urn, identity, tables);
    // Deletions come last, when the program has ended: a declarer that has not begun by then never will, for example one that --continue-on-error
    // skips because what it depends on failed. Only with `deleteBeforeReplace` a resource is deleted before, when its replacement has not begun either.
    const isDeletedFirst =
      tables.some((table) => table.declared(urn) !== undefined) &&
      tables.every((table) => table.mayBeDeletedFirst(urn, digest) !== false);
    if (declarer === undefined) {
      if (isDeletedFirst) return undefined;
      const owners = [urn, ...tables.map((table) => table.givenUpBy(digest))];
      const isUnfinished = owners.some((owner) =>
        tables.some((table) => owner !== undefined && table.isUnfinished(owner)),
      );
      return isUnfinished ? { urn, stage: "unfinished" } : undefined;
    }
    return { urn: declarer, stage: isDeletedFirst ? "pending" : "failed" };
  }

  /** Another resource that declares a download by the program's word alone: the engine has not asked any provider about it, and may never do. */
  #announcer(urn: string, identity: DownloadIdentity, tables: readonly ClaimTable[]): string | undefined {
    const digests = [digestOf(identity), digestInAnyAccount(identity)];
    return first(tables, (table) =>
      digests
        .map((digest) => another(table.announcedBy(digest), urn))
        .find((other) => other !== undefined && tables.every((each) => each.declared(other) === undefined)),
    );
  }

  #note(kind: ClaimEntry["kind"], urn: string, identities: readonly DownloadIdentity[]): void {
    if (identities.length === 0 && !ABOUT_RESOURCES.has(kind)) return;
    this.#enter({ kind, urn, digests: identities.map(digestOf) });
  }

  #enter(entry: ClaimEntry): void {
    this.#own.enter(entry);
    this.#peers.publish(entry);
  }

  #tables(): ClaimTable[] {
    return [this.#own, ...this.#peers.tables()];
  }
}

/** The error message where a file is not deleted with its resource. */
export function notDeleted({ urn, isReplacement }: Claimant): string {
  if (isReplacement === true)
    return "not deleted: what replaces this file is not ready. Correct what failed there; the next `pulumi up` deletes this file.";
  const name = `"${nameOf(urn)}"`;
  return (
    `not deleted: the resource ${name} declares the same download, but failed or was skipped, or is not a target. The file stays with this resource until ${name} has it. ` +
    `Correct what failed, or remove ${name} from the program; then run \`pulumi up\` again.`
  );
}

/** A resource's name: all that follows the first three parts of its URN, since a name may contain what separates them. */
export function nameOf(urn: string): string {
  const parts = urn.split("::");
  return parts.length > 3 ? parts.slice(3).join("::") : (parts.pop() ?? urn);
}

function first<T>(tables: readonly ClaimTable[], find: (table: ClaimTable) => T | undefined): T | undefined {
  for (const table of tables) {
    const found = find(table);
    if (found !== undefined) return found;
  }
  return undefined;
}

function another(found: string | undefined, urn: string): string | undefined {
  return found === urn ? undefined : found;
}
