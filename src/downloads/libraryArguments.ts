/** The arguments of a StreamDownloads, either `videoIds`, perhaps with `types`, or `downloads`; what they declare. */
import { isDownloadType, isHexId } from "../core/identity";
import { UNKNOWN, type Values } from "../core/values";
import type { DeclaredItem } from "./declaration";
import { type Failure, given } from "./inputFailures";
import { checkHexId, checkType } from "./inputFields";

type IsSecret = (name: string) => boolean;

/** Checks those that name the downloads, each wrong one by its path. Ids become lower case. */
export function checkItems(news: Values, failures: Failure[], isSecret: IsSecret): Values {
  return news.downloads === undefined ? checkVideoIds(news, failures, isSecret) : checkList(news, failures, isSecret);
}

function checkVideoIds(news: Values, failures: Failure[], isSecret: IsSecret): Values {
  const videoIds = checkArray(news.videoIds, "videoIds", "the ids of the videos", failures, (id, path) =>
    checkHexId(id, path, "a video's id", failures, { isSecret: isSecret("videoIds") }),
  );
  const types = checkArray(news.types ?? ["default"], "types", "download types", failures, (type, path) =>
    checkType(type, path, failures, { isSecret: isSecret("types") }),
  );
  if (Array.isArray(types)) {
    if (types.length === 0) failures.push({ property: "types", reason: "must name at least one type" });
    for (const [i, type] of types.entries()) {
      const first = types.indexOf(type);
      if (type !== UNKNOWN && type !== undefined && first < i)
        failures.push({ property: `types[${i}]`, reason: `is the same as types[${first}]` });
    }
  }
  return { videoIds, types };
}

function checkList(news: Values, failures: Failure[], isSecretArgument: IsSecret): Values {
  const isSecret = isSecretArgument("downloads");
  for (const property of ["videoIds", "types"]) {
    if (news[property] !== undefined) failures.push({ property, reason: "cannot be combined with downloads" });
  }
  const downloads = checkArray(news.downloads, "downloads", "objects with videoId and type", failures, (item, path) => {
    if (item === UNKNOWN) return item;
    if (typeof item !== "object" || item === null) {
      failures.push({ property: path, reason: `must be an object with videoId and type; ${given(item, isSecret)}` });
      return undefined;
    }
    const { videoId, type = "default", ...others } = item as Values;
    for (const key of Object.keys(others))
      failures.push({ property: `${path}.${key}`, reason: "is not a property of a download" });
    return {
      videoId: checkHexId(videoId, `${path}.videoId`, "a video's id", failures, { isSecret }),
      type: checkType(type, `${path}.type`, failures, { isSecret }),
    };
  });
  return { downloads };
}

function checkArray(
  value: unknown,
  property: string,
  what: string,
  failures: Failure[],
  checkItem: (item: unknown, path: string) => unknown,
): unknown {
  if (value === UNKNOWN) return value;
  if (Array.isArray(value)) return value.map((item: unknown, i) => checkItem(item, `${property}[${i}]`));
  failures.push({ property, reason: `must be a list of ${what}` });
  return undefined;
}

/** The downloads that checked inputs declare, in order. Undefined while some of them are unknown. */
export function itemsIn({ downloads, videoIds, types }: Values): DeclaredItem[] | undefined {
  if (downloads !== undefined) {
    if (!Array.isArray(downloads)) return undefined;
    const items = downloads.map((item: unknown, i) => ({
      ...(typeof item === "object" ? item : {}),
      path: `downloads[${i}]`,
    }));
    return items.every(isItem) ? items : undefined;
  }
  if (!Array.isArray(videoIds) || !Array.isArray(types)) return undefined;
  const items = videoIds.flatMap((videoId: unknown, i) =>
    types.map((type: unknown) => ({ videoId, type, path: `videoIds[${i}]` })),
  );
  return items.every(isItem) ? items : undefined;
}

function isItem(item: object): item is DeclaredItem {
  return "videoId" in item && "type" in item && isHexId(item.videoId) && isDownloadType(item.type);
}
