/**
 * Works on the downloads of one resource. They are processed concurrently, and the rate limiter orders their requests.
 * A failure or an interruption of one leaves the others as they are.
 */
import { setMaxListeners } from "node:events";
import { type Reason, reasonOf } from "./failure";
import type { DownloadIdentity } from "../core/identity";
import { Cancelled, type Operation } from "./operation";
import type { Download } from "../stream/download";
import { deleteDownload, isGone, observe } from "./remoteDownload";
import { AWAITING_VIDEO, ensureDownload, isOfUse, stateOf } from "./ensureDownload";
import { CredentialsWatch, sampleOf } from "./credentialsWatch";
import type { BatchReport, DoneWord, Face } from "./face";
import { Library } from "./library";
import { startInTurn } from "./startInTurn";

/** One download that failed. */
export interface Failed {
  readonly identity: DownloadIdentity;
  readonly reason: Reason;
}

/** The result of an operation on downloads. */
export interface Outcome {
  /** What is known afterwards, of the downloads that were not worked on too. */
  readonly library: Library;
  readonly failed: readonly Failed[];
  /** How many were processed, and how many of them are as wanted. */
  readonly total: number;
  readonly done: number;
  /** Whether Cloudflare refuses the credentials, rather than single videos. */
  readonly areCredentialsRefused: boolean;
}

/** The first error of a read. */
export interface ReadFailure {
  readonly identity: DownloadIdentity;
  readonly error: unknown;
}

/** What the work on one download has at hand. */
interface Item {
  readonly operation: Operation;
  readonly identity: DownloadIdentity;
  /** What is known of all of them, to be brought up to date. */
  readonly library: Library;
  readonly report: BatchReport;
  /** Call it once all that is left to do is to wait. */
  readonly beginsToWait: () => void;
  /** Call it when Cloudflare has responded to a request that reads. */
  readonly isAccepted: () => void;
}

/**
 * Makes sure that downloads exist and, if wanted, are ready.
 *
 * @param before what is known, of other downloads too, which stays as it is
 */
export async function ensureAll(
  face: Face,
  operation: Operation,
  identities: readonly DownloadIdentity[],
  before: Library,
  { waitForReady }: { readonly waitForReady: boolean },
): Promise<Outcome> {
  return runBatch(face, operation, identities, before, "ready", async (item) => {
    const known = before.stateOf(item.identity);
    const { state, unfinished } = await ensureDownload(item.operation, item.identity, {
      waitForReady,
      isInState: known !== undefined,
      requestedAt: known?.requestedAt,
      beginsToWait: item.beginsToWait,
      onListed: (existing: Download | undefined) => {
        item.isAccepted();
        if (known === undefined && isOfUse(existing)) item.report.addAdopted();
      },
    });
    item.library.record(item.identity, state);
    return { reason: unfinished, isDone: state.status === "ready" };
  });
}

/**
 * Deletes downloads.
 *
 * @param whyNotDeleted of those that must not be deleted as long as they exist: the error
 */
export async function deleteAll(
  face: Face,
  operation: Operation,
  identities: readonly DownloadIdentity[],
  before: Library,
  whyNotDeleted: (identity: DownloadIdentity) => string | undefined,
): Promise<Outcome> {
  return runBatch(face, operation, identities, before, "deleted", async ({ operation: own, identity, library }) => {
    const requestedAt = before.stateOf(identity)?.requestedAt;
    const why = whyNotDeleted(identity);
    if (why === undefined) await deleteDownload(own, identity, requestedAt);
    else if (!(await isGone(own, identity, { requestedAt }))) throw new Error(why);
    library.forget(identity);
    return { reason: undefined, isDone: true };
  });
}

/**
 * Reads downloads; those that no longer exist leave the library. One failed request fails the whole read, because
 * nothing may be guessed.
 *
 * @returns what is known now, or why the read failed
 */
export async function readAll(
  face: Face,
  operation: Operation,
  identities: readonly DownloadIdentity[],
  before: Library,
): Promise<Library | ReadFailure> {
  const report = face.reportTo(operation, identities.length, "checked");
  const stop = new AbortController();
  const signal = AbortSignal.any([operation.signal, stop.signal]);
  setMaxListeners(0, signal);
  const ofItem = { ...operation, signal, report: report.ofItem };
  const found = new Library();
  let failure: ReadFailure | undefined;
  await startInTurn(operation.job, identities, { sends: ["read"] }, async (identity) => {
    const known = before.stateOf(identity);
    try {
      const download = await observe(ofItem, identity, { requestedAt: known?.requestedAt });
      if (download !== undefined) found.record(identity, stateOf(download));
      // Nothing has been requested yet, so nothing is listed.
      else if (known?.awaiting !== undefined) found.record(identity, AWAITING_VIDEO);
      report.addDone();
    } catch (error) {
      failure ??= { identity, error };
      // The remaining requests would only use up the budget.
      stop.abort(new Cancelled());
    }
  });
  if (failure !== undefined) return failure;
  report.finish();
  const next = found.only(identities);
  // A failure stays in the output until the download is ready.
  for (const { identity, reason } of before.failed)
    if (next.stateOf(identity)?.status !== "ready") next.recordFailure(identity, reason);
  return next;
}

/** Processes downloads concurrently. Failures are recorded in the library and in the outcome. */
async function runBatch(
  face: Face,
  operation: Operation,
  identities: readonly DownloadIdentity[],
  before: Library,
  word: DoneWord,
  work: (item: Item) => Promise<{ readonly reason: Reason | undefined; readonly isDone: boolean }>,
): Promise<Outcome> {
  const report = face.reportTo(operation, identities.length, word);
  const sample = sampleOf(identities);
  const credentials = new CredentialsWatch(operation, sample);
  const ofItem = { ...credentials.operation, report: report.ofItem };
  const library = before.copy();
  const failed: Failed[] = [];
  let done = 0;
  const fail = (identity: DownloadIdentity, reason: Reason) => {
    failed.push({ identity, reason });
    library.recordFailure(identity, reason.text);
    credentials.failed(identity, reason);
    report.addFailed();
  };
  const isAccepted = () => credentials.accepted();
  const inTurn = [...new Set([...sample, ...identities])];
  const sends = word === "deleted" ? (["write"] as const) : (["read", "write"] as const);
  await startInTurn(operation.job, inTurn, { sends }, async (identity, beginsToWait) => {
    try {
      const { reason, isDone } = await work({ operation: ofItem, identity, library, report, beginsToWait, isAccepted });
      if (reason !== undefined) return fail(identity, reason);
      credentials.accepted();
      if (!isDone) return;
      done += 1;
      report.addDone();
    } catch (error) {
      fail(identity, reasonOf(error));
    }
  });
  report.finish();
  return {
    library,
    failed,
    total: identities.length,
    done,
    areCredentialsRefused: credentials.areRefused,
  };
}
