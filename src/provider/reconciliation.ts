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

export class Reconciliation {
  readonly #means: Means;
  readonly #urn: string;
  readonly #isCreation: boolean;
  readonly #target: Target;
  readonly #action: string;
  readonly #declared: readonly DownloadIdentity[];
  readonly #added: readonly DownloadIdentity[];
  readonly #wanted: readonly DownloadIdentity[];

  constructor(means: Means, urn: string, verb: "creating" | "updating", target: Target) {
    this.#means = means;
    this.#urn = urn;
    this.#isCreation = verb === "creating";
    this.#target = target;
    this.#declared = identitiesIn(target.declaration);
    this.#action = means.face.action(verb, this.#declared);
    const { added, unfinished } = changeOf(target.before, this.#declared);
    this.#added = added;
    this.#wanted = [...added, ...unfinished];
  }

  /**
   * Returns the outputs.
   *
   * @throws PartialResult when something exists but is not finished
   */
  async run(): Promise<Outputs> {
    const { face, claims, operate } = this.#means;
    const { before, declaration } = this.#target;
    // Before the work: a replacement is created before the old resource is deleted, and that deletion must know who
    // still needs the files.
    claims.begin(this.#urn, this.#isCreation ? this.#declared : this.#added);
    // Failures of downloads that are no longer declared are dropped. What exists stays in the state.
    const start = before.only([...before.identities, ...this.#declared]);
    if (this.#wanted.length === 0) return this.#finished(start);
    try {
      return await operate(this.#action, this.#declared.length, async (operation) => {
        const { waitForReady, ifExists = this.#means.ifExists(), areIdsSecret } = declaration;
        const adoption = { ifExists, isExplained: (identity: DownloadIdentity) => claims.explains(identity) };
        const options = { waitForReady, adoption, areIdsSecret };
        const outcome = await ensureAll(face, operation, this.#wanted, start, options);
        return outcome.failed.length === 0 ? this.#finished(outcome.library) : this.#unfinished(operation, outcome);
      });
    } catch (error) {
      if (error instanceof PartialResult) throw error;
      // Nothing was tried, for example for lack of credentials; or nothing came of it.
      const library = this.#isCreation ? new Library() : start;
      if (!this.#recordClaims(library)) throw error;
      throw this.#partial(explain(error), library);
    }
  }

  #finished(library: Library): Outputs {
    this.#recordClaims(library);
    this.#means.claims.finish(this.#urn);
    return this.#means.face.outputsOf(library, this.#target.inputs);
  }

  /** Some downloads failed: a warning, where the program wants no more and it concerns only those; else an error. */
  #unfinished(operation: Operation, outcome: Outcome): Outputs {
    const { face } = this.#means;
    const { onFailure, areIdsSecret } = this.#target.declaration;
    const { library, failed } = outcome;
    this.#recordClaims(library);
    // Of the resource as a whole, as its outputs are.
    const total = this.#declared.length;
    const whole = { ...outcome, total, done: outcome.done + total - this.#wanted.length };
    const why = face.failureText(whole, "ready", areIdsSecret);
    const text = `${this.#action}: ${why}`;
    if (onFailure === "warn" && !concernsAll(operation, outcome)) {
      operation.report.warn(text);
      return this.#finished(library);
    }
    const areNotYet = failed.every(({ reason }) => reason.isNotYet);
    if (areNotYet && this.#isCreation && library.size === 0) throw new NotYet(text);
    if (face.needsDownload && library.size === 0) throw new Error(why);
    throw this.#partial(text, library, areNotYet && !this.#isCreation && this.#added.length === 0);
  }

  /**
   * Records what is in the state and what is not. Returns whether something was added to the library because its file
   * was kept for this resource.
   */
  #recordClaims(library: Library): boolean {
    const { claims } = this.#means;
    const isKnown = (identity: DownloadIdentity) => library.stateOf(identity) !== undefined;
    const kept = claims.markFailed(
      this.#urn,
      this.#declared.filter((identity) => !isKnown(identity)),
    );
    for (const identity of kept) library.record(identity, REQUESTED);
    claims.hold(this.#urn, this.#declared.filter(isKnown));
    return kept.length > 0;
  }

  #partial(message: string, library: Library, isNotYet = false): PartialResult {
    const { face, claims } = this.#means;
    const { id, inputs } = this.#target;
    const outputs = { ...face.outputsOf(library, inputs), ...releasedOutput(claims.released(this.#urn)) };
    return new PartialResult(message, id, outputs, { isNotYet });
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
