/** Create and update of a StreamDownloads in any host: requests what it declares, and decides what goes into its state. */
import { changeOf, declaredItems, type DownloadSetState, emptySet } from "../core/bulk/downloadSet";
import { type DownloadKey, get, keysOf, put } from "../core/bulk/downloadTable";
import { type BatchOutcome, ensureDownloads } from "../core/bulk/reconcile";
import { explain } from "../core/failure";
import { type RawInputs, urnOf } from "../core/inputs/inputFields";
import { Cancelled, type Operation } from "../core/operation";
import { REQUESTED } from "../core/single/requestDownload";
import { operateOnMany, outputsOf, reportOf } from "./bulkOperation";
import { givenUpOutput } from "./givenUp";
import { NotYet, PartialResult } from "./hostErrors";
import { type ProviderProcess, requireAccount } from "./providerProcess";

/** A library to create or update. */
interface BulkRequest {
  readonly kind: "create" | "update";
  /** The resource's id. */
  readonly id: string;
  /** Checked inputs. */
  readonly inputs: RawInputs;
  /** What is known about its downloads. */
  readonly before: DownloadSetState;
  readonly timeLimitMs: number | undefined;
}

/**
 * Ensures the declared downloads that are not ready. Whatever exists goes into the state in any case.
 *
 * @returns the outputs
 * @throws PartialResult when some failed, unless they are only to be warned about
 */
export async function ensureLibrary(
  shared: ProviderProcess,
  { kind, id, inputs, before, timeLimitMs }: BulkRequest,
): Promise<Record<string, unknown>> {
  const { claims } = shared;
  const urn = urnOf(inputs);
  const accountId = requireAccount(inputs);
  const identify = ({ videoId, type }: DownloadKey) => ({ accountId, videoId, type });
  const declared = declaredItems(inputs) ?? [];
  const { added, unfinished } = changeOf(before, declared);
  const wanted = [...added, ...unfinished];
  const action = `${kind === "create" ? "creating" : "updating"} downloads`;
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

  try {
    return await operateOnMany(shared, declared.length, { action, inputs, timeLimitMs }, async (operation) => {
      const waitForReady = inputs.waitForReady !== false;
      const outcome = await ensureDownloads(operation, wanted.map(identify), before, { waitForReady });
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
      const areNotYet = outcome.failed.every(({ reason }) => reason.isNotYet);
      if (areNotYet && kind === "create" && keysOf(outcome.state.statuses).length === 0) throw new NotYet(text);
      const isNotYet = areNotYet && kind === "update" && added.length === 0;
      throw new PartialResult(text, id, { ...outputs, ...givenUpOutput(claims, urn) }, { isNotYet });
    });
  } catch (error) {
    if (error instanceof PartialResult) throw error;
    // Nothing was tried, for example for lack of credentials.
    const state = kind === "create" ? emptySet() : before;
    if (settle(state).length === 0) throw error;
    throw new PartialResult(explain(error), id, { ...outputsOf(inputs, state), ...givenUpOutput(claims, urn) });
  }
}

/** Whether more than single downloads failed: the user cancelled the update, or Cloudflare refuses the credentials and nothing exists. */
function concernsAll({ signal }: Operation, { areCredentialsRefused, state }: BatchOutcome): boolean {
  if (signal.aborted && signal.reason instanceof Cancelled) return true;
  return areCredentialsRefused && keysOf(state.statuses).length === 0;
}
