/**
 * The order in which a library's lists stand in the state. Pulumi compares lists place by place: a video that is added
 * at the beginning would show every line as changed. So whatever stays keeps its place, and a preview has a line for
 * each video that is added, and two for one that is removed.
 */
import type { Values } from "../core/values";

const LISTS = ["videoIds", "types", "downloads"] as const;

/** Checked inputs with their lists in the order of the inputs before. */
export function keepOrder(olds: Values, news: Values): Values {
  const lists = LISTS.flatMap((name) => {
    const [before, now] = [olds[name], news[name]];
    return Array.isArray(before) && Array.isArray(now) ? [[name, placed(before, now)] as const] : [];
  });
  return { ...news, ...Object.fromEntries(lists) };
}

/**
 * The new items: those of the old list at their places, added ones in the places of removed ones or else at the end.
 */
function placed(olds: readonly unknown[], news: readonly unknown[]): unknown[] {
  const wanted = new Set(news.map(textOf));
  const before = new Set(olds.map(textOf));
  const places = olds.map((item) => (wanted.has(textOf(item)) ? item : undefined));
  const added = news.filter((item) => !before.has(textOf(item)));
  for (let place = 0; place < places.length; place += 1) {
    if (places[place] !== undefined) continue;
    if (added.length > 0) {
      places[place] = added.shift();
      continue;
    }
    while (places.length > place && places.at(-1) === undefined) places.pop();
    if (places.length > place) places[place] = places.pop();
  }
  return [...places, ...added];
}

/** An item as a text: an id, a type, or both. The order of an object's keys is no difference. */
function textOf(item: unknown): string {
  if (typeof item !== "object" || item === null) return String(item);
  const { videoId, type } = item as Values;
  return `${String(videoId)}/${String(type)}`;
}
