/**
 * What a claim says, and who wins when a resource is about to delete a file that another claim names. Pure: no files,
 * no clock.
 *
 * An example: the program renames "old" to "new". "new" is created and gets the file, then "old" is deleted. The claim
 * of "new" says `progress: { <digest>: "held" }`, so the first row of {@link RULES} holds: the file is kept.
 */

/** By what claims know a download: a video's id may be secret, and claims are in files, and partly in the state. */
export type Digest = string;

/**
 * `pending`: its creation has begun, or will once the old half is deleted. `held`: it is in the resource's state, where
 * a later failure leaves it.
 * `failed`: it did not get into the state and will not in this run.
 */
export type Progress = "pending" | "held" | "failed";

/**
 * How far the engine has come with a resource.
 * `announced`: the program's own process says that the engine did not deploy it. Counts where no provider was asked
 * about it.
 * `passed over`: the same of one that is in the state as it was before, which may be deleted from there.
 * `undecided`: it exists, and the engine may still skip it, change it, or delete it to replace it then
 * (`deleteBeforeReplace`).
 * `working`: it is being created, changed or compared, so what is deleted under its URN from now on is an old half.
 * `settled`: all that it declares is as wanted.
 */
type Phase = "announced" | "passed over" | "undecided" | "working" | "settled";

/**
 * What one process knows of one resource. A line of that process's file is one of these with only what is new; see
 * {@link merged}.
 *
 * @example
 * // "trailer" has 1a2b, declares 3c4d instead, and is being created with it.
 * { urn: "…::trailer", wants: ["3c4d"], had: ["1a2b"], released: ["1a2b"], phase: "working",
 *   progress: { "3c4d": "pending" } }
 */
export interface Claim {
  readonly urn: string;
  /** What the program declares, in this run. Undefined while nobody has said. */
  readonly wants?: readonly Digest[];
  /**
   * What the resource has before the run. Only while it is `undecided` the deletion of one of these may precede the
   * replacement.
   */
  readonly had?: readonly Digest[];
  /**
   * What it declared in an earlier run and no longer does. The half that has such a file may have another URN, where
   * the program renamed it.
   */
  readonly released?: readonly Digest[];
  /**
   * What its state has, or had before the run, as far as that is known: why such a file exists. What it declared may
   * never have got into its state.
   */
  readonly inState?: readonly Digest[];
  /**
   * Undefined where the engine has only had the inputs checked: the resource is new, or `--replace` forces its
   * replacement.
   */
  readonly phase?: Phase;
  /** How far it has come with each download. */
  readonly progress?: Readonly<Record<Digest, Progress>>;
  /** The files that this process kept for the resource, instead of deleting them with another one. */
  readonly kept?: readonly Digest[];
}

/** What is known after another line: the last word counts, except that lists of files, but for two, add up. */
export function merged(known: Claim | undefined, line: Claim): Claim {
  const both = (key: "released" | "kept" | "inState") => [...new Set([...(known?.[key] ?? []), ...(line[key] ?? [])])];
  const progress = { ...known?.progress, ...line.progress };
  return { ...known, ...line, released: both("released"), kept: both("kept"), inState: both("inState"), progress };
}

/** What is left of the claim of a process that has died: whatever it had not put into the state by then has failed. */
export function abandoned(claim: Claim): Claim {
  // The engine deletes after the program has ended, so the end of the program's own process says nothing.
  if (isAnnounced(claim)) return claim;
  const progress: Record<Digest, Progress> = { ...claim.progress };
  for (const digest of [...(claim.wants ?? []), ...Object.keys(progress)])
    if (progress[digest] !== "held") progress[digest] = "failed";
  return { ...claim, progress };
}

/** Whether a provider has checked what the program declares of the resource. */
export function isChecked(claim: Claim): boolean {
  return claim.wants !== undefined && !isAnnounced(claim);
}

function isAnnounced({ phase }: Claim): boolean {
  return phase === "announced" || phase === "passed over";
}

/**
 * A deletion: of which resource's half, and the file by its digests, with and without the account. The first is the
 * exact one.
 */
export interface Deletion {
  readonly urn: string;
  readonly digests: readonly [Digest, Digest];
}

/** Whether the engine has begun with a resource, or skipped it, and not all that it declares is as wanted. */
function isUnfinished({ phase }: Claim): boolean {
  return phase !== undefined && phase !== "settled" && phase !== "passed over";
}

/** What a claim may say about the file that is deleted. */
const NEEDS = {
  "a resource has it": ({ progress }, { digests: [digest] }) => progress?.[digest] === "held",
  "a resource is being created with it": ({ progress }, { digests: [digest] }) => progress?.[digest] === "pending",
  "a resource failed to get it": ({ progress }, { digests: [digest] }) => progress?.[digest] === "failed",
  "another resource declares it, and has not begun": (claim, { urn, digests }) =>
    claim.urn !== urn && names(claim.wants, digests),
  "the resource itself declares it again, and has not begun": ({ urn, phase, wants }, deletion) =>
    urn === deletion.urn && phase === "undecided" && names(wants, deletion.digests),
  "what replaces it is not ready": (claim, { urn, digests }) =>
    (claim.urn === urn || names(claim.released, digests)) && isUnfinished(claim),
  nobody: () => true,
} satisfies Readonly<Record<string, (claim: Claim, deletion: Deletion) => boolean>>;

/**
 * When the engine deletes: `first`, before the replacement begins (`deleteBeforeReplace`); `last`, when the program has
 * ended.
 */
type Order = "first" | "last";

/** One row of the table. The words are those of docs/reliability.md. */
interface Rule {
  /** Who needs the file that is about to be deleted. */
  readonly need: keyof typeof NEEDS;
  readonly deleted: Order | "first or last";
  readonly then:
    "delete it" | "keep it" | "keep it, and note for whom" | "refuse, for the claimant" | "refuse, for the replacement";
}

/** Who wins: the first row that holds. docs/reliability.md shows the same rows, with reasons. */
export const RULES: readonly Rule[] = [
  { need: "a resource has it", deleted: "first or last", then: "keep it" },
  { need: "a resource is being created with it", deleted: "first or last", then: "keep it, and note for whom" },
  { need: "a resource failed to get it", deleted: "first or last", then: "refuse, for the claimant" },
  { need: "another resource declares it, and has not begun", deleted: "first", then: "keep it, and note for whom" },
  { need: "another resource declares it, and has not begun", deleted: "last", then: "refuse, for the claimant" },
  {
    need: "the resource itself declares it again, and has not begun",
    deleted: "first",
    then: "keep it, and note for whom",
  },
  { need: "what replaces it is not ready", deleted: "last", then: "refuse, for the replacement" },
  { need: "nobody", deleted: "first or last", then: "delete it" },
];

/** What the rules say of a deletion, and for whom. */
export interface Ruling {
  readonly then: Rule["then"];
  readonly urn: string;
}

/** Applies {@link RULES} to all claims that are known, those of other processes included. */
export function ruling(known: readonly Claim[], deletion: Deletion): Ruling {
  const checked = new Set(known.filter(isChecked).map(({ urn }) => urn));
  // Once a provider has checked a resource, what the program's process says that it wants is obsolete: it may not know
  // all that the provider does. And where nothing was checked, a destroy runs the program: it deletes what exists.
  const isObsolete = (claim: Claim) =>
    (isAnnounced(claim) && checked.has(claim.urn)) || (claim.phase === "passed over" && checked.size === 0);
  const claims = known.map((claim) => (isObsolete(claim) ? { ...claim, wants: [] } : claim));
  const order = checked.has(deletion.urn) ? orderOf(claims, deletion) : "last";
  for (const { need, deleted, then } of RULES) {
    if (deleted !== "first or last" && deleted !== order) continue;
    const claim = [...claims, { urn: deletion.urn }].find((each) => NEEDS[need](each, deletion));
    if (claim !== undefined) return { then, urn: claim.urn };
  }
  // As the last row says.
  return { then: "delete it", urn: deletion.urn };
}

/**
 * When a half of a resource that the program declares is deleted. First only what it had, and only while nothing has
 * begun.
 */
function orderOf(claims: readonly Claim[], { urn, digests }: Deletion): Order {
  const isOldHalf = (claim: Claim) =>
    claim.phase !== undefined &&
    claim.phase !== "passed over" &&
    !(claim.phase === "undecided" && names(claim.had, digests));
  return claims.some((claim) => claim.urn === urn && isOldHalf(claim)) ? "last" : "first";
}

/** Each list of a claim as a set: a library that is deleted asks for each of its tens of thousands of downloads. */
const sets = new WeakMap<readonly Digest[], ReadonlySet<Digest>>();

/** Whether a list of a claim, which never changes, has one of these. */
export function names(list: readonly Digest[] | undefined, digests: readonly Digest[]): boolean {
  if (list === undefined) return false;
  const set = sets.get(list) ?? new Set(list);
  sets.set(list, set);
  return digests.some((digest) => set.has(digest));
}
