/**
 * Works on the downloads of one resource. They are processed concurrently, and the rate limiter orders their requests.
 * A failure or an interruption of one leaves the others as they are.
 */
import { setMaxListeners } from "node:events";
import { type Adoption, existsText } from "./adoption";
import { type Reason, ReasonedError, reasonOf } from "./failure";
import type { DownloadIdentity } from "../core/identity";
import { Cancelled, type Operation } from "./operation";
import type { Download } from "../stream/download";
import { deleteDownload, isGone, observe } from "./remoteDownload";
import { AWAITING_VIDEO, ensureDownload, isGenerating, isOfUse, stateOf } from "./ensureDownload";
import { CredentialsWatch, sampleOf } from "./credentialsWatch";
import type { Face, ItemReport, Reported } from "./face";
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
  readonly report: ItemReport;
  /** Call it once all that is left to do is to wait. */
  readonly beginsToWait: () => void;
  /** Call it when Cloudflare has responded to a request that reads. */
  readonly isAccepted: () => void;
}

interface EnsureAllOptions {
  readonly waitForReady: boolean;
  /** Default: what exists is adopted, and nothing explains it. */
  readonly adoption?: Adoption;
  /** Whether no message may name a video. Default false. */
  readonly areIdsSecret?: boolean;
}

const ADOPT: Adoption = { ifExists: "adopt", isExplained: () => false };

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
  { waitForReady, adoption = ADOPT, areIdsSecret = false }: EnsureAllOptions,
): Promise<Outcome> {
  const requestedBefore = identities.filter((identity) => isGenerating(before.stateOf(identity)));
  const reported = { identities, requestedBefore, word: "ready", areIdsSecret } as const;
  return runBatch(face, operation, reported, before, async (item) => {
    const known = before.stateOf(item.identity);
    const { state, unfinished } = await ensureDownload(item.operation, item.identity, {
      waitForReady,
      known,
      beginsToWait: item.beginsToWait,
      onListed: (existing: Download | undefined) => {
        item.isAccepted();
        if (known !== undefined || existing === undefined) return;
        const isExplained = adoption.isExplained(item.identity);
        if (!isExplained && adoption.ifExists === "fail") throw new Error(existsText());
        if (isOfUse(existing)) item.report.adopted(existing, isExplained);
      },
    });
    item.library.record(item.identity, state);
    if (isGenerating(state)) item.report.requested();
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
  const reported = { identities, word: "deleted", areIdsSecret: false } as const;
  return runBatch(face, operation, reported, before, async ({ operation: own, identity, library, report }) => {
    const requestedAt = before.stateOf(identity)?.requestedAt;
    const why = whyNotDeleted(identity);
    if (why === undefined) {
      if (!(await deleteDownload(own, identity, requestedAt))) report.alreadyGone();
    } else if (!(await isGone(own, identity, { requestedAt }))) throw new Error(why);
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
  const report = face.reportTo(operation, { identities, word: "checked", areIdsSecret: false });
  const stop = new AbortController();
  const signal = AbortSignal.any([operation.signal, stop.signal]);
  setMaxListeners(0, signal);
  const found = new Library();
  let failure: ReadFailure | undefined;
  await startInTurn(operation.job, identities, { sends: ["read"] }, async (identity) => {
    const known = before.stateOf(identity);
    const own = report.of(identity);
    try {
      const download = await observe({ ...operation, signal, report: own }, identity, {
        requestedAt: known?.requestedAt,
      });
      if (download !== undefined) found.record(identity, stateOf(download));
      // Nothing has been requested yet, so nothing is listed.
      else if (known?.awaiting !== undefined) found.record(identity, AWAITING_VIDEO);
      own.done();
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
  reported: Reported,
  before: Library,
  work: (item: Item) => Promise<{ readonly reason: Reason | undefined; readonly isDone: boolean }>,
): Promise<Outcome> {
  const { identities, word } = reported;
  const report = face.reportTo(operation, reported);
  const sample = sampleOf(identities);
  const credentials = new CredentialsWatch(operation, sample);
  const library = before.copy();
  const reasons = new Map<DownloadIdentity, Reason>();
  let done = 0;
  const fail = (identity: DownloadIdentity, reason: Reason) => {
    reasons.set(identity, reason);
    library.recordFailure(identity, reason.text);
    credentials.failed(identity, reason);
  };
  const isAccepted = () => credentials.accepted();
  const inTurn = [...new Set([...sample, ...identities])];
  const sends = word === "deleted" ? (["write"] as const) : (["read", "write"] as const);
  await startInTurn(operation.job, inTurn, { sends }, async (identity, beginsToWait) => {
    const own = report.of(identity);
    const toWork = { ...credentials.operation, report: own };
    try {
      const { reason, isDone } = await work({
        operation: toWork,
        identity,
        library,
        report: own,
        beginsToWait,
        isAccepted,
      });
      if (reason !== undefined) throw new ReasonedError(reason);
      credentials.accepted();
      if (!isDone) return;
      done += 1;
      own.done();
    } catch (error) {
      fail(identity, reasonOf(error));
      own.failed();
    }
  });
  report.finish();
  return {
    library,
    // In the same order each time, not in that of the responses.
    failed: identities.flatMap((identity) => {
      const reason = reasons.get(identity);
      return reason === undefined ? [] : [{ identity, reason }];
    }),
    total: identities.length,
    done,
    areCredentialsRefused: credentials.areRefused,
  };
}
