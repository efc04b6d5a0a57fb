/**
 * A create or an update of a resource: ensures the declared downloads that are not ready. Whatever exists goes into the
 * state, also where the rest failed, and the claims say what that is.
 */
import type { IfExists } from "../downloads/adoption";
import { ensureAll, type Outcome } from "../downloads/batch";
import type { Claims } from "../downloads/claims";
import type { Declaration } from "../downloads/declaration";
import { explain } from "../downloads/failure";
import type { Face } from "../downloads/face";
import { changeOf, identitiesIn, Library } from "../downloads/library";
import { Cancelled, type Operation } from "../downloads/operation";
import { REQUESTED } from "../downloads/remoteDownload";
import type { DownloadIdentity } from "../core/identity";
import type { Values } from "../core/values";
import { NotYet, PartialResult } from "./hostErrors";
import { releasedOutput } from "./released";

type Outputs = Record<string, unknown>;

/** Runs an operation on so many downloads of the resource, with a time limit. */
export type Operate = <T>(action: string, downloads: number, work: (operation: Operation) => Promise<T>) => Promise<T>;

interface Means {
  readonly face: Face;
  readonly claims: Claims;
  /** What the provider's settings say of downloads that exist already. */
  readonly ifExists: () => IfExists;
  readonly operate: Operate;
}

/** What is to be ensured: for a resource with this id and these inputs. */
export interface Target {
  readonly id: string;
  readonly inputs: Values;
  readonly declaration: Declaration;
  /** What is known of its downloads. */
  readonly before: Library;
}

/**
 * Creates or updates a resource.
 *
 * @returns its outputs
 * @throws PartialResult when something exists but is not finished
 */
export async function reconcile(
  { face, claims, ifExists: configuredIfExists, operate }: Means,
  urn: string,
  verb: "creating" | "updating",
  { id, inputs, declaration, before }: Target,
): Promise<Outputs> {
  const isCreation = verb === "creating";
  const declared = identitiesIn(declaration);
  const action = face.action(verb, declared);
  const { added, unfinished } = changeOf(before, declared);
  const wanted = [...added, ...unfinished];
  const { waitForReady, ifExists, onFailure, areIdsSecret } = declaration;

  /**
   * Records what is in the state and what is not. Returns whether something was added to the library because its file
   * was kept for this resource.
   */
  const recordClaims = (library: Library): boolean => {
    const isKnown = (identity: DownloadIdentity) => library.stateOf(identity) !== undefined;
    const kept = claims.markFailed(
      urn,
      declared.filter((identity) => !isKnown(identity)),
    );
    for (const identity of kept) library.record(identity, REQUESTED);
    claims.hold(urn, declared.filter(isKnown));
    return kept.length > 0;
  };

  const finished = (library: Library): Outputs => {
    recordClaims(library);
    claims.finish(urn);
    return face.outputsOf(library, inputs);
  };

  const partial = (message: string, library: Library, isNotYet = false): PartialResult => {
    const outputs = { ...face.outputsOf(library, inputs), ...releasedOutput(claims.released(urn)) };
    return new PartialResult(message, id, outputs, { isNotYet });
  };

  /** Some downloads failed: a warning, where the program wants no more and it concerns only those; else an error. */
  const unfinishedOf = (operation: Operation, outcome: Outcome): Outputs => {
    const { library, failed } = outcome;
    recordClaims(library);
    // Of the resource as a whole, as its outputs are.
    const total = declared.length;
    const whole = { ...outcome, total, done: outcome.done + total - wanted.length };
    const why = face.failureText(whole, "ready", areIdsSecret);
    const text = `${action}: ${why}`;
    if (onFailure === "warn" && !concernsAll(operation, outcome)) {
      operation.report.warn(text);
      return finished(library);
    }
    const areNotYet = failed.every(({ reason }) => reason.isNotYet);
    if (areNotYet && isCreation && library.size === 0) throw new NotYet(text);
    if (face.needsDownload && library.size === 0) throw new Error(why);
    throw partial(text, library, areNotYet && !isCreation && added.length === 0);
  };

  // Before the work: a replacement is created before the old resource is deleted, and that deletion must know who still
  // needs the files.
  claims.begin(urn, isCreation ? declared : added);
  // Failures of downloads that are no longer declared are dropped. What exists stays in the state.
  const start = before.only([...before.identities, ...declared]);
  if (wanted.length === 0) return finished(start);
  try {
    return await operate(action, declared.length, async (operation) => {
      const adoption = {
        ifExists: ifExists ?? configuredIfExists(),
        isExplained: (identity: DownloadIdentity) => claims.explains(identity),
      };
      const outcome = await ensureAll(face, operation, wanted, start, { waitForReady, adoption, areIdsSecret });
      return outcome.failed.length === 0 ? finished(outcome.library) : unfinishedOf(operation, outcome);
    });
  } catch (error) {
    if (error instanceof PartialResult) throw error;
    // Nothing was tried, for example for lack of credentials; or nothing came of it.
    const library = isCreation ? new Library() : start;
    if (!recordClaims(library)) throw error;
    throw partial(explain(error), library);
  }
}

/**
 * Whether more than single downloads failed: the user cancelled the update, or Cloudflare refuses the credentials and
 * nothing exists.
 */
function concernsAll({ signal }: Operation, { areCredentialsRefused, library }: Outcome): boolean {
  if (signal.aborted && signal.reason instanceof Cancelled) return true;
  return areCredentialsRefused && library.size === 0;
}
