/** What one provider process knows about which resource needs which download. Resources are identified by URN, downloads by id. */

/**
 * A resource's progress with a download. `pending`: its creation has begun. `held`: the download is in the resource's state, where a later
 * failure leaves it. `failed`: it did not get into the state and will not in this run.
 */
export type Stage = "pending" | "held" | "failed";

/** One entry of a process's table, in the form in which the other processes receive it. */
export interface ClaimEntry {
  /**
   * `declare`: the program declares the downloads. `giveUp`: it declared them in an earlier run; with their digests. `left`: a deletion kept the files for the
   * resource. `unfinished` and `finished`: whether all that the resource declares is as wanted; without ids. `notReplaced`: the engine does not replace the
   * resource; without ids. Otherwise the stage reached.
   */
  readonly kind: "declare" | "giveUp" | "left" | "unfinished" | "finished" | "notReplaced" | Stage;
  readonly urn: string;
  readonly ids: readonly string[];
}

/** The entries of one process. */
export class ClaimTable {
  readonly #declaredBy = new Map<string, string>();
  readonly #declarations = new Map<string, readonly string[]>();
  readonly #givenUpBy = new Map<string, string>();
  readonly #claims = new Map<string, { readonly urn: string; readonly stage: Stage }>();
  readonly #leftFor = new Map<string, string>();
  readonly #unfinished = new Set<string>();
  readonly #inPlace = new Set<string>();

  /** Adds an entry. Unknown kinds, for example of a newer version, are ignored. */
  enter({ kind, urn, ids }: ClaimEntry): void {
    switch (kind) {
      case "declare":
        this.withdraw(urn);
        for (const id of ids) this.#declaredBy.set(id, urn);
        this.#declarations.set(urn, ids);
        this.#inPlace.delete(urn);
        break;
      case "giveUp":
        for (const digest of ids) this.#givenUpBy.set(digest, urn);
        break;
      case "left":
        for (const id of ids) this.#leftFor.set(id, urn);
        break;
      case "unfinished":
        this.#unfinished.add(urn);
        this.#inPlace.add(urn);
        break;
      case "finished":
        this.#unfinished.delete(urn);
        break;
      case "notReplaced":
        this.#inPlace.add(urn);
        break;
      case "pending":
      case "held":
      case "failed":
        for (const id of ids) this.#claims.set(id, { urn, stage: kind });
    }
  }

  /** Call it when the process has died: whatever it had not put into the state by then has failed. */
  abandon(): void {
    for (const [id, { urn, stage }] of this.#claims) {
      if (stage === "pending") this.#claims.set(id, { urn, stage: "failed" });
    }
    for (const [id, urn] of this.#declaredBy) {
      if (!this.#claims.has(id)) this.#claims.set(id, { urn, stage: "failed" });
    }
  }

  /** Removes what a resource declared. */
  withdraw(urn: string): void {
    for (const id of this.#declarations.get(urn) ?? []) {
      if (this.#declaredBy.get(id) === urn) this.#declaredBy.delete(id);
    }
    this.#declarations.delete(urn);
  }

  /** The downloads that a resource declares. Undefined if the program does not declare the resource in this run. */
  declaredIds(urn: string): readonly string[] | undefined {
    return this.#declarations.get(urn);
  }

  /** The resource that declares a download. */
  declaredBy(id: string): string | undefined {
    return this.#declaredBy.get(id);
  }

  /** The resource that declared a download in an earlier run and no longer does. */
  givenUpBy(digest: string): string | undefined {
    return this.#givenUpBy.get(digest);
  }

  /** The digests of what a resource declared in earlier runs and no longer does. */
  givenUp(urn: string): string[] {
    return [...this.#givenUpBy].filter(([, resource]) => resource === urn).map(([digest]) => digest);
  }

  /** The resource that created or adopted a download, or tried to, and how far it got. */
  claimOf(id: string): { readonly urn: string; readonly stage: Stage } | undefined {
    return this.#claims.get(id);
  }

  /** The resource for which a deletion kept a file. */
  leftFor(id: string): string | undefined {
    return this.#leftFor.get(id);
  }

  /** Whether a create or update of the resource began, or the engine does not replace it: what is deleted under its URN is an old half. */
  isInPlace(urn: string): boolean {
    return this.#inPlace.has(urn);
  }

  /** Whether a create or update of the resource began and has not made all that it declares as wanted. */
  isUnfinished(urn: string): boolean {
    return this.#unfinished.has(urn);
  }
}
