/** Names what Cloudflare reports of a download where that does not say how far it is: waiting for it may be in vain. */
import type { Clock } from "../core/clock";
import type { Download } from "../stream/download";
import type { Reporter } from "./operation";

/**
 * How long a status may be unclear before it is named: a new word may stand for a short moment before the encoding
 * begins.
 */
const NAMED_AFTER_MS = 300_000;

/** Names it at once, where nothing is waited for. */
export function noteUnclear(report: Reporter, { unclear }: Download): void {
  if (unclear !== undefined) report.note(unclearText(unclear));
}

/** Watches a wait, and warns once. */
export class UnclearStatus {
  readonly #clock: Clock;
  readonly #report: Reporter;
  #since: number | undefined;
  #isNamed = false;

  constructor(clock: Clock, report: Reporter) {
    this.#clock = clock;
    this.#report = report;
  }

  seen({ unclear }: Download): void {
    const now = this.#clock.now();
    this.#since = unclear === undefined ? undefined : (this.#since ?? now);
    if (unclear === undefined || this.#isNamed || now - (this.#since ?? now) < NAMED_AFTER_MS) return;
    this.#isNamed = true;
    this.#report.warn(unclearText(unclear));
  }
}

/** What to tell a user about it. */
export function unclearText(unclear: string): string {
  return (
    `Cloudflare reports ${unclear}: the file counts as not ready. ` +
    "Check the file in the dashboard; if it is ready there, look for a newer version of this package."
  );
}
