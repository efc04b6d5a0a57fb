/** Leaves the video as it was found: what the run requested is deleted, and what it had deleted is requested again. */
import type { Observed } from "./client";
import type { Context } from "./context";
import { describe, type DownloadType, isUnknownRoute, succeeded, TYPES } from "./reading";

/** How often a deletion is attempted and checked before what is left is reported. */
const ATTEMPTS = 3;
const PAUSE_MS = 2000;

/**
 * Cleans up.
 *
 * @param context with a client and a time limit of its own, so that neither Ctrl-C nor the end of the run's time stops
 * it
 * @returns what is not as it was, a line each
 */
export async function cleanUp(context: Context): Promise<string[]> {
  const failures = new Map<string, string>();
  for (let attempt = 1; attempt <= ATTEMPTS && context.mayExist.size > 0; attempt += 1) {
    if (attempt > 1) await context.pause(PAUSE_MS, "a download is still there");
    for (const type of context.mayExist) {
      const failure = await remove(context, type);
      if (failure === undefined) failures.delete(type);
      else failures.set(type, failure);
    }
    const still = await remaining(context).catch(asError);
    for (const type of [...context.mayExist]) {
      if (still instanceof Error) failures.set(type, still.message);
      else if (still.has(type)) failures.set(type, failures.get(type) ?? "it is still listed");
      else if (!failures.has(type)) context.mayExist.delete(type);
    }
  }
  const left = [...context.mayExist].map((type) => `the ${type} download is left: ${failures.get(type)}`);
  return [...left, ...(await restore(context))];
}

/** Deletes a download, on the older path where the newer one does not work; returns why it could not. */
async function remove(context: Context, type: string): Promise<string | undefined> {
  const paths = [`/downloads/${type}`, ...(type === "default" ? ["/downloads"] : [])];
  let failure: string | undefined;
  for (const path of paths) {
    const outcome = await context.client.delete(context.path(path)).catch(asError);
    if (!(outcome instanceof Error) && isGone(outcome, type)) return undefined;
    failure ??= outcome instanceof Error ? outcome.message : describe(outcome);
  }
  return failure;
}

/** Statuses that say nothing of the download. */
const SAYS_NOTHING: readonly number[] = [401, 403, 405, 408, 429];

/**
 * Whether a download may be taken for gone, if the list does not have it: how a DELETE of none is refused is not
 * documented. An unknown type that is refused was never there.
 */
function isGone(observed: Observed, type: string): boolean {
  const isKnown = TYPES.some((known) => known === type);
  const isRefused = observed.status >= 400 && observed.status < 500 && !SAYS_NOTHING.includes(observed.status);
  return succeeded(observed) || (isRefused && !isUnknownRoute(observed)) || (!isKnown && observed.status < 500);
}

async function remaining(context: Context): Promise<ReadonlyMap<string, unknown>> {
  const { observed, seen } = await context.list();
  if (!succeeded(observed) && observed.status !== 404) throw new Error(`the list responds with ${describe(observed)}`);
  return seen.byType;
}

async function restore(context: Context): Promise<string[]> {
  const failures: string[] = [];
  for (const type of context.hadBefore as ReadonlySet<DownloadType>) {
    const outcome = await context.client.post(context.path(`/downloads/${type}`)).catch(asError);
    if (outcome instanceof Error || !succeeded(outcome)) {
      const why = outcome instanceof Error ? outcome.message : describe(outcome);
      failures.push(`the ${type} download, which was there before, could not be requested again: ${why}`);
    }
  }
  return failures;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
