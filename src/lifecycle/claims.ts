/**
 * Who needs which download, within one run of the engine: what the program declares and what was created for it. A rename, a move or a
 * replacement ends with deleting the old resource, whose file may by then be the new one's; the claims tell.
 */
import { type DownloadIdentity, formatId } from "../identity/downloadIdentity";

/** What one provider process claims. Resources are named by their URN, downloads by their id. */
export class ClaimBook {
  readonly #declaredBy = new Map<string, string>();
  readonly #declarations = new Map<string, readonly string[]>();
  readonly #createdFor = new Map<string, string>();

  /** Notes what a resource declares; it replaces what the same resource declared before. */
  declare(urn: string, ids: readonly string[]): void {
    this.withdraw(urn);
    for (const id of ids) this.#declaredBy.set(id, urn);
    this.#declarations.set(urn, ids);
  }

  /** Forgets what a resource declared. */
  withdraw(urn: string): void {
    for (const id of this.#declarations.get(urn) ?? []) {
      if (this.#declaredBy.get(id) === urn) this.#declaredBy.delete(id);
    }
    this.#declarations.delete(urn);
  }

  /** Notes that downloads are being created, adopted or kept up for a resource. */
  create(urn: string, ids: readonly string[]): void {
    for (const id of ids) this.#createdFor.set(id, urn);
  }

  declaredBy(id: string): string | undefined {
    return this.#declaredBy.get(id);
  }

  /** What a resource declares; undefined where it declares nothing in this run. */
  declaredIds(urn: string): readonly string[] | undefined {
    return this.#declarations.get(urn);
  }

  createdFor(id: string): string | undefined {
    return this.#createdFor.get(id);
  }
}

/** One entry of a book, as the other processes are told of it. */
export interface ClaimEntry {
  readonly kind: "declare" | "create";
  readonly urn: string;
  readonly ids: readonly string[];
}

/** The other provider processes of the same engine: each provider configuration has a process of its own. */
export interface ClaimPeers {
  /** Tells them of an entry in this process's book. */
  publish(entry: ClaimEntry): void;
  /** Their books. */
  books(): Iterable<ClaimBook>;
}

const ALONE: ClaimPeers = { publish: () => undefined, books: () => [] };

/** The claims of one provider process, and those of its peers. */
export class Claims {
  readonly #own = new ClaimBook();
  readonly #peers: ClaimPeers;

  constructor(peers: ClaimPeers = ALONE) {
    this.#peers = peers;
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
    this.#own.withdraw(urn);
    const books = [this.#own, ...this.#peers.books()];
    for (const identity of identities) {
      const other = first(books, (book) => another(book.declaredBy(formatId(identity)), urn));
      if (other !== undefined) return { urn: other, identity };
    }
    const ids = identities.map(formatId);
    this.#own.declare(urn, ids);
    this.#peers.publish({ kind: "declare", urn, ids });
    return undefined;
  }

  /** Notes that downloads are being created, adopted or kept up for a resource. */
  create(urn: string, identities: readonly DownloadIdentity[]): void {
    this.#create(urn, identities.map(formatId));
  }

  /**
   * Notes that the engine has compared what the program declares with the state. Whatever comes of it, the resource goes on with what it
   * declares. So a delete that follows under its URN is that of an old half, perhaps one that an earlier update did not come to delete.
   */
  keepDeclared(urn: string): void {
    const ids = this.#own.declaredIds(urn);
    // A refresh compares too, without the program: a destroy may follow.
    if (ids !== undefined) this.#create(urn, ids);
  }

  /** Whether the program declares the resource in this run. */
  isDeclared(urn: string): boolean {
    return this.#own.declaredIds(urn) !== undefined;
  }

  #create(urn: string, ids: readonly string[]): void {
    this.#own.create(urn, ids);
    this.#peers.publish({ kind: "create", urn, ids });
  }

  /**
   * Who needs a download that `urn` is about to delete: the resource it was created for in this run, be it the same one (a
   * replacement by itself, a move to another provider), or another one that declares it. Undefined when nobody does.
   */
  neededBy(urn: string, identity: DownloadIdentity): string | undefined {
    const id = formatId(identity);
    const own = this.#own.createdFor(id);
    if (own !== undefined) return own;
    const books = [this.#own, ...this.#peers.books()];
    return first(books, (book) => book.createdFor(id)) ?? first(books, (book) => another(book.declaredBy(id), urn));
  }
}

function first<T>(books: readonly ClaimBook[], find: (book: ClaimBook) => T | undefined): T | undefined {
  for (const book of books) {
    const found = find(book);
    if (found !== undefined) return found;
  }
  return undefined;
}

function another(found: string | undefined, urn: string): string | undefined {
  return found === urn ? undefined : found;
}
