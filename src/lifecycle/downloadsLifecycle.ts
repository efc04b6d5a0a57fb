/**
 * Many downloads as one: each is ensured as a single one is, all at the same time; the request budget puts them in order. What
 * fails or is cut off leaves the rest as it is.
 */
import { setMaxListeners } from "node:events";
import { ApiError } from "../http/apiError";
import type { DownloadIdentity } from "../identity/downloadIdentity";
import { formatDuration } from "../time/duration";
import type { Claims } from "./claims";
import type { Operation, Reporter } from "./context";
import { AWAITING_VIDEO, deleteDownload, ensureDownload, type Outcome, stateOf } from "./downloadLifecycle";
import { type DownloadSetState, type DownloadTable, emptyTable, itemsOf, put } from "./downloadSet";
import { explain } from "./failure";
import { observe } from "./requestDownload";

/** The state after an operation, and what went wrong: undefined when nothing did. */
export interface SetOutcome {
  readonly state: DownloadSetState;
  readonly failure?: string;
}

/** As many failures, and videos of each, as a message names. */
const NAMED = 5;
/** Everything the program declares has been declared when nothing new came for so long. */
const QUIET_MS = 1500;

/** Makes sure that the downloads exist and, if wanted, are ready. `state` has what is known of others, which stay as they are. */
export async function ensureDownloads(
  operation: Operation,
  identities: readonly DownloadIdentity[],
  state: DownloadSetState,
  options: { readonly waitForReady: boolean },
): Promise<SetOutcome> {
  const tally = new Tally(operation, identities.length);
  const next: DownloadSetState = copyOf(state);
  // With credentials that are refused for one, the rest need not be tried.
  const refused = new AbortController();
  setMaxListeners(0, refused.signal);
  const signal = AbortSignal.any([operation.signal, refused.signal]);
  setMaxListeners(0, signal);
  await Promise.all(
    identities.map(async (identity) => {
      try {
        const outcome = await ensureDownload({ ...operation, signal, report: tally.quiet }, identity, options);
        record(next, identity, outcome);
        tally.add(identity, outcome.unfinished, outcome.state.status === "ready");
      } catch (error) {
        if (error instanceof ApiError && [401, 403].includes(error.status)) refused.abort(error);
        tally.add(identity, explain(error), false);
      }
    }),
  );
  const failure = tally.failure();
  return { state: next, ...(failure === undefined ? {} : { failure }) };
}

/** Deletes downloads, but for those that another resource needs. What could not be deleted stays in the state. */
export async function deleteDownloads(
  operation: Operation,
  identities: readonly DownloadIdentity[],
  state: DownloadSetState,
  claims: { readonly claims: Claims; readonly urn: string },
): Promise<SetOutcome> {
  const tally = new Tally(operation, identities.length, "deleted");
  const next: DownloadSetState = copyOf(state);
  let kept = 0;
  await Promise.all(
    identities.map(async (identity) => {
      try {
        if (claims.claims.neededBy(claims.urn, identity) === undefined) {
          await deleteDownload({ ...operation, report: tally.quiet }, identity);
        } else kept += 1;
        remove(next, identity);
        tally.add(identity, undefined, true);
      } catch (error) {
        tally.add(identity, explain(error), false);
      }
    }),
  );
  if (kept > 0) operation.report.note(`${kept} files are kept: other resources declare the same downloads`);
  const failure = tally.failure();
  return { state: next, ...(failure === undefined ? {} : { failure }) };
}

/** Waits until the program has declared what it is going to, so that what moved to another resource is known to be needed there. */
export async function declarationsSettled({ clock, signal }: Operation, claims: Claims): Promise<void> {
  for (;;) {
    const quiet = clock.now() - claims.lastDeclaredAt;
    if (quiet >= QUIET_MS) return;
    await clock.sleep(QUIET_MS - quiet, signal);
  }
}

/** Looks at the downloads that are known; what is gone is no longer in the state. One failed look fails it all: nothing may be guessed. */
export async function readDownloads(
  operation: Operation,
  accountId: string,
  state: DownloadSetState,
): Promise<DownloadSetState> {
  const next: DownloadSetState = { statuses: emptyTable(), urls: emptyTable(), awaiting: emptyTable() };
  const known = itemsOf(state.statuses, accountId);
  const tally = new Tally(operation, known.length, "looked at");
  const found = await Promise.all(
    known.map(async (identity) => {
      const download = await observe({ ...operation, report: tally.quiet }, identity);
      tally.add(identity, undefined, true);
      return download;
    }),
  );
  // In the order in which they were known, so that nothing looks changed that is not.
  for (const [i, identity] of known.entries()) {
    const download = found[i];
    const awaiting = state.awaiting[identity.videoId]?.[identity.type];
    if (download !== undefined) record(next, identity, { state: stateOf(download) });
    else if (awaiting !== undefined) record(next, identity, { state: AWAITING_VIDEO });
  }
  return next;
}

function record(state: DownloadSetState, identity: DownloadIdentity, outcome: Outcome): void {
  remove(state, identity);
  put(state.statuses, identity, outcome.state.status);
  if (outcome.state.url !== undefined) put(state.urls, identity, outcome.state.url);
  if (outcome.state.awaiting !== undefined) put(state.awaiting, identity, outcome.state.awaiting);
}

function remove(state: DownloadSetState, { videoId, type }: DownloadIdentity): void {
  for (const table of [state.statuses, state.urls, state.awaiting] as DownloadTable<unknown>[]) {
    const row = table[videoId];
    if (row === undefined) continue;
    const { [type]: _removed, ...others } = row;
    if (Object.keys(others).length === 0) Reflect.deleteProperty(table, videoId);
    else table[videoId] = others;
  }
}

function copyOf({ statuses, urls, awaiting }: DownloadSetState): DownloadSetState {
  const copy = <T>(table: DownloadTable<T>): DownloadTable<T> => Object.assign(emptyTable<T>(), table);
  return { statuses: copy(statuses), urls: copy(urls), awaiting: copy(awaiting) };
}

/** Counts what is done and what failed, and tells: `412/1,000 ready, 3 failed, about 9m left`. */
class Tally {
  /** For the single downloads: their own progress would drown the whole's, but for the pauses that concern all. */
  readonly quiet: Reporter;
  readonly #operation: Operation;
  readonly #total: number;
  readonly #word: string;
  readonly #startedAt: number;
  readonly #reasons = new Map<string, string[]>();
  #done = 0;
  #failed = 0;
  #pauseNoted = Number.NEGATIVE_INFINITY;

  constructor(operation: Operation, total: number, word = "ready") {
    this.#operation = operation;
    this.#total = total;
    this.#word = word;
    this.#startedAt = operation.clock.now();
    this.quiet = {
      progress: () => this.#tell(),
      note: (message) => {
        // Each of a thousand waits for the same pause: one line tells it.
        const now = operation.clock.now();
        if (!message.includes("request budget") || now - this.#pauseNoted < 60_000) return;
        this.#pauseNoted = now;
        operation.report.note(message);
      },
      warn: () => undefined,
    };
  }

  add(identity: DownloadIdentity, failure: string | undefined, done: boolean): void {
    if (failure !== undefined) {
      this.#failed += 1;
      this.#reasons.set(failure, [...(this.#reasons.get(failure) ?? []), `${identity.videoId}/${identity.type}`]);
    } else if (done) this.#done += 1;
    this.#tell();
  }

  #tell(): void {
    const { clock, report } = this.#operation;
    const failed = this.#failed > 0 ? `, ${count(this.#failed)} failed` : "";
    const over = this.#done + this.#failed;
    const elapsed = clock.now() - this.#startedAt;
    const left =
      over > 0 && over < this.#total ? `, about ${formatDuration((elapsed / over) * (this.#total - over))} left` : "";
    report.progress(`${count(this.#done)}/${count(this.#total)} ${this.#word}${failed}${left}`);
  }

  /** What failed, grouped by the reason; undefined when nothing did. */
  failure(): string | undefined {
    if (this.#failed === 0) {
      const took = formatDuration(this.#operation.clock.now() - this.#startedAt);
      if (this.#total > 0)
        this.#operation.report.note(`${count(this.#done)}/${count(this.#total)} ${this.#word} after ${took}`);
      return undefined;
    }
    const groups = [...this.#reasons].sort(([, a], [, b]) => b.length - a.length);
    const lines = groups.slice(0, NAMED).map(([reason, items]) => {
      const named = items.slice(0, NAMED).join(", ");
      return `  ${items.length} x ${reason}\n    ${named}${items.length > NAMED ? ", …" : ""}`;
    });
    if (groups.length > NAMED) lines.push(`  and ${groups.length - NAMED} other reasons`);
    const rest = `${count(this.#done)} of ${count(this.#total)} ${this.#word}; the next \`pulumi up\` goes on with the others`;
    return `${count(this.#failed)} of ${count(this.#total)} failed (${rest}):\n${lines.join("\n")}`;
  }
}

/** A count with thousands separated. */
function count(n: number): string {
  return n.toLocaleString("en-US");
}
