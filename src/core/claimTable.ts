/** What one provider process knows of who needs which download. Resources are named by their URN, downloads by their id. */

/**
 * How far a resource has come with a download: `pending`, its creation has begun; `held`, the download is in the resource's state, so whatever fails
 * later leaves it there; `failed`, it did not get into the state and will not in this run.
 */
export type Stage = "pending" | "held" | "failed";

/** Something that a process notes, as the other processes are told of it. */
export interface ClaimEntry {
  /** `declare`: the program declares the downloads; `left`: a deletion has left the files for the resource; or the stage it is at now. */
  readonly kind: "declare" | "left" | Stage;
  readonly urn: string;
  readonly ids: readonly string[];
}

/** The entries of one process. */
export class ClaimTable {
  readonly #declaredBy = new Map<string, string>();
  readonly #declarations = new Map<string, readonly string[]>();
  readonly #claims = new Map<string, { readonly urn: string; readonly stage: Stage }>();
  readonly #leftFor = new Map<string, string>();

  /** Notes an entry. Of a kind that it does not know, perhaps a newer version's, it takes nothing. */
  enter({ kind, urn, ids }: ClaimEntry): void {
    switch (kind) {
      case "declare":
        this.withdraw(urn);
        for (const id of ids) this.#declaredBy.set(id, urn);
        this.#declarations.set(urn, ids);
        break;
      case "left":
        for (const id of ids) this.#leftFor.set(id, urn);
        break;
      case "pending":
      case "held":
      case "failed":
        for (const id of ids) this.#claims.set(id, { urn, stage: kind });
    }
  }

  /** Forgets what a resource declared. */
  withdraw(urn: string): void {
    for (const id of this.#declarations.get(urn) ?? []) {
      if (this.#declaredBy.get(id) === urn) this.#declaredBy.delete(id);
    }
    this.#declarations.delete(urn);
  }

  /** What a resource declares; undefined where the program does not declare it in this run. */
  declaredIds(urn: string): readonly string[] | undefined {
    return this.#declarations.get(urn);
  }

  /** The resource that declares a download. */
  declaredBy(id: string): string | undefined {
    return this.#declaredBy.get(id);
  }

  /** The resource that a download was made for, adopted by, or was to be. */
  claimOf(id: string): { readonly urn: string; readonly stage: Stage } | undefined {
    return this.#claims.get(id);
  }

  /** The resource that a deletion has left a file for. */
  leftFor(id: string): string | undefined {
    return this.#leftFor.get(id);
  }
}
