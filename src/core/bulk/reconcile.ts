/**
 * The lifecycle of many downloads as one resource. They are processed concurrently, each like a single download, and the rate limiter orders
 * their requests. A failure or an interruption of one leaves the others as they are.
 */
import { setMaxListeners } from "node:events";
import type { Download } from "../cloudflare/download";
import type { DownloadIdentity } from "../identity";
import { BatchProgress, formatCount } from "./batchProgress";
import { type Claims, notDeleted } from "../claims";
import { Cancelled, type Operation } from "../operation";
import { CredentialsWatch, sampleOf } from "./credentialsWatch";
import { AWAITING_VIDEO, BEFORE_OTHERS_LEAVE, ensureDownload, isOfUse, stateOf } from "../single/reconcile";
import { copySet, type DownloadSetState, emptySet, forget, record } from "./downloadSet";
import { type DownloadKey, get, keysOf, keyText, put } from "./downloadTable";
import { explain, type Reason, reasonOf } from "../failure";
import { type FailedDownload, withoutId } from "./failureReport";
import { isGone, observe } from "../single/listingLag";
import { deleteDownload } from "../single/deleteDownload";
import { startInTurn } from "./startInTurn";

/** The result of an operation on many downloads. */
export interface BatchOutcome {
  readonly state: DownloadSetState;
  readonly failed: readonly FailedDownload[];
  /** How many were processed, and how many of them reached the wanted state. */
  readonly total: number;
  readonly done: number;
  /** Whether Cloudflare refuses the credentials, rather than single videos. */
  readonly areCredentialsRefused: boolean;
}

/** Makes sure that the downloads exist and, if wanted, are ready. Entries of other downloads in `state` are kept unchanged. */
export async function ensureDownloads(
  operation: Operation,
  identities: readonly DownloadIdentity[],
  state: DownloadSetState,
  options: { readonly waitForReady: boolean },
): Promise<BatchOutcome> {
  let adopted = 0;
  const result = await runBatch(operation, identities, state, "ready", async (item, identity, next, hooks) => {
    const onListed = (existing: Download | undefined) => {
      hooks.isAccepted();
      if (isOfUse(existing) && get(state.statuses, identity) === undefined) adopted += 1;
    };
    const { beginsToWait } = hooks;
    const wasRequested = get(state.statuses, identity) !== undefined && get(state.awaiting, identity) === undefined;
    const requestedAt = wasRequested ? state.requestedAt : undefined;
    const outcome = await ensureDownload(item, identity, { ...options, requestedAt, beginsToWait, onListed });
    record(next, identity, outcome.state);
    return { reason: outcome.unfinished, isDone: outcome.state.status === "ready" };
  });
  if (adopted > 0)
    operation.report.note(
      `files that already existed: ${formatCount(adopted)}. They are not generated again, and belong to this resource (${BEFORE_OTHERS_LEAVE})`,
    );
  return result;
}

/** Deletes downloads, except those that a resource still needs, which may be the one that replaces this one. */
export async function deleteDownloads(
  operation: Operation,
  identities: readonly DownloadIdentity[],
  state: DownloadSetState,
  { claims, urn }: { readonly claims: Claims; readonly urn: string },
): Promise<BatchOutcome> {
  const { requestedAt } = state;
  const claimants = new Map(identities.map((identity) => [identity, claims.claimant(urn, identity)]));
  const others = [...claimants.values()].filter((claimant) => claimant?.takesOver && claimant.urn !== urn).length;
  if (others > 0)
    operation.report.note(`files kept, because other resources declare the same downloads: ${formatCount(others)}`);
  const notKept = identities.filter((identity) => claimants.get(identity)?.takesOver !== true);
  return runBatch(operation, notKept, state, "deleted", async (itemOperation, identity, next) => {
    const claimant = claimants.get(identity);
    if (claimant === undefined) await deleteDownload(itemOperation, identity, requestedAt);
    else if (!(await isGone(itemOperation, identity, { requestedAt }))) throw new Error(notDeleted(claimant));
    forget(next, identity);
    return { reason: undefined, isDone: true };
  });
}

/** Reads the known downloads; those that no longer exist leave the state. One failed request fails the whole read, because nothing may be guessed. */
export async function readDownloads(
  operation: Operation,
  accountId: string,
  state: DownloadSetState,
  { areIdsSecret }: { readonly areIdsSecret: boolean },
): Promise<DownloadSetState> {
  const keys = keysOf(state.statuses);
  const progress = new BatchProgress(operation, keys.length, "checked");
  const stop = new AbortController();
  const signal = AbortSignal.any([operation.signal, stop.signal]);
  setMaxListeners(0, signal);
  const itemOperation = { ...operation, signal, report: progress.itemReporter };
  const found = new Map<DownloadKey, Download | undefined>();
  let failure: { readonly error: unknown } | undefined;
  await startInTurn(operation, keys, { firstRequest: "read" }, async (key) => {
    try {
      found.set(key, await observe(itemOperation, { accountId, ...key }, { requestedAt: state.requestedAt }));
      progress.addDone();
    } catch (error) {
      failure ??= {
        error: operation.signal.aborted
          ? error
          : new Error(areIdsSecret ? withoutId(explain(error), key) : `${keyText(key)}: ${explain(error)}`),
      };
      // The remaining requests would only use up the budget.
      stop.abort(new Cancelled());
    }
  });
  if (failure !== undefined) throw failure.error;
  progress.finish();
  const next = emptySet();
  for (const key of keys) {
    const download = found.get(key);
    if (download !== undefined) record(next, key, stateOf(download));
    else if (get(state.awaiting, key) !== undefined) record(next, key, AWAITING_VIDEO);
  }
  // A failure stays in the output until the download is ready.
  for (const key of keysOf(state.failures)) {
    const failure = get(state.failures, key);
    if (failure !== undefined && get(next.statuses, key) !== "ready") put(next.failures, key, failure);
  }
  return next;
}

/** Processes many downloads concurrently. Failures are recorded in the state and in the outcome. */
async function runBatch(
  operation: Operation,
  identities: readonly DownloadIdentity[],
  state: DownloadSetState,
  word: string,
  work: (
    operation: Operation,
    identity: DownloadIdentity,
    next: DownloadSetState,
    hooks: {
      readonly beginsToWait: () => void;
      /** To be called when Cloudflare has responded to a request that reads. */
      readonly isAccepted: () => void;
    },
  ) => Promise<{ readonly reason: Reason | undefined; readonly isDone: boolean }>,
): Promise<BatchOutcome> {
  const progress = new BatchProgress(operation, identities.length, word);
  const sample = sampleOf(identities);
  const credentials = new CredentialsWatch(operation, sample);
  const itemOperation = { ...credentials.operation, report: progress.itemReporter };
  const next = copySet(state);
  if (next.requestedAt !== undefined && !operation.requestTimes.isRecent(next.requestedAt)) delete next.requestedAt;
  const failed: FailedDownload[] = [];
  const fail = (key: DownloadIdentity, reason: Reason) => {
    failed.push({ key, reason });
    put(next.failures, key, reason.text);
    credentials.failed(key, reason);
    progress.addFailed();
  };
  const isAccepted = () => credentials.accepted();
  const firstRequest = word === "deleted" ? "write" : "read";
  await startInTurn(
    operation,
    [...new Set([...sample, ...identities])],
    { firstRequest },
    async (identity, beginsToWait) => {
      try {
        const { reason, isDone } = await work(itemOperation, identity, next, { beginsToWait, isAccepted });
        if (reason !== undefined) return fail(identity, reason);
        credentials.accepted();
        if (isDone) progress.addDone();
      } catch (error) {
        fail(identity, reasonOf(error));
      }
    },
  );
  progress.finish();
  return {
    state: next,
    failed,
    total: identities.length,
    done: progress.done,
    areCredentialsRefused: credentials.areRefused,
  };
}
