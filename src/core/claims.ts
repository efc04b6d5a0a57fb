/**
 * Who needs which download, within one run of the engine: what the program declares, and what gets into which resource's state. A rename, a
 * move or a replacement ends with deleting the old resource, whose file may by then be the new one's; the claims tell. A file is left for a resource
 * that has it, or may still come to have it. One that has failed to take it over does not count: the file stays with the old resource then.
 */
import { type DownloadIdentity, formatId } from "./identity";
import { type ClaimEntry, ClaimTable, type Stage } from "./claimTable";

/** The other provider processes of the same engine: each provider configuration has a process of its own. */
export interface ClaimPeers {
  /** Tells them of an entry in this process's table. */
  publish(entry: ClaimEntry): void;
  /** Their tables. */
  tables(): Iterable<ClaimTable>;
}

const ALONE: ClaimPeers = { publish: () => undefined, tables: () => [] };

/** Another need for a file that a resource is about to delete. */
export interface Claimant {
  readonly urn: string;
  /** Whether it has the file or may still get it. If not it failed, and nobody's state would have a file that is left for it. */
  readonly takesOver: boolean;
}

/** The claims of one provider process, and those of its peers. */
export class Claims {
  readonly #own = new ClaimTable();
  readonly #peers: ClaimPeers;

  constructor(peers: ClaimPeers = ALONE) {
    this.#peers = peers;
  }

  /**
   * Notes what a resource of the program declares; it replaces what the same resource declared before.
   *
   * @returns the other resource that declared one of the downloads already, with that download; undefined when all are free
   */
  tryDeclare(
    urn: string,
    identities: readonly DownloadIdentity[],
  ): { urn: string; identity: DownloadIdentity } | undefined {
    this.#own.withdraw(urn);
    const tables = this.#tables();
    for (const identity of identities) {
      const other = first(tables, (table) => another(table.declaredBy(formatId(identity)), urn));
      if (other !== undefined) return { urn: other, identity };
    }
    this.#note("declare", urn, identities);
    return undefined;
  }

  /** Whether the program declares the resource in this run. */
  isDeclared(urn: string): boolean {
    return this.#own.declaredIds(urn) !== undefined;
  }

  /**
   * Notes that the engine has compared what the program declares with a resource's state. The resource goes on with what is in both, if it is
   * replaced once its other half is there. So a delete that follows under its URN is that of an old half, perhaps one that an earlier update did not
   * come to delete.
   */
  keepDeclared(urn: string, inState: readonly DownloadIdentity[], isReplaced: boolean): void {
    // A refresh compares too, without the program: a destroy may follow.
    const declared = new Set(this.#own.declaredIds(urn));
    const kept = inState.filter((identity) => declared.has(formatId(identity)));
    this.#note(isReplaced ? "pending" : "held", urn, kept);
  }

  /** Notes that the creation of downloads for a resource begins, or their adoption; {@link hold} or {@link fail} says what it came to. */
  begin(urn: string, identities: readonly DownloadIdentity[]): void {
    this.#note("pending", urn, identities);
  }

  /** Notes that downloads are in a resource's state. */
  hold(urn: string, identities: readonly DownloadIdentity[]): void {
    this.#note("held", urn, identities);
  }

  /**
   * Notes that downloads did not get into a resource's state.
   *
   * @returns those whose files were left for the resource while it was being created. They exist, and no other state has them: they belong in this one
   */
  fail(urn: string, identities: readonly DownloadIdentity[]): DownloadIdentity[] {
    this.#note("failed", urn, identities);
    const tables = this.#tables();
    return identities.filter((identity) => tables.some((table) => table.leftFor(formatId(identity)) === urn));
  }

  /**
   * Who else needs a download that `urn` is about to delete: the resource it was created for in this run, be it the same one (a
   * replacement by itself, a move to another provider), or another one that declares it. Undefined when nobody does. A file that a resource
   * may still get is noted as left for it.
   */
  claimant(urn: string, identity: DownloadIdentity): Claimant | undefined {
    let found = this.#find(urn, formatId(identity));
    if (found?.stage === "pending") {
      // Noted first and looked up again after it, as `fail` does: of two processes at the same moment, the later one sees what the other did.
      this.#note("left", found.urn, [identity]);
      found = this.#find(urn, formatId(identity));
    }
    return found && { urn: found.urn, takesOver: found.stage !== "failed" };
  }

  #find(urn: string, id: string): { readonly urn: string; readonly stage: Stage } | undefined {
    const own = this.#own.claimOf(id);
    if (own?.stage === "held") return own;
    const tables = this.#tables();
    for (const stage of ["held", "pending", "failed"] as const) {
      const claim = first(tables, (table) => (table.claimOf(id)?.stage === stage ? table.claimOf(id) : undefined));
      if (claim !== undefined) return claim;
    }
    const declarer = first(tables, (table) => another(table.declaredBy(id), urn));
    if (declarer === undefined) return undefined;
    // What the program declares no more is deleted after all else: a resource that has not begun by then does not come.
    const isReplaced = tables.some((table) => table.declaredIds(urn) !== undefined);
    return { urn: declarer, stage: isReplaced ? "pending" : "failed" };
  }

  #note(kind: ClaimEntry["kind"], urn: string, identities: readonly DownloadIdentity[]): void {
    if (identities.length === 0 && kind !== "declare") return;
    const entry = { kind, urn, ids: identities.map(formatId) };
    this.#own.enter(entry);
    this.#peers.publish(entry);
  }

  #tables(): ClaimTable[] {
    return [this.#own, ...this.#peers.tables()];
  }
}

/** Why a file was not deleted although its resource was to be. */
export function notTakenOver({ urn }: Claimant): string {
  return (
    `not deleted: the resource "${nameOf(urn)}" declares the same download and failed to take it over. The file stays with this resource until it ` +
    "does. Correct what failed there, or remove it from the program; then run `pulumi up` again."
  );
}

/** A resource's name, as its URN ends. */
export function nameOf(urn: string): string {
  return urn.split("::").pop() ?? urn;
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
