/** Finds what a misspelt name may mean. */

/** How many letters may be wrong. */
const MAX_EDITS = 2;

/** The name that differs from a given one in its case, in `_` and `-`, or in two letters at most. */
export function closest<Name extends string>(given: string, names: readonly Name[]): Name | undefined {
  const plain = (name: string) => name.toLowerCase().replace(/[-_]/g, "");
  const found = names
    .map((name) => ({ name, edits: editsBetween(plain(given), plain(name)) }))
    .sort((a, b) => a.edits - b.edits)[0];
  return found !== undefined && found.edits <= MAX_EDITS && found.edits < found.name.length / 2
    ? found.name
    : undefined;
}

/** The Levenshtein distance: how many letters are added, left out or changed. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const [left = 0, above = 0, diagonal = 0] = [next[j], row[j + 1], row[j]];
      next.push(Math.min(left + 1, above + 1, diagonal + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
