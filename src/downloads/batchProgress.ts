/**
 * Reports the progress of an operation on many downloads in one row: `27 of 40 requested`, then `12/40 ready, 28 in
 * progress (62% on average, about 25s left)`.
 */
import { type DownloadIdentity, downloadName } from "../core/identity";
import { formatDuration } from "../core/duration";
import type { Operation, Progress } from "./operation";
import { ifOthersHave } from "./adoption";
import { type BatchReport, type ItemReport, type Reported } from "./face";
import { leftText, percentText } from "./progressText";

/**
 * The share that must have finished before the remaining time is estimated: the first downloads show how long requests
 * take, not how long encoding takes.
 */
const ESTIMATED_FROM = 0.1;

/** How many downloads the notes name. */
const NAMED = 10;

/** What was last reported of a download, and since when any was, by the clock. */
interface UnderWay extends Progress {
  readonly since: number;
}

export class BatchProgress implements BatchReport {
  readonly #operation: Operation;
  readonly #reported: Reported;
  readonly #startedAt: number;
  readonly #warnings = new Map<string, DownloadIdentity[]>();
  /** Those that are being generated, or wait for their video. */
  readonly #underWay = new Map<DownloadIdentity, UnderWay>();
  /** Those that existed already, and whether it is known why. */
  readonly #adopted = new Map<DownloadIdentity, boolean>();
  #done = 0;
  #failed = 0;
  #gone = 0;

  constructor(operation: Operation, reported: Reported) {
    this.#operation = operation;
    this.#reported = reported;
    this.#startedAt = operation.clock.now();
    for (const identity of reported.requestedBefore ?? []) this.#underWay.set(identity, this.#justRequested());
    this.#show();
  }

  /**
   * Drops the status and the notes of single downloads, which would flood the row, and counts warnings for {@link
   * finish}.
   */
  of(identity: DownloadIdentity): ItemReport {
    const underWay = (progress: Progress) => {
      const since = this.#underWay.get(identity)?.since ?? this.#operation.clock.now();
      this.#underWay.set(identity, { ...progress, since });
      this.#show();
    };
    const ended = () => {
      this.#underWay.delete(identity);
      this.#show();
    };
    return {
      progress: underWay,
      status: () => undefined,
      note: () => undefined,
      warn: (message, kind = message) => this.#warnings.set(kind, [...(this.#warnings.get(kind) ?? []), identity]),
      requested: () => underWay(this.#underWay.get(identity) ?? this.#justRequested()),
      adopted: (_existing, isExplained) => void this.#adopted.set(identity, isExplained),
      alreadyGone: () => {
        this.#gone += 1;
      },
      done: () => {
        this.#done += 1;
        ended();
      },
      failed: () => {
        // Downloads that an interruption ended have not failed.
        if (!this.#operation.signal.aborted) this.#failed += 1;
        ended();
      },
    };
  }

  /** Reports the warnings, each kind once, the total, and what was adopted. */
  finish(): void {
    const { clock, report, signal } = this.#operation;
    const { identities, areIdsSecret } = this.#reported;
    for (const [kind, warned] of this.#warnings) {
      const [only] = warned.length === 1 && !areIdsSecret ? warned : [];
      const times = warned.length === 1 ? "" : ` (${formatCount(warned.length)} times)`;
      report.warn(only === undefined ? kind + times : `${downloadName(only)}: ${kind}`);
    }
    if (identities.length === 0) return;
    const row = this.#row();
    if (this.#gone > 0) report.note(row);
    else if (this.#failed === 0 && !signal.aborted)
      report.status(`${row} after ${formatDuration(clock.now() - this.#startedAt)}`);
    const existed = (isExplained: boolean) => {
      const these = identities.filter((identity) => this.#adopted.get(identity) === isExplained);
      const ids = areIdsSecret ? "" : ` (${someOf(these, NAMED)})`;
      const text = `${row}, ${formatCount(these.length)} existed already${ids}: not generated again`;
      return these.length === 0 ? undefined : text;
    };
    const [explained, unexplained] = [existed(true), existed(false)];
    if (explained !== undefined) report.note(explained);
    if (unexplained !== undefined) report.warn(`${unexplained} (${ifOthersHave("them")})`);
  }

  #justRequested(): UnderWay {
    return { text: () => "", percent: 0, since: this.#operation.clock.now() };
  }

  #show(): void {
    const { report, signal } = this.#operation;
    if (!signal.aborted) report.progress({ text: (isThrottled) => this.#row(isThrottled) });
  }

  #row(isThrottled = false): string {
    const { identities, word } = this.#reported;
    const total = identities.length;
    const [done, failed] = [this.#done - this.#gone, this.#failed];
    const underWay = [...this.#underWay.values()];
    const generating = underWay.filter(({ percent }) => percent !== undefined);
    const awaiting = underWay.length - generating.length;
    const requested = this.#done + generating.length;
    const counted = (n: number, what: string) => (n === 0 ? [] : [`${formatCount(n)} ${what}`]);
    const isRequesting = word === "ready" && requested + failed + awaiting < total;
    const left = isThrottled ? "" : leftText(this.#leftMs(generating, isRequesting));
    const head = isRequesting
      ? [`${formatCount(requested)} of ${formatCount(total)} requested`, ...counted(done, "ready")]
      : [`${formatCount(done)}/${formatCount(total)} ${word}`];
    const detail = [`${percentText(this.#averagePercent(generating))} on average`, ...(left === "" ? [] : [left])].join(
      ", ",
    );
    const isDetailed = !isRequesting && generating.length > 0;
    return [
      ...head,
      ...(isDetailed ? [`${formatCount(generating.length)} in progress (${detail})`] : []),
      ...counted(this.#gone, "already gone"),
      ...counted(failed, "failed"),
      ...counted(awaiting, awaiting === 1 ? "waits for its video" : "wait for their videos"),
      ...(isDetailed || left === "" ? [] : [left]),
    ].join(", ");
  }

  /**
   * A few downloads of a library are polled to tell how long the others take: of these, what they said when they were
   * requested is old. 40 s after all were requested, those that take 50 s are at 80%, though few polls said so.
   */
  #averagePercent(generating: readonly UnderWay[]): number {
    const now = this.#operation.clock.now();
    const each = generating.map(({ since, percent = 0, leftMs }) => {
      const [passed, left] = [now - since, leftMs?.()];
      return { percent, passed, total: left === undefined ? undefined : passed + left };
    });
    const totals = each.flatMap(({ total }) => total ?? []).sort((a, b) => a - b);
    const typical = totals[Math.floor(totals.length / 2)] ?? 0;
    const sum = each.reduce((before, { percent, passed, total = typical }) => {
      return before + Math.min(100, Math.max(percent, total <= 0 ? 0 : (100 * passed) / total));
    }, 0);
    return sum / Math.max(1, generating.length);
  }

  /** Until the last of those under way is ready; while not all are requested, by the pace of those that have ended. */
  #leftMs(generating: readonly Progress[], isRequesting: boolean): number | undefined {
    const total = this.#reported.identities.length;
    const ended = this.#done + this.#failed;
    const each = generating.map(({ leftMs }) => leftMs?.());
    const known = each.filter((ms) => ms !== undefined);
    if (!isRequesting && known.length > 0) return known.reduce((most, ms) => Math.max(most, ms), 0);
    if (ended < total * ESTIMATED_FROM || ended >= total) return undefined;
    return ((this.#operation.clock.now() - this.#startedAt) / ended) * (total - ended);
  }
}

/** A count with thousands separated. */
export function formatCount(n: number): string {
  return n.toLocaleString("en-US");
}

/** The names of downloads, of the first `most`, and how many more there are. */
export function someOf(identities: readonly DownloadIdentity[], most: number): string {
  const more = identities.length - most;
  const shown = identities.slice(0, most).map(downloadName).join(", ");
  return more > 0 ? `${shown} and ${formatCount(more)} more` : shown;
}
