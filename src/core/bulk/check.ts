/** Check: defaults and validation of a StreamDownloads' inputs. Needs no credentials and sends no request. */
import { isHexId } from "../identity";
import { type Failure, given, withoutSecrets } from "../inputs/inputFailures";
import { UNKNOWN } from "../inputs/unknown";
import {
  checkHexId,
  checkNoOthers,
  checkType,
  checkWaitForReady,
  hiddenInputs,
  type RawInputs,
} from "../inputs/inputFields";
import { secretArguments, withoutSecretArguments } from "../inputs/secretArguments";
import { type CheckContext, declaredTwice, resolveAccount } from "../single/check";
import { declaredItems } from "./downloadSet";

/** The arguments of a StreamDownloads. */
export const LIBRARY_ARGUMENTS = ["videoIds", "types", "downloads", "accountId", "waitForReady", "onFailure"] as const;

/** Outputs that are secret when the ids are. As an input without a value, each only marks that output as secret; it is not an argument. */
const SECRET_MARKERS = ["urls", "statuses", "failures"] as const;

/** How many repeated downloads the messages name. */
const NAMED_REPEATED = 5;

/** Checks inputs: either `videoIds` with `types`, or `downloads`; the account; and that no download is declared twice, here or by another resource. */
export function checkDownloads(
  olds: RawInputs,
  news: RawInputs,
  { defaultAccountId, claims }: CheckContext,
): { inputs: RawInputs; failures: Failure[] } {
  const failures: Failure[] = [];
  const marked = SECRET_MARKERS.filter((name) => news[name] === null || news[name] === UNKNOWN);
  checkNoOthers(news, [...LIBRARY_ARGUMENTS, ...marked], failures);
  const secret = secretArguments(news);
  const items =
    news.downloads === undefined ? checkVideoIds(news, failures, secret) : checkList(news, failures, secret);
  const waitForReady = checkWaitForReady(news.waitForReady, failures, { isSecret: secret.has("waitForReady") });
  const onFailure = checkOnFailure(news.onFailure, failures, secret.has("onFailure"));
  const accountId = resolveAccount(olds, news, defaultAccountId, failures);
  if (failures.length > 0) return { inputs: news, failures: withoutSecrets(failures, secret) };
  const inputs = {
    ...hiddenInputs(withoutSecretArguments(news)),
    ...items,
    waitForReady,
    onFailure,
    ...(accountId === undefined ? {} : { accountId }),
    ...secretMarkers(news.urls),
  };
  checkRepeated(inputs, claims, failures);
  return { inputs, failures: withoutSecrets(failures, secret) };
}

/** The markers of secret outputs. In a preview they are unknown while it is not known whether the ids are secret, so that an update plan allows both. */
function secretMarkers(urls: unknown): RawInputs {
  const of = (value: unknown, isSecret: unknown) => ({
    ...Object.fromEntries(SECRET_MARKERS.map((name) => [name, value])),
    __secretIds: isSecret,
  });
  if (urls === UNKNOWN) return of(UNKNOWN, UNKNOWN);
  return urls === null ? of(null, true) : {};
}

function checkOnFailure(value: unknown, failures: Failure[], isSecret: boolean): unknown {
  if (value === undefined || value === null) return "fail";
  if (value === UNKNOWN || value === "fail" || value === "warn") return value;
  failures.push({ property: "onFailure", reason: `must be "fail" or "warn"; ${given(value, isSecret)}` });
  return undefined;
}

function checkVideoIds(news: RawInputs, failures: Failure[], secret: ReadonlySet<string>): RawInputs {
  const videoIds = checkArray(news.videoIds, "videoIds", "the ids of the videos", failures, (id, path) =>
    checkHexId(id, path, "a video's id", failures, { isSecret: secret.has("videoIds") }),
  );
  const types = checkArray(news.types ?? ["default"], "types", "download types", failures, (type, path) =>
    checkType(type, path, failures, { isSecret: secret.has("types") }),
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

function checkList(news: RawInputs, failures: Failure[], secret: ReadonlySet<string>): RawInputs {
  const isSecret = secret.has("downloads");
  for (const property of ["videoIds", "types"]) {
    if (news[property] !== undefined) failures.push({ property, reason: "cannot be combined with downloads" });
  }
  const downloads = checkArray(news.downloads, "downloads", "objects with videoId and type", failures, (item, path) => {
    if (item === UNKNOWN) return item;
    if (typeof item !== "object" || item === null) {
      failures.push({ property: path, reason: `must be an object with videoId and type; ${given(item, isSecret)}` });
      return undefined;
    }
    const { videoId, type = "default", ...others } = item as Record<string, unknown>;
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

function checkRepeated(inputs: RawInputs, claims: CheckContext["claims"], failures: Failure[]): void {
  const items = declaredItems(inputs);
  if (items === undefined) return;
  const paths = new Map<string, string>();
  let repeated = 0;
  for (const { videoId, type, path } of items) {
    const earlier = paths.get(`${videoId}/${type}`);
    if (earlier === undefined) paths.set(`${videoId}/${type}`, path);
    else if (++repeated <= NAMED_REPEATED)
      failures.push({ property: path, reason: `is the same download as ${earlier}` });
  }
  if (repeated > NAMED_REPEATED) {
    const more = `names ${repeated - NAMED_REPEATED} more downloads twice`;
    failures.push({ property: inputs.downloads === undefined ? "videoIds" : "downloads", reason: more });
  }
  const { accountId, __urn: urn } = inputs;
  if (failures.length > 0 || !isHexId(accountId) || typeof urn !== "string") return;
  const taken = claims.tryDeclare(
    urn,
    items.map(({ videoId, type }) => ({ accountId, videoId, type })),
  );
  if (taken === undefined) return;
  const { videoId, type } = taken.identity;
  failures.push({ property: paths.get(`${videoId}/${type}`) ?? "videoIds", reason: declaredTwice(taken.urn, type) });
}
