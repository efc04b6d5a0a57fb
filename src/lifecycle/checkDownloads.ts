/** Check and diff of a StreamDownloads' inputs. Neither needs credentials nor asks anything of the API. */
import { isHexId } from "../identity/downloadIdentity";
import { type Failure, UNKNOWN } from "../validation/failures";
import {
  checkHexId,
  checkNoOthers,
  checkType,
  checkWaitForReady,
  hiddenInputs,
  type RawInputs,
} from "../validation/inputFields";
import { type AccountFallback, declaredTwice, resolveAccount } from "./checkDownload";
import type { DownloadDiff } from "./diffDownload";
import { changeOf, declaredItems, setState } from "./downloadSet";

/** The arguments of a StreamDownloads. */
const ARGUMENTS = ["videoIds", "types", "downloads", "accountId", "waitForReady"] as const;

/** As many ids as a message names. */
const NAMED = 5;

/** Checks inputs: `videoIds` with `types`, or `downloads`; the account; no download twice, here or in another resource. */
export function checkDownloads(
  olds: RawInputs,
  news: RawInputs,
  { defaultAccountId, claims }: AccountFallback,
): { inputs: RawInputs; failures: Failure[] } {
  const failures: Failure[] = [];
  checkNoOthers(news, ARGUMENTS, failures);
  const items = news.downloads === undefined ? checkVideoIds(news, failures) : checkList(news, failures);
  const waitForReady = checkWaitForReady(news.waitForReady, failures);
  const accountId = resolveAccount(olds, news, defaultAccountId, failures);
  if (failures.length > 0) return { inputs: news, failures };
  const inputs = { ...hiddenInputs(news), ...items, waitForReady, ...(accountId === undefined ? {} : { accountId }) };
  checkTwice(inputs, claims, failures);
  return { inputs, failures };
}

function checkVideoIds(news: RawInputs, failures: Failure[]): RawInputs {
  const videoIds = checkArray(news.videoIds, "videoIds", "the ids of the videos", failures, (id, path) =>
    checkHexId(id, path, "a video's id", failures),
  );
  const types = checkArray(news.types ?? ["default"], "types", "download types", failures, (type, path) =>
    checkType(type, path, failures),
  );
  if (Array.isArray(types) && types.length === 0)
    failures.push({ property: "types", reason: "must name at least one type" });
  return { videoIds, types };
}

function checkList(news: RawInputs, failures: Failure[]): RawInputs {
  for (const property of ["videoIds", "types"]) {
    if (news[property] !== undefined) failures.push({ property, reason: "cannot be given beside downloads" });
  }
  const downloads = checkArray(news.downloads, "downloads", "objects with videoId and type", failures, (item, path) => {
    if (item === UNKNOWN) return item;
    const {
      videoId,
      type = "default",
      ...others
    } = (typeof item === "object" && item !== null ? item : {}) as Record<string, unknown>;
    for (const key of Object.keys(others))
      failures.push({ property: `${path}.${key}`, reason: "is no part of a download" });
    return {
      videoId: checkHexId(videoId, `${path}.videoId`, "a video's id", failures),
      type: checkType(type, `${path}.type`, failures),
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

function checkTwice(inputs: RawInputs, claims: AccountFallback["claims"], failures: Failure[]): void {
  const items = declaredItems(inputs);
  if (items === undefined) return;
  const paths = new Map<string, string>();
  for (const { videoId, type, path } of items) {
    const earlier = paths.get(`${videoId}/${type}`);
    if (earlier === undefined) paths.set(`${videoId}/${type}`, path);
    else failures.push({ property: path, reason: `is the same download as ${earlier}` });
  }
  const { accountId, __urn: urn } = inputs;
  if (failures.length > 0 || !isHexId(accountId) || typeof urn !== "string") return;
  const taken = claims.declare(
    urn,
    items.map(({ videoId, type }) => ({ accountId, videoId, type })),
  );
  if (taken === undefined) return;
  const { videoId, type } = taken.identity;
  failures.push({ property: paths.get(`${videoId}/${type}`) ?? "videoIds", reason: declaredTwice(taken.urn, type) });
}

/** Compares the outputs of the last deployment with checked inputs: only what is added, removed or unfinished is touched. */
export function diffDownloads(olds: RawInputs, news: RawInputs): DownloadDiff {
  if (news.accountId !== undefined && news.accountId !== olds.accountId)
    return { changes: true, replaces: ["accountId"] };
  const declared = declaredItems(news);
  if (declared === undefined) return { changes: true, replaces: [] };
  const { added, removed, unfinished } = changeOf(setState(olds), declared);
  const parts = [
    ["to add", added],
    ["to remove", removed],
    ["not ready yet", unfinished],
  ] as const;
  const because = parts.flatMap(([what, items]) => {
    if (items.length === 0) return [];
    const named = items.slice(0, NAMED).map(({ videoId, type }) => `${videoId}/${type}`);
    return `${items.length} ${what} (${named.join(", ")}${items.length > NAMED ? ", …" : ""})`;
  });
  const changes = because.length > 0 || news.waitForReady !== olds.waitForReady;
  return { changes, replaces: [], ...(because.length > 0 ? { because: because.join("; ") } : {}) };
}
