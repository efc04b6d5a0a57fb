/**
 * The lifecycle of a resource, for any protocol and either kind: a host translates its calls into these, and their
 * results back. What differs between a StreamDownload and a StreamDownloads is their face.
 */
import { notDeleted } from "../downloads/claims";
import { deleteAll, readAll } from "../downloads/batch";
import type { Call } from "../downloads/call";
import { checkInputs } from "../downloads/check";
import { declarationOf } from "../downloads/declaration";
import { compare, type Diff } from "../downloads/diff";
import type { Face } from "../downloads/face";
import { changeOf, identitiesIn, Library } from "../downloads/library";
import { type DownloadIdentity, formatId } from "../core/identity";
import { asPrinted, type Failure } from "../downloads/inputFailures";
import type { Operation } from "../downloads/operation";
import { settingsProblems, withoutAccount } from "../stream/connection";
import { configuredIfExists, defaultAccountId } from "../stream/settings";
import type { Values } from "../core/values";
import { plainError } from "./hostErrors";
import type { ProviderProcess } from "./providerProcess";
import { type Operate, reconcile, type Target } from "./reconciliation";
import { releasedIn, releasedOutput } from "./released";

/** After a deletion that failed, Pulumi keeps the state of before, so an update would see no change. */
const PARTLY_DELETED =
  "Pulumi's state keeps those that are deleted until the same command succeeds. To keep the library instead, run `pulumi up --refresh`, which generates them again.";

/** Of a StreamDownload's file, which a refresh does not find. */
const MISSING = "missing at Cloudflare: `pulumi up` generates the file again";

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
    const earlier = identitiesIn(declarationOf(this.face, olds));
    if (earlier.length > 0) {
      claims.release(urn, earlier);
      claims.markUndecided(urn, earlier);
      // A library may have declared what it never got.
      if (this.face.needsDownload) claims.noteInState(urn, earlier);
    }
    if (preview !== undefined) {
      await previewWarnings.warn(preview, checked.inputs, settings, urn);
      if (!this.#inputsInState.has(urn)) await this.previewNew(call, checked.inputs);
    }
    return checked;
  }

  /** Says in a preview how much a new resource declares: of one the engine asks for no diff. */
  async previewNew({ urn }: Call, inputs: Values): Promise<void> {
    const text = this.#replaced.has(urn) ? undefined : this.face.newText(declarationOf(this.face, inputs));
    if (text !== undefined) await this.#shared.note(text, urn);
  }

  /** Compares the outputs of the last deployment with checked inputs. */
  async diff(call: Call, id: string, olds: Values, news: Values): Promise<Diff> {
    const found = this.#compare(call, id, olds, news);
    if (found.because !== undefined) await this.#shared.note(found.because, call.urn);
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
    // A refresh compares without running the program, so nothing is declared in it, and no create follows. Nor is
    // anything where a preview does not know the ids yet.
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
   * Says in a preview what the create or update that follows will find at Cloudflare. Never fails.
   *
   * @param old the resource in the state, of an update
   */
  async preview(
    { urn, secrets }: Call,
    inputs: Values,
    old?: { readonly id: string; readonly outputs: Values },
  ): Promise<void> {
    const before = old === undefined ? this.#replaced.get(urn) : this.face.libraryOf(old.id, old.outputs);
    const declaration = declarationOf(this.face, inputs);
    const { added } = changeOf(before ?? new Library(), identitiesIn(declaration));
    const areIdsSecret = declaration.areIdsSecret || this.face.idArguments.some((name) => secrets?.has(name));
    await this.#shared.previewChecks.run(urn, this.face, { ...declaration, areIdsSecret }, added);
  }

  /**
   * Creates the resource that checked inputs declare.
   *
   * @throws PartialResult when something exists but is not finished
   */
  async create(call: Call, inputs: Values): Promise<Deployed> {
    const declaration = declarationOf(this.face, inputs);
    const id = this.face.idOf(declaration, call.urn);
    if (id === undefined) throw plainError(withoutAccount(this.#shared.settings));
    const known = this.#replaced.get(call.urn)?.only(identitiesIn(declaration)) ?? new Library();
    this.#replaced.delete(call.urn);
    const outputs = await this.#reconcile(call, "creating", { id, inputs, declaration, before: known });
    return { id, outputs };
  }

  /**
   * Continues with what is unfinished, and applies changed inputs.
   *
   * @throws PartialResult when it is still not finished
   */
  async update(call: Call, id: string, olds: Values, news: Values): Promise<Record<string, unknown>> {
    const before = this.face.libraryOf(id, olds);
    return this.#reconcile(call, "updating", { id, inputs: news, declaration: declarationOf(this.face, news), before });
  }

  #reconcile(call: Call, verb: "creating" | "updating", target: Target): Promise<Record<string, unknown>> {
    const { face } = this;
    const { claims } = this.#shared;
    const operate: Operate = (...args) => this.#operate(call, ...args);
    const ifExists = () => configuredIfExists(this.#shared.settings);
    return reconcile({ face, claims, ifExists, operate }, call.urn, verb, target);
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
    if (lookedUp === undefined) this.#shared.claims.noteInState(call.urn, identities);
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
          : new Error(face.readFailureText(found, props.__secretIds === true));
      if (found.size > 0 || !face.needsDownload)
        return { id, outputs: { ...face.outputsOf(found, props), ...releasedOutput(releasedIn(props)) } };
      // A refresh drops the resource.
      if (lookedUp === undefined) operation.report.note(MISSING);
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
    await previewWarnings.warn(preview, { ...identity }, settings, urn);
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
    if (keptText !== undefined) await this.#shared.note(keptText, urn);
    const others = before.identities.filter((identity) => decisions.get(identity)?.do !== "keep");
    if (others.length === 0) return;
    const action = face.action("deleting", others);
    await this.#operate(call, action, others.length, async (operation) => {
      const outcome = await deleteAll(face, operation, others, before, (identity) => {
        const decision = decisions.get(identity);
        return decision?.do === "refuse" ? notDeleted(decision) : undefined;
      });
      if (outcome.failed.length === 0) return;
      const text = face.failureText(outcome, "deleted", props.__secretIds === true);
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
}

/** An error for the engine as it stands, without the words that a host would print beside it. */
function withPlainError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw plainError(error instanceof Error ? error.message : String(error));
  }
}
