/**
 * Who needs which download, within one process: what the program declares and what was created for it. A rename or a
 * replacement ends with deleting the old resource, whose file may by then be the new one's; the claims tell.
 */
import { type DownloadIdentity, formatId } from "../identity/downloadIdentity";
import type { Clock } from "../time/clock";

/** The claims of one provider process. Resources are named by their URN. */
export class Claims {
  readonly #declaredBy = new Map<string, string>();
  readonly #declarations = new Map<string, readonly string[]>();
  readonly #createdFor = new Map<string, string>();
  readonly #clock: Pick<Clock, "now">;
  /** When a resource was last declared, in milliseconds since the epoch. */
  lastDeclaredAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /**
   * Notes what a resource of the program declares; it replaces what the same resource declared before.
   *
   * @returns the other resource that declared one of the downloads already, with that download; undefined when all are free
   */
  declare(
    urn: string,
    identities: readonly DownloadIdentity[],
  ): { urn: string; identity: DownloadIdentity } | undefined {
    this.lastDeclaredAt = this.#clock.now();
    for (const id of this.#declarations.get(urn) ?? []) {
      if (this.#declaredBy.get(id) === urn) this.#declaredBy.delete(id);
    }
    const taken = identities.find((identity) => this.#declaredBy.has(formatId(identity)));
    if (taken !== undefined) return { urn: this.#declaredBy.get(formatId(taken)) ?? "", identity: taken };
    const ids = identities.map(formatId);
    for (const id of ids) this.#declaredBy.set(id, urn);
    this.#declarations.set(urn, ids);
    return undefined;
  }

  /** Notes that a download is being created, adopted or kept up for a resource. */
  create(urn: string, identity: DownloadIdentity): void {
    this.#createdFor.set(formatId(identity), urn);
  }

  /**
   * Who needs a download that `urn` is about to delete: the resource it was created for in this process, be it the same one
   * (a replacement by itself), or another one that declares it. Undefined when nobody does.
   */
  neededBy(urn: string, identity: DownloadIdentity): string | undefined {
    const id = formatId(identity);
    const declaredBy = this.#declaredBy.get(id);
    return this.#createdFor.get(id) ?? (declaredBy === urn ? undefined : declaredBy);
  }
}
