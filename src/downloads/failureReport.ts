/** The error message of a library in which downloads failed: which ones, grouped by cause. */
import { formatCount, someOf } from "./batchProgress";
import type { Failed, Outcome } from "./batch";
import type { DoneWord } from "./face";

/** How many failed downloads a message names of each cause: the output `failures` names all. */
const NAMED = 10;

/** How many causes a message lists. */
const CAUSES = 30;

/**
 * Writes the report.
 *
 * @param word what the downloads that did not fail are
 * @param areIdsSecret whether the videos' ids must be hidden
 */
export function failureReport({ failed, total, done }: Outcome, word: DoneWord, areIdsSecret: boolean): string {
  const groups = new Map<string, Failed[]>();
  for (const item of failed) {
    const cause = withoutId(item.reason.cause, item.identity.videoId);
    const group = groups.get(cause);
    if (group === undefined) groups.set(cause, [item]);
    else group.push(item);
  }
  const all = [...groups].sort(([, a], [, b]) => b.length - a.length);
  let unnamed = 0;
  const lines = all.slice(0, CAUSES).flatMap(([cause, items]) => {
    const [only, ...others] = items;
    const text = only !== undefined && others.length === 0 && !areIdsSecret ? only.reason.text : cause;
    const head = `  ${formatCount(items.length)} x ${text}`;
    if (items.length === total && total > NAMED) return [head, `    all ${formatCount(total)}`];
    unnamed += areIdsSecret ? items.length : Math.max(0, items.length - NAMED);
    const identities = items.map(({ identity }) => identity);
    return areIdsSecret ? [head] : [head, `    ${someOf(identities, NAMED)}`];
  });
  const unlisted = all.slice(CAUSES).reduce((sum, [, items]) => sum + items.length, 0);
  if (unlisted > 0) lines.push(`  ${formatCount(unlisted)} x ${formatCount(all.length - CAUSES)} other causes`);
  // After a deletion there are no outputs.
  if (unnamed + unlisted > 0 && word === "ready")
    lines.push(`  The output \`failures\` names ${areIdsSecret ? "them" : "the rest"}, each with its reason.`);
  const of = `of ${formatCount(total)}`;
  const rest = `${formatCount(done)} ${of} ${word}; the same command continues with the rest`;
  const verb = failed.every(({ reason }) => reason.isInterruption) ? "interrupted" : "failed";
  return `${formatCount(failed.length)} ${of} ${verb} (${rest}):\n${lines.join("\n")}`;
}

/** Cloudflare's own message may name the video too. */
export function withoutId(text: string, videoId: string): string {
  return text.replaceAll(videoId, "<id>");
}
