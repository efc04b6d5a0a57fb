/** Reports the progress of an operation on many downloads in one row: `412/1,000 ready, 3 failed, about 9m left`. */
import { formatDuration } from "../core/duration";
import type { Operation, Reporter } from "./operation";
import { BEFORE_OTHERS_LEAVE } from "./ensureDownload";
import type { BatchReport, DoneWord } from "./face";

/**
 * The share that must have finished before the remaining time is estimated: the first downloads show how long requests
 * take, not how long encoding takes.
 */
const ESTIMATED_FROM = 0.1;

export class BatchProgress implements BatchReport {
  /**
   * Drops the progress and the notes of single downloads, which would flood the row, and counts warnings for {@link
   * finish}.
   */
  readonly ofItem: Reporter;
  readonly #operation: Operation;
  readonly #total: number;
  readonly #word: DoneWord;
  readonly #startedAt: number;
  readonly #warnings = new Map<string, number>();
  #done = 0;
  #failed = 0;
  #adopted = 0;

  constructor(operation: Operation, total: number, word: DoneWord) {
    this.#operation = operation;
    this.#total = total;
    this.#word = word;
    this.#startedAt = operation.clock.now();
    this.ofItem = {
      progress: () => this.#report(),
      note: () => undefined,
      warn: (message, kind = message) => this.#warnings.set(kind, (this.#warnings.get(kind) ?? 0) + 1),
    };
  }

  addDone(): void {
    this.#done += 1;
    this.#report();
  }

  addFailed(): void {
    this.#failed += 1;
    this.#report();
  }

  addAdopted(): void {
    this.#adopted += 1;
  }

  /** Reports the warnings, each kind once, the total, and what was adopted. */
  finish(): void {
    const { clock, report } = this.#operation;
    for (const [kind, count] of this.#warnings)
      report.warn(count === 1 ? kind : `${kind} (${formatCount(count)} times)`);
    if (this.#failed === 0 && this.#total > 0) {
      const took = formatDuration(clock.now() - this.#startedAt);
      report.note(`${formatCount(this.#done)}/${formatCount(this.#total)} ${this.#word} after ${took}`);
    }
    if (this.#adopted > 0)
      report.note(
        `files that already existed: ${formatCount(this.#adopted)}. They are not generated again, and belong to this resource (${BEFORE_OTHERS_LEAVE})`,
      );
  }

  #report(): void {
    const { clock, report, signal } = this.#operation;
    // Downloads that an interruption ended have not failed.
    if (signal.aborted) return;
    const failed = this.#failed > 0 ? `, ${formatCount(this.#failed)} failed` : "";
    const ended = this.#done + this.#failed;
    const elapsed = clock.now() - this.#startedAt;
    const left =
      ended >= this.#total * ESTIMATED_FROM && ended < this.#total
        ? `, about ${formatDuration((elapsed / ended) * (this.#total - ended))} left`
        : "";
    report.progress(`${formatCount(this.#done)}/${formatCount(this.#total)} ${this.#word}${failed}${left}`);
  }
}

/** A count with thousands separated. */
export function formatCount(n: number): string {
  return n.toLocaleString("en-US");
}
