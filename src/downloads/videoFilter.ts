/** The arguments of getStreamVideos, as a program in any language gives them. */
import { isGiven, type Values } from "../core/values";
import { microsecondsOf } from "../core/timestamp";
import { isVideoState, VIDEO_STATES } from "../stream/video";
import type { VideoFilter } from "../stream/videoPages";

type Rule = readonly [words: string, isRight: (value: unknown) => boolean];

const TEXT: Rule = ["must be a text that is not empty", (value) => typeof value === "string" && value.trim() !== ""];
const TIME: Rule = [
  "must be a time such as 2026-01-31T09:00:00Z",
  (value) => typeof value === "string" && microsecondsOf(value) !== undefined,
];

/** What each argument must be; accountId is checked as everywhere. */
const RULES: Readonly<Record<keyof VideoFilter, Rule>> = {
  creator: TEXT,
  search: TEXT,
  status: [`must be one of ${VIDEO_STATES.map((state) => `"${state}"`).join(", ")}`, isVideoState],
  after: TIME,
  before: TIME,
  limit: ["must be a whole number from 1 on", (value) => Number.isSafeInteger(value) && (value as number) > 0],
};

/**
 * Checks them. A misspelt one is refused: without it the list would have more videos than were meant.
 *
 * @throws Error without the value, which may be secret
 */
export function videoFilter(args: Values): VideoFilter {
  const given = Object.entries(args).filter(
    ([name, value]) => name !== "accountId" && !name.startsWith("__") && isGiven(value),
  );
  for (const [name, value] of given) {
    if (!Object.hasOwn(RULES, name))
      throw new Error(
        `getStreamVideos: ${name} is not an argument; the arguments are ${["accountId", ...Object.keys(RULES)].join(", ")}`,
      );
    const [words, isRight] = RULES[name as keyof VideoFilter];
    if (!isRight(value)) throw new Error(`getStreamVideos: ${name} ${words}`);
  }
  return Object.fromEntries(given);
}
