/** An operation on a library in any host: its time limit, its report of failures, and its outputs. */
import type { BatchOutcome } from "../core/bulk/reconcile";
import { type DownloadSetState, stateOutputs } from "../core/bulk/downloadSet";
import { failureReport } from "../core/bulk/failureReport";
import { hiddenInputs, type RawInputs } from "../core/inputs/inputFields";
import { shrinkLargeHeap } from "./heapGrowth";
import { DEFAULT_TIME_LIMIT_MS, type OperationSettings } from "./operations";
import type { ProviderProcess } from "./providerProcess";

/** What each download adds to the time limit: it takes about four requests, and the budget allows four requests a second. */
const TIME_LIMIT_PER_DOWNLOAD_MS = 1000;

/** Runs an operation on this many downloads. How long it may take depends on how many they are, unless `customTimeouts` say otherwise. */
export function operateOnMany<T>(
  shared: ProviderProcess,
  downloads: number,
  { action, inputs, timeLimitMs }: OperationSettings,
  work: Parameters<typeof shared.operate<T>>[1],
): Promise<T> {
  const defaultLimitMs = DEFAULT_TIME_LIMIT_MS + TIME_LIMIT_PER_DOWNLOAD_MS * downloads;
  const result = shared.operate({ action, inputs, timeLimitMs: timeLimitMs ?? defaultLimitMs }, work);
  // What follows is the message with the outputs.
  return result.finally(shrinkLargeHeap);
}

/** The message that lists what failed. */
export function reportOf(outcome: BatchOutcome, doneWord: string, inputs: RawInputs): string {
  const areIdsSecret = inputs.__secretIds === true;
  return failureReport(outcome.failed, { ...outcome, doneWord, areIdsSecret, isInOutput: doneWord === "ready" });
}

/** The outputs. They do not repeat the declared ids, which are in the inputs and in the tables, to keep the state small. */
export function outputsOf(inputs: RawInputs, state: DownloadSetState): Record<string, unknown> {
  const { accountId, waitForReady } = inputs;
  const { __awaiting: _awaiting, __requestedAt: _requestedAt, ...hidden } = hiddenInputs(inputs);
  return { ...hidden, accountId, waitForReady, ...stateOutputs(state) };
}
