/**
 * The lifecycle of a resource, for any protocol and either kind: a host translates its calls into these, and their
 * results back. Nothing else makes claims. What differs between a StreamDownload and a StreamDownloads is their face.
 */
import { nameOf, notDeleted } from "../downloads/claims";
import { deleteAll, ensureAll, type Outcome, readAll } from "../downloads/batch";
import type { Call } from "../downloads/call";
import { checkInputs } from "../downloads/check";
import type { Declaration } from "../downloads/declaration";
import { compare, type Diff } from "../downloads/diff";
import type { Face } from "../downloads/face";
import { changeOf, identitiesIn, Library } from "../downloads/library";
import { explain } from "../downloads/failure";
import { type DownloadIdentity, formatId } from "../core/identity";
import { asPrinted, type Failure } from "../downloads/inputFailures";
import { Cancelled, type Operation } from "../downloads/operation";
import { defaultAccountId, settingsProblems, withoutAccount } from "../stream/settings";
import { REQUESTED } from "../downloads/remoteDownload";
import type { Values } from "../core/values";
import { NotYet, PartialResult, plainError } from "./hostErrors";
import type { ProviderProcess } from "./providerProcess";
import { releasedIn, releasedOutput } from "./released";

/** After a deletion that failed, Pulumi keeps the state of before, so an update would see no change. */
const PARTLY_DELETED =
  "Pulumi's state keeps those that are deleted until the same command succeeds. To keep the library instead, run `pulumi up --refresh`, which generates them again.";

/** A resource after an operation. */
interface Deployed {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

/**
 * What a look-up by id that finds nothing comes to: an error, nothing and a note of what to do, or nothing. Where the
 * protocol lets a host say that nothing was found, the engine words the error.
 */
export type IfMissing = "error" | "note" | "nothing";

/** All resources of one kind in a process. */
export class Resource {
  readonly face: Face;
  readonly #shared: ProviderProcess;
  /** The inputs in the state, by URN: the engine checks a replacement twice, the second time without its old inputs. */
  readonly #inputsInState = new Map<string, Values>();
  /**
   * What is known of resources that a diff replaces, by URN, so that the create that follows need not look anything up
   * again.
   */
  readonly #replaced = new Map<string, Library>();

  constructor(shared: ProviderProcess, face: Face) {
    this.#shared = shared;
    this.face = face;
  }

  /** Checks inputs and adds defaults. */
  async check(
    call: Call,
    olds: Values,
    news: Values,
  ): Promise<{ readonly inputs: Values; readonly failures: Failure[] }> {
    const { claims, previewWarnings, whyNotConfigured } = this.#shared;
    this.#shared.attach();
    this.#shared.noteProgram();
    if (whyNotConfigured !== undefined) return { inputs: news, failures: [{ property: "", reason: whyNotConfigured }] };
    const { settings } = this.#shared;
    const { urn, preview } = call;
    if (Object.keys(olds).length > 0) this.#inputsInState.set(urn, olds);
    const inState = this.#inputsInState.get(urn) ?? {};
    const context = { defaultAccountId: () => defaultAccountId(settings), claims };
    const checked = checkInputs(this.face, call, inState, news, context);
    if (checked.failures.length > 0)
      return { ...checked, failures: asPrinted(checked.failures, news, new Set(call.secrets?.keys())) };
    // In check, because where only the provider changes, or with `--replace`, the engine asks for no diff. Of a
    // replacement it asks for a second check, without the old inputs.
    const earlier = identitiesIn(this.face.declarationOf(olds));
    if (earlier.length > 0) {
      claims.release(urn, earlier);
      claims.markUndecided(urn, earlier);
    }
    if (preview !== undefined) {
      await previewWarnings.warn(preview, checked.inputs, settings, { name: nameOf(urn), urn });
      if (!this.#inputsInState.has(urn)) await this.previewNew(call, checked.inputs);
    }
    return checked;
  }

  /** Says in a preview how much a new resource declares: of one the engine asks for no diff. */
  async previewNew({ urn }: Call, inputs: Values): Promise<void> {
    const text = this.#replaced.has(urn) ? undefined : this.face.newText(this.face.declarationOf(inputs));
    if (text !== undefined) await this.#note(urn, `${nameOf(urn)}: ${text}`);
  }

  /** Compares the outputs of the last deployment with checked inputs. */
  async diff(call: Call, id: string, olds: Values, news: Values): Promise<Diff> {
    const found = this.#compare(call, id, olds, news);
    const { urn } = call;
    // With the name, because where the engine prints a diff instead of rows, nothing else says which resource it is
    // about.
    if (found.because !== undefined) await this.#note(urn, `${nameOf(urn)}: ${found.because}`);
    return found;
  }

  /**
   * Records that the engine skips a resource without comparing it, as {@link diff} would; for hosts that are told so.
   */
  skip(call: Call, id: string, olds: Values, news: Values): void {
    this.#compare(call, id, olds, news);
  }

  #compare({ urn }: Call, id: string, olds: Values, news: Values): Diff {
    const { claims } = this.#shared;
    // A refresh compares without running the program, so nothing is declared in it, and no create follows.
    const isRefresh = !claims.isDeclared(urn);
    const library = this.face.libraryOf(id, olds);
    const found = compare(this.face, { outputs: olds, library }, news, isRefresh);
    const isReplaced = found.replaces.length > 0;
    if (isReplaced && !isRefresh) this.#replaced.set(urn, library);
    else this.#replaced.delete(urn);
    claims.restoreReleased(urn, releasedIn(olds));
    claims.recordDiff(urn, library.identities, { isChanged: found.changes, isReplaced });
    return found;
  }

  /**
   * Creates the resource that checked inputs declare.
   *
   * @throws PartialResult when something exists but is not finished
   */
  async create(call: Call, inputs: Values): Promise<Deployed> {
    const declaration = this.face.declarationOf(inputs);
    const id = this.face.idOf(declaration, call.urn);
    if (id === undefined) throw plainError(withoutAccount(this.#shared.settings));
    const known = this.#replaced.get(call.urn)?.only(identitiesIn(declaration)) ?? new Library();
    this.#replaced.delete(call.urn);
    const outputs = await this.#ensure(call, "creating", { id, inputs, declaration, before: known });
    return { id, outputs };
  }

  /**
   * Continues with what is unfinished, and applies changed inputs.
   *
   * @throws PartialResult when it is still not finished
   */
  async update(call: Call, id: string, olds: Values, news: Values): Promise<Record<string, unknown>> {
    const before = this.face.libraryOf(id, olds);
    return this.#ensure(call, "updating", { id, inputs: news, declaration: this.face.declarationOf(news), before });
  }

  /**
   * Ensures the declared downloads that are not ready. Whatever exists goes into the state in any case. Returns the
   * outputs.
   */
  async #ensure(
    call: Call,
    verb: "creating" | "updating",
    { id, inputs, declaration, before }: Ensured,
  ): Promise<Record<string, unknown>> {
    const { face } = this;
    const { claims } = this.#shared;
    const { urn } = call;
    const declared = identitiesIn(declaration);
    const { added, unfinished } = changeOf(before, declared);
    const wanted = [...added, ...unfinished];
    const isCreation = verb === "creating";
    // Before the work: a replacement is created before the old resource is deleted, and that deletion must know who
    // still needs the files.
    claims.begin(urn, isCreation ? declared : added);

    /**
     * Records what is in the state and what is not. Returns whether something was added because its file was kept for
     * this resource.
     */
    const settle = (library: Library): boolean => {
      const missing = declared.filter((identity) => library.stateOf(identity) === undefined);
      const kept = claims.markFailed(urn, missing);
      for (const identity of kept) library.record(identity, REQUESTED);
      claims.hold(
        urn,
        declared.filter((identity) => library.stateOf(identity) !== undefined),
      );
      return kept.length > 0;
    };
    const partial = (message: string, library: Library, isNotYet = false) =>
      new PartialResult(
        message,
        id,
        { ...face.outputsOf(library, inputs), ...releasedOutput(claims.released(urn)) },
        { isNotYet },
      );

    // Failures of downloads that are no longer declared are dropped. What exists stays in the state.
    const start = before.only([...before.identities, ...declared]);
    if (wanted.length === 0) {
      settle(start);
      claims.finish(urn);
      return face.outputsOf(start, inputs);
    }
    const action = face.action(verb, declared);
    try {
      return await this.#operate(call, action, declared.length, async (operation) => {
        const { waitForReady, onFailure, areIdsSecret } = declaration;
        const outcome = await ensureAll(face, operation, wanted, start, { waitForReady });
        const { library, failed } = outcome;
        settle(library);
        if (failed.length === 0) {
          claims.finish(urn);
          return face.outputsOf(library, inputs);
        }
        // Of the resource as a whole, as its outputs are.
        const whole = { ...outcome, total: declared.length, done: outcome.done + declared.length - wanted.length };
        const why = face.failureText(whole, "ready", areIdsSecret);
        const text = `${action}: ${why}`;
        if (onFailure === "warn" && !concernsAll(operation, outcome)) {
          claims.finish(urn);
          operation.report.warn(text);
          return face.outputsOf(library, inputs);
        }
        const areNotYet = failed.every(({ reason }) => reason.isNotYet);
        if (areNotYet && isCreation && library.size === 0) throw new NotYet(text);
        if (face.needsDownload && library.size === 0) throw new Error(why);
        throw partial(text, library, areNotYet && !isCreation && added.length === 0);
      });
    } catch (error) {
      if (error instanceof PartialResult) throw error;
      // Nothing was tried, for example for lack of credentials; or nothing came of it.
      const library = isCreation ? new Library() : start;
      if (!settle(library)) throw error;
      throw partial(explain(error), library);
    }
  }

  /**
   * Reads the resource's current state.
   *
   * @param props the outputs in the state; for a look-up by id, only what is known of it
   * @returns undefined when it does not exist
   */
  async read(call: Call, givenId: string, props: Values, ifMissing: IfMissing): Promise<Deployed | undefined> {
    const { face } = this;
    const lookedUp = withPlainError(() => face.lookedUp(givenId, props));
    const before = withPlainError(() => face.libraryOf(givenId, props));
    if (lookedUp !== undefined) this.#shared.noteProgram();
    const identities = lookedUp === undefined ? before.identities : [lookedUp];
    const [first] = identities;
    const id = face.needsDownload && first !== undefined ? formatId(first) : givenId;
    // What is left out is unknown in a preview.
    if (lookedUp !== undefined && (await this.#isUnknownInPreview(call, lookedUp)))
      return { id, outputs: { ...lookedUp } };
    const action = face.action("reading", identities);
    return this.#operate(call, action, identities.length, async (operation) => {
      const found = await readAll(face, operation, identities, before);
      if (!(found instanceof Library))
        throw operation.signal.aborted
          ? found.error
          : new Error(face.readFailureText(found, face.secretIds(props) === true));
      if (found.size > 0 || !face.needsDownload)
        return { id, outputs: { ...face.outputsOf(found, props), ...releasedOutput(releasedIn(props)) } };
      // A refresh drops the resource.
      if (lookedUp === undefined || ifMissing === "nothing") return undefined;
      const text = `it does not exist. Declare it with new StreamDownload, or correct the id ${id}.`;
      if (ifMissing === "error") throw new Error(text);
      operation.report.note(`${action}: ${text}`);
      return undefined;
    });
  }

  /** Whether a look-up is impossible because its provider lacks settings. A preview reports that instead of failing. */
  async #isUnknownInPreview({ preview, urn }: Call, identity: DownloadIdentity): Promise<boolean> {
    const { settings, previewWarnings } = this.#shared;
    if (preview === undefined) return false;
    const { credentials, baseUrl } = settingsProblems(settings);
    if (credentials === undefined && baseUrl === undefined) return false;
    await previewWarnings.warn(preview, { ...identity }, settings, { name: nameOf(urn), urn });
    return true;
  }

  /** Deletes what no other resource needs. */
  async delete(call: Call, id: string, props: Values): Promise<void> {
    const { face } = this;
    const { claims } = this.#shared;
    const { urn } = call;
    const before = withPlainError(() => face.libraryOf(id, props));
    const decisions = new Map(before.identities.map((identity) => [identity, claims.onDelete(urn, identity)]));
    const kept = [...decisions].flatMap(([identity, decision]) =>
      decision.do === "keep" ? [{ identity, keptFor: decision.for }] : [],
    );
    const keptText = face.keptText(kept, urn);
    if (keptText !== undefined) await this.#note(urn, keptText);
    const others = before.identities.filter((identity) => decisions.get(identity)?.do !== "keep");
    if (others.length === 0) return;
    const action = face.action("deleting", others);
    await this.#operate(call, action, others.length, async (operation) => {
      const outcome = await deleteAll(face, operation, others, before, (identity) => {
        const decision = decisions.get(identity);
        return decision?.do === "refuse" ? notDeleted(decision) : undefined;
      });
      if (outcome.failed.length === 0) return;
      const text = face.failureText(outcome, "deleted", face.secretIds(props) === true);
      // Of a library that the program declares, only the old half is deleted, and nothing that is deleted is declared.
      const hint = outcome.done > 0 && !claims.isDeclared(urn) ? `\n  ${PARTLY_DELETED}` : "";
      throw new Error(text + hint);
    });
  }

  #operate<T>(
    { urn, timeLimitMs }: Call,
    action: string,
    downloads: number,
    work: (operation: Operation) => Promise<T>,
  ): Promise<T> {
    const limitMs = timeLimitMs ?? this.face.timeLimitMs(downloads);
    return this.#shared.operate({ action, urn, timeLimitMs: limitMs }, work);
  }

  #note(urn: string, message: string): Promise<void> {
    return this.#shared.log({ severity: "info", message, urn, ephemeral: false });
  }
}

/** What is to be ensured: for a resource with this id and these inputs. */
interface Ensured {
  readonly id: string;
  readonly inputs: Values;
  readonly declaration: Declaration;
  /** What is known of its downloads. */
  readonly before: Library;
}

/**
 * Whether more than single downloads failed: the user cancelled the update, or Cloudflare refuses the credentials and
 * nothing exists.
 */
function concernsAll({ signal }: Operation, { areCredentialsRefused, library }: Outcome): boolean {
  if (signal.aborted && signal.reason instanceof Cancelled) return true;
  return areCredentialsRefused && library.size === 0;
}

/** An error for the engine as it stands, without the words that a host would print beside it. */
function withPlainError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw plainError(error instanceof Error ? error.message : String(error));
  }
}
