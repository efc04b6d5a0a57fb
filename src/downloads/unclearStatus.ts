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

/** Watches what a wait finds, and warns once. */
export function unclearWatch(clock: Clock, report: Reporter): (download: Download) => void {
  let since: number | undefined;
  let isNamed = false;
  return ({ unclear }) => {
    const now = clock.now();
    since = unclear === undefined ? undefined : (since ?? now);
    if (unclear === undefined || isNamed || now - (since ?? now) < NAMED_AFTER_MS) return;
    isNamed = true;
    report.warn(unclearText(unclear));
  };
}

/** What to tell a user about it. */
export function unclearText(unclear: string): string {
  return (
    `Cloudflare reports ${unclear}: the file counts as not ready. ` +
    "Check the file in the dashboard; if it is ready there, look for a newer version of this package."
  );
}
