/**
 * Which resource needs which download within one run of the engine: what the program declares, and what gets into which
 * resource's state. A rename, a move or a replacement ends with the deletion of the old resource, whose file may belong
 * to the new one by then. Such a file is kept for a resource that has it or may still get it. If that resource failed
 * or was skipped, the file stays with the old resource. Each call records what is new in one line of this process's
 * claims; the table in claimRules decides.
 */
import { createHash } from "node:crypto";
import { type Claim, type Digest, isChecked, merged, names, type Progress, type Ruling, ruling } from "./claimRules";
import { type DownloadIdentity, formatId } from "../core/identity";

/** The other provider processes of the same engine. Each provider configuration has its own process. */
export interface ClaimPeers {
  /** Sends them what is new of a claim of this process. */
  publish(line: Claim): void;
  /** What they know. */
  claims(): Iterable<Claim>;
}

const ALONE: ClaimPeers = { publish: () => undefined, claims: () => [] };

/** What one process knows, by URN. */
export class ClaimTable extends Map<string, Claim> {
  add(line: Claim): void {
    this.set(line.urn, merged(this.get(line.urn), line));
  }
}

/** Another resource that already declares one of the downloads, and that download. */
export interface Conflict {
  readonly urn: string;
  readonly identity: DownloadIdentity;
}

/**
 * Why a file is not deleted: what replaces it is not ready, or another resource declares it but failed: kept for that,
 * it would be in no state.
 */
export type Refusal =
  | { readonly do: "refuse"; readonly because: "replacement" }
  | { readonly do: "refuse"; readonly because: "claimant"; readonly urn: string };

/** What to do with a file whose resource is deleted. `for` is the resource that has it or may still get it. */
export type OnDelete = { readonly do: "delete" } | { readonly do: "keep"; readonly for: string } | Refusal;

/** The claims of one provider process, and those of its peers. */
export class Claims {
  readonly #peers: ClaimPeers;
  readonly #own: ClaimTable;
  /** What was in a state once: a create that a resource hook repeats finds its own file. */
  readonly #wasHeld = new Set<Digest>();

  /** @param own what this process has recorded before, for tests */
  constructor(peers = ALONE, own = new ClaimTable()) {
    this.#peers = peers;
    this.#own = own;
  }

  /**
   * Records what a resource of the program declares, in place of what it declared before. In case of a conflict that is
   * nothing.
   */
  declare(urn: string, identities: readonly DownloadIdentity[]): Conflict | undefined {
    const others = this.#all().filter((claim) => claim.urn !== urn && isChecked(claim));
    for (const identity of identities) {
      const digest = digestOf(identity);
      const other = others.find(({ wants }) => names(wants, [digest]));
      if (other === undefined) continue;
      this.#record({ urn, wants: [] });
      return { urn: other.urn, identity };
    }
    this.#record({ urn, wants: identities.map(digestOf) });
    return undefined;
  }

  /** Whether the program declares the resource in this run. */
  isDeclared(urn: string): boolean {
    return this.#own.get(urn)?.wants !== undefined;
  }

  /**
   * Records what a resource declared in an earlier run, of which it releases what it no longer declares. Until the
   * resource is settled, nobody deletes the files that it has released: what replaces them may not be ready.
   */
  release(urn: string, earlier: readonly DownloadIdentity[]): void {
    const wants = new Set(this.#own.get(urn)?.wants);
    const released = earlier.map(digestOf).filter((digest) => !wants.has(digest));
    this.restoreReleased(urn, released);
  }

  /** Records what {@link released} returned in an earlier run. */
  restoreReleased(urn: string, digests: readonly Digest[]): void {
    if (digests.length > 0) this.#record({ urn, released: digests });
  }

  /** The digests of what a resource has released, for its state while it is not settled. */
  released(urn: string): string[] {
    return [...(this.#own.get(urn)?.released ?? [])];
  }

  /**
   * Records that the engine is about to decide about a resource that exists. With --continue-on-error it may skip the
   * resource, because what that depends on failed, and delete what an earlier update left to be deleted.
   */
  markUndecided(urn: string, existing: readonly DownloadIdentity[]): void {
    this.#record({ urn, had: existing.map(digestOf), phase: "undecided" });
  }

  /**
   * Records that the engine has compared the program's declaration with a resource's state. The resource keeps the
   * downloads that are in both; if it is replaced, it gets them once the replacement is created.
   */
  recordDiff(
    urn: string,
    inState: readonly DownloadIdentity[],
    { isChanged, isReplaced }: { isChanged: boolean; isReplaced: boolean },
  ): void {
    const wants = this.#own.get(urn)?.wants;
    // A refresh compares too, but without a program, so it declares nothing; a destroy may follow.
    if (wants === undefined) return;
    const kept = inState.filter((identity) => names(wants, [digestOf(identity)]));
    this.noteInState(urn, isReplaced ? inState : without(inState, kept));
    if (isReplaced) {
      this.#record({ urn, had: inState.map(digestOf), phase: "undecided", progress: each(kept, "pending") });
      return;
    }
    this.#record({ urn, phase: isChanged ? "working" : "settled", progress: each(kept, "held") });
  }

  /**
   * Records that a create or update of a resource begins, and which downloads it creates or adopts: {@link hold} or
   * {@link markFailed} must follow for them, and {@link finish} once all that the resource declares is as wanted. Until
   * then what it replaces is not deleted: with --continue-on-error the engine would do that although the replacement is
   * not complete.
   */
  begin(urn: string, identities: readonly DownloadIdentity[]): void {
    this.#record({ urn, phase: "working", progress: each(identities, "pending") });
  }

  /** Records what a resource's state has, or had before the run. */
  noteInState(urn: string, identities: readonly DownloadIdentity[]): void {
    if (identities.length > 0) this.#record({ urn, inState: identities.map(digestOf) });
  }

  /** Whether this run knows why a download exists: a resource of the stack has it, or had it before this run. */
  explains(identity: DownloadIdentity): boolean {
    const digest = digestOf(identity);
    if (this.#wasHeld.has(digest)) return true;
    return this.#all().some(
      ({ inState, kept, progress }) =>
        names(inState, [digest]) || names(kept, [digest]) || progress?.[digest] === "held",
    );
  }

  /** Records that downloads are in a resource's state. */
  hold(urn: string, identities: readonly DownloadIdentity[]): void {
    for (const identity of identities) this.#wasHeld.add(digestOf(identity));
    if (identities.length > 0) this.#record({ urn, progress: each(identities, "held") });
  }

  /**
   * Records that downloads did not get into a resource's state.
   *
   * @returns those whose files were kept for the resource while it was being created. They exist and are in no other
   * state, so they belong in this one
   */
  markFailed(urn: string, identities: readonly DownloadIdentity[]): DownloadIdentity[] {
    if (identities.length === 0) return [];
    this.#record({ urn, progress: each(identities, "failed") });
    const kept = new Set(this.#all().flatMap((claim) => (claim.urn === urn ? (claim.kept ?? []) : [])));
    return identities.filter((identity) => kept.has(digestOf(identity)));
  }

  /** Records that all that a resource declares is as wanted. */
  finish(urn: string): void {
    this.#record({ urn, phase: "settled" });
  }

  /**
   * Decides about a download of a resource that is deleted. A file that another resource may still get is recorded as
   * kept for it.
   */
  onDelete(urn: string, identity: DownloadIdentity): OnDelete {
    const digest = digestOf(identity);
    const deletion = { urn, digests: [digest, digestInAnyAccount(identity)] } as const;
    const first = ruling(this.#all(), deletion);
    if (first.then !== "keep it, and note for whom") return answer(first);
    // Recorded first, then decided again, as in `markFailed`: of two processes at the same moment, the later one sees
    // the other's line.
    this.#record({ urn: first.urn, kept: [digest] });
    return answer(ruling(this.#all(), deletion));
  }

  #record(line: Claim): void {
    this.#own.add(line);
    this.#peers.publish(line);
  }

  #all(): Claim[] {
    return [...this.#own.values(), ...this.#peers.claims()];
  }
}

function without(identities: readonly DownloadIdentity[], some: readonly DownloadIdentity[]): DownloadIdentity[] {
  const left = new Set(some);
  return identities.filter((identity) => !left.has(identity));
}

function answer({ then, urn }: Ruling): OnDelete {
  if (then === "delete it") return { do: "delete" };
  if (then === "refuse, for the replacement") return { do: "refuse", because: "replacement" };
  if (then === "refuse, for the claimant") return { do: "refuse", because: "claimant", urn };
  return { do: "keep", for: urn };
}

function each(identities: readonly DownloadIdentity[], progress: Progress): Record<Digest, Progress> {
  return Object.fromEntries(identities.map((identity) => [digestOf(identity), progress]));
}

/** The error message where a file is not deleted with its resource. */
export function notDeleted(refusal: Refusal): string {
  if (refusal.because === "replacement")
    return (
      "not deleted: what replaces this file is not ready. " +
      "Correct what failed there; the next `pulumi up` deletes this file."
    );
  const name = `"${nameOf(refusal.urn)}"`;
  return (
    `not deleted: the resource ${name} declares the same download, but failed or was skipped, or is not a target. ` +
    `The file stays with this resource until ${name} has it. ` +
    `Correct what failed, or remove ${name} from the program; then run \`pulumi up\` again.`
  );
}

/**
 * A resource's name: all that follows the first three parts of its URN, since a name may contain what separates them.
 */
export function nameOf(urn: string): string {
  const parts = urn.split("::");
  return parts.length > 3 ? parts.slice(3).join("::") : (parts.pop() ?? urn);
}

/** By what claims know a download. */
export function digestOf(identity: DownloadIdentity): Digest {
  return digestOfText(formatId(identity));
}

/** The same for a program that leaves the account to its provider. A video's id is unique among all accounts. */
export function digestInAnyAccount({ videoId, type }: Omit<DownloadIdentity, "accountId">): Digest {
  return digestOfText(`${videoId}/${type}`);
}

function digestOfText(text: string): Digest {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
