/** Reports the progress of an operation on many downloads in one row: `412/1,000 ready, 3 failed, about 9m left`. */
import { formatDuration } from "../duration";
import type { Operation, Reporter } from "../operation";

/** All downloads wait for the same request budget, so the reason is reported at most once in this time. */
const THROTTLE_REPORTED_EVERY_MS = 10_000;

/** The share that must have finished before the remaining time is estimated: the first downloads show how long requests take, not how long encoding takes. */
const ESTIMATED_FROM = 0.1;

export class BatchProgress {
  /** The reporter for each single download. It drops their progress and notes, which would flood the row, and counts warnings for {@link finish}. */
  readonly itemReporter: Reporter;
  readonly #operation: Operation;
  readonly #total: number;
  readonly #word: string;
  readonly #startedAt: number;
  readonly #warnings = new Map<string, number>();
  #done = 0;
  #failed = 0;
  #throttleReportedAt = Number.NEGATIVE_INFINITY;

  /** @param word what a finished download is called, for example `ready` */
  constructor(operation: Operation, total: number, word: string) {
    this.#operation = operation;
    this.#total = total;
    this.#word = word;
    this.#startedAt = operation.clock.now();
    this.itemReporter = {
      progress: () => this.#report(),
      note: () => undefined,
      warn: (message, kind = message) => this.#warnings.set(kind, (this.#warnings.get(kind) ?? 0) + 1),
      throttled: (message) => {
        const now = operation.clock.now();
        if (now - this.#throttleReportedAt < THROTTLE_REPORTED_EVERY_MS) return;
        this.#throttleReportedAt = now;
        operation.report.throttled(message);
      },
    };
  }

  get done(): number {
    return this.#done;
  }

  /** Counts a download that reached the wanted state. */
  addDone(): void {
    this.#done += 1;
    this.#report();
  }

  addFailed(): void {
    this.#failed += 1;
    this.#report();
  }

  /** Reports the warnings, each kind once, and the total. Call it when all downloads have finished or failed. */
  finish(): void {
    const { clock, report } = this.#operation;
    for (const [kind, count] of this.#warnings)
      report.warn(count === 1 ? kind : `${kind} (${formatCount(count)} times)`);
    if (this.#failed > 0 || this.#total === 0) return;
    const took = formatDuration(clock.now() - this.#startedAt);
    report.note(`${formatCount(this.#done)}/${formatCount(this.#total)} ${this.#word} after ${took}`);
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
