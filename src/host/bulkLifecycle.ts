/** The lifecycle of a StreamDownloads in any host: the decisions, claims and messages of each operation. */
import { createHash } from "node:crypto";
import { checkDownloads } from "../core/bulk/check";
import { Cancelled, type Operation } from "../core/operation";
import { diffDownloads } from "../core/bulk/diff";
import {
  changeOf,
  declaredItems,
  type DownloadSetState,
  emptySet,
  onlyDeclared,
  setState,
  stateOutputs,
} from "../core/bulk/downloadSet";
import { type BatchOutcome, deleteDownloads, ensureDownloads, readDownloads } from "../core/bulk/reconcile";
import { type DownloadKey, get, keysOf, put } from "../core/bulk/downloadTable";
import { keepOrder } from "../core/bulk/listOrder";
import { explain } from "../core/failure";
import { failureReport } from "../core/bulk/failureReport";
import { REQUESTED } from "../core/single/requestDownload";
import { hiddenInputs, type RawInputs, urnOf } from "../core/inputs/inputFields";
import { checkAndDiff } from "./checkAndDiff";
import { PartialResult, plainError } from "./hostErrors";
import type { Lifecycle } from "./lifecycle";
import { DEFAULT_TIME_LIMIT_MS, type OperationSettings } from "./operations";
import { type ProviderProcess, requireAccount } from "./providerProcess";

/** What each download adds to the time limit: it takes about four requests, and the budget allows four requests a second. */
const TIME_LIMIT_PER_DOWNLOAD_MS = 1000;

/** How long an operation on this many downloads may take unless `customTimeouts` say otherwise. */
function defaultTimeLimit(downloads: number): number {
  return DEFAULT_TIME_LIMIT_MS + TIME_LIMIT_PER_DOWNLOAD_MS * downloads;
}

/** Creates the lifecycle that all StreamDownloads resources of a process share. */
export function bulkLifecycle(shared: ProviderProcess): Lifecycle {
  const { claims } = shared;

  /** Runs an operation on this many downloads. */
  const operate = <T>(
    downloads: number,
    { action, inputs, timeLimitMs = defaultTimeLimit(downloads) }: OperationSettings,
    work: Parameters<typeof shared.operate<T>>[1],
  ): Promise<T> => shared.operate({ action, inputs, timeLimitMs }, work);

  /** The old outputs of libraries that a diff replaces, by URN, so that the create that follows need not look anything up again. */
  const replaced = new Map<string, RawInputs>();

  const diff = (olds: RawInputs, news: RawInputs, isRefresh: boolean) => {
    const found = diffDownloads(olds, news, isRefresh);
    const urn = urnOf(news);
    // No create follows a refresh.
    if (found.replaces.length > 0 && !isRefresh) replaced.set(urn, olds);
    else replaced.delete(urn);
    return found;
  };

  /** The inputs in the state, by URN: the engine checks a replacement twice, the second time without its old inputs. */
  const inputsInState = new Map<string, RawInputs>();

  const check: typeof checkDownloads = (olds, news, context) => {
    const urn = urnOf(news);
    if (Object.keys(olds).length > 0) inputsInState.set(urn, olds);
    const { inputs, failures } = checkDownloads(olds, news, context);
    return { inputs: failures.length > 0 ? inputs : keepOrder(inputsInState.get(urn) ?? {}, inputs), failures };
  };

  const declared = ({ accountId, ...inputs }: RawInputs) =>
    accountId === undefined
      ? []
      : (declaredItems(inputs) ?? []).map(({ videoId, type }) => ({ accountId: String(accountId), videoId, type }));

  const inState = (_id: string, olds: RawInputs) =>
    keysOf(setState(olds).statuses).map((key) => ({ accountId: String(olds.accountId), ...key }));

  /** What is known about the downloads of a library at its creation: nothing, unless it replaces itself in the same account. */
  const knownBefore = (inputs: RawInputs): DownloadSetState => {
    const olds = replaced.get(urnOf(inputs));
    replaced.delete(urnOf(inputs));
    return olds?.accountId === requireAccount(inputs) ? setState(olds) : emptySet();
  };

  /** Ensures the declared downloads that are not ready. Whatever exists goes into the state in any case. */
  const ensure = (
    kind: "create" | "update",
    id: string,
    inputs: RawInputs,
    before: DownloadSetState,
    timeLimitMs: number | undefined,
  ) => {
    const accountId = requireAccount(inputs);
    const declared = declaredItems(inputs) ?? [];
    const action = `${kind === "create" ? "creating" : "updating"} downloads`;
    const { added, unfinished } = changeOf(before, declared);
    const wanted = [...added, ...unfinished];
    const identify = ({ videoId, type }: DownloadKey) => ({ accountId, videoId, type });
    const urn = urnOf(inputs);
    // Before the work: a replacement is created before the old library is deleted, and that deletion must know who still needs the files.
    claims.begin(urn, (kind === "create" ? declared : added).map(identify));
    /** Records what is in the state and what is not. Returns what was added to the state because its file was kept for this resource. */
    const settle = (state: DownloadSetState): DownloadKey[] => {
      const isInState = (item: DownloadKey) => get(state.statuses, item) !== undefined;
      const missing = declared.filter((item) => !isInState(item));
      const left = claims.fail(urn, missing.map(identify));
      for (const key of left) put(state.statuses, key, REQUESTED.status);
      claims.hold(urn, declared.filter(isInState).map(identify));
      return left;
    };
    const ensured = operate(declared.length, { action, inputs, timeLimitMs }, async (operation) => {
      const waitForReady = inputs.waitForReady !== false;
      const outcome = await ensureDownloads(operation, wanted.map(identify), before, {
        waitForReady,
      });
      settle(outcome.state);
      const outputs = outputsOf(inputs, outcome.state);
      if (outcome.failed.length === 0) {
        claims.finish(urn);
        return outputs;
      }
      // Of the library as a whole, as its outputs are.
      const whole = { ...outcome, total: declared.length, done: outcome.done + declared.length - wanted.length };
      const text = `${action}: ${reportOf(whole, "ready", inputs)}`;
      if (inputs.onFailure === "warn" && !concernsAll(operation, outcome)) {
        claims.finish(urn);
        operation.report.warn(text);
        return outputs;
      }
      throw new PartialResult(text, id, outputs);
    });
    return ensured.catch((error: unknown) => {
      if (error instanceof PartialResult) throw error;
      // Nothing was tried, for example for lack of credentials.
      const state = kind === "create" ? emptySet() : before;
      if (settle(state).length === 0) throw error;
      throw new PartialResult(explain(error), id, outputsOf(inputs, state));
    });
  };

  return {
    ...checkAndDiff(shared, { check, diff, declared, inState }),

    async create(inputs, timeLimitMs) {
      const id = createLibraryId(requireAccount(inputs), urnOf(inputs));
      const before = onlyDeclared(knownBefore(inputs), declaredItems(inputs) ?? []);
      return { id, outputs: await ensure("create", id, inputs, before, timeLimitMs) };
    },

    async read(id, props) {
      if (props.urls === undefined)
        throw plainError("StreamDownloads cannot be looked up by an id; use StreamDownload.get");
      const state = setState(props);
      const downloads = keysOf(state.statuses).length;
      return operate(downloads, { action: "reading downloads", inputs: props }, async (operation) => {
        const found = await readDownloads(operation, requireAccount(props), state, {
          areIdsSecret: props.__secretIds === true,
        });
        return { id, outputs: outputsOf(props, found) };
      });
    },

    async update(id, olds, news, timeLimitMs) {
      const before = setState(olds);
      // Failures of downloads that are no longer declared are dropped. What exists stays in the state.
      const { failures } = onlyDeclared(before, declaredItems(news) ?? []);
      return ensure("update", id, news, { ...before, failures }, timeLimitMs);
    },

    async delete(_id, props, timeLimitMs) {
      const state = setState(props);
      const accountId = requireAccount(props);
      const identities = keysOf(state.statuses).map((key) => ({ accountId, ...key }));
      const settings = { action: "deleting downloads", inputs: props, timeLimitMs };
      await operate(identities.length, settings, async (operation) => {
        const outcome = await deleteDownloads(operation, identities, state, { claims, urn: urnOf(props) });
        if (outcome.failed.length > 0) throw new Error(reportOf(outcome, "deleted", props));
      });
    },
  };
}

/** The id of a new library. */
export function createLibraryId(accountId: string, urn: string): string {
  return `${accountId}/${createHash("sha256").update(urn).digest("hex").slice(0, 16)}`;
}

/** Whether more than single downloads failed: the user cancelled the update, or Cloudflare refuses the credentials and nothing exists. */
function concernsAll({ signal }: Operation, { areCredentialsRefused, state }: BatchOutcome): boolean {
  if (signal.aborted && signal.reason instanceof Cancelled) return true;
  return areCredentialsRefused && keysOf(state.statuses).length === 0;
}

/** The message that lists what failed. */
function reportOf(outcome: BatchOutcome, doneWord: string, inputs: RawInputs): string {
  const areIdsSecret = inputs.__secretIds === true;
  return failureReport(outcome.failed, { ...outcome, doneWord, areIdsSecret, isInOutput: doneWord === "ready" });
}

/** The outputs. They do not repeat the declared ids, which are in the inputs and in the tables, to keep the state small. */
function outputsOf(inputs: RawInputs, state: DownloadSetState): Record<string, unknown> {
  const { accountId, waitForReady } = inputs;
  const { __awaiting: _before, ...hidden } = hiddenInputs(inputs);
  return { ...hidden, accountId, waitForReady, ...stateOutputs(state) };
}
