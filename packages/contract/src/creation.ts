/** Requests downloads, and follows them until their files exist. */
import { formatDuration } from "./duration";
import type { Observed } from "./client";
import { type Context, hasEnded, type Step } from "./context";
import { type BehaviorName, CannotTell } from "./findings";
import { progressCurve } from "./progressCurve";
import { describe, type DownloadType, isUnknownRoute, resultOf, succeeded, successProblems, TYPES } from "./reading";
import { FIRST_PAUSE_MS, nextPause } from "./videos";

/**
 * The pause between two checks for a download that is not listed yet; later a twentieth of the time so far. They show
 * the lag.
 */
const LISTING_PAUSE_MS = 500;

/** The lag is rounded to a multiple of this, which is about the time that a response takes. */
const LISTING_STEP_MS = 100;

/** If two checks were further apart, for example because of a 429, the lag is not known precisely enough. */
const WIDEST_LISTING_GAP_MS = 2000;

/** A list of no downloads, and a DELETE of one that does not exist. */
export const none: Step = {
  checks: ["listNone"],
  behaviors: ["listNone", "deleteNone"],
  async run(context) {
    const { findings } = context;
    const { observed, seen } = await context.list();
    if (observed.status === 404) {
      findings.check("listNone", []);
      findings.found("listNone", "404");
    } else {
      const problems = successProblems(observed);
      if (problems.length === 0 && seen.shape !== "none") problems.push("the result is not an empty object");
      findings.check("listNone", problems);
      if (problems.length === 0) findings.found("listNone", "empty");
      else findings.cannotTell("listNone", problems.join("; "));
      if (succeeded(observed) && JSON.stringify(resultOf(observed)) !== "{}") {
        findings.notes.push(`a list of none has the result ${JSON.stringify(resultOf(observed))}, not {}`);
      }
    }
    const deleted = await context.client.delete(context.path("/downloads/audio"));
    if (succeeded(deleted)) findings.found("deleteNone", "200");
    else if (deleted.status === 404 && !isUnknownRoute(deleted)) findings.found("deleteNone", "404");
    else findings.cannotTell("deleteNone", `a DELETE of none responds with ${describe(deleted)}`);
  },
};

/** Requests a download and notes what is to be followed and deleted. */
export async function request(context: Context, type: DownloadType, path: string): Promise<Observed> {
  const wasThere = context.mayExist.has(type);
  // Before the request: one without a response may have created it.
  context.mayExist.add(type);
  const observed = await context.client.post(context.path(path));
  if (observed.status >= 400 && observed.status < 500 && !wasThere) context.mayExist.delete(type);
  if (succeeded(observed)) context.generations.set(type, { requestedAt: observed.at, samples: [] });
  return observed;
}

async function create(context: Context, type: DownloadType, path: string): Promise<void> {
  const { findings } = context;
  const [check, behavior]: ["createDefault" | "createAudio", BehaviorName] =
    type === "default" ? ["createDefault", "untypedPostShape"] : ["createAudio", "typedPostShape"];
  const others = [...context.generations.keys()];
  const observed = await request(context, type, path);
  const problems = successProblems(observed);
  const seen = context.read(observed, type);
  const download = seen.byType.get(type);
  if (succeeded(observed)) {
    if (download === undefined) problems.push(`the ${type} download is not in the result`);
    if (seen.shape === "other") problems.push("the result is neither keyed by type nor a download");
    problems.push(...(download?.problems ?? []));
  }
  findings.check(check, problems);
  context.postShapes[type === "default" ? "untyped" : "typed"] = seen.shape;
  if (seen.shape === "keyed" || seen.shape === "flat") findings.found(behavior, seen.shape);
  else findings.cannotTell(behavior, `the POST responds with ${describe(observed)}, and no download`);
  if (others.length > 0) tellPostResponse(context, observed, type);
}

/** Which types a POST responds with, where another than the requested one exists. */
export function tellPostResponse(context: Context, observed: Observed, type: DownloadType): void {
  const { shape, byType } = context.read(observed, type);
  if (shape === "keyed") context.findings.found("postResponse", byType.size > 1 ? "all" : "one");
}

export const createDefault: Step = {
  checks: ["createDefault"],
  behaviors: ["untypedPostShape"],
  run: (context) => create(context, "default", "/downloads"),
};

export const createAudio: Step = {
  checks: ["createAudio"],
  behaviors: ["typedPostShape"],
  run: (context) => create(context, "audio", "/downloads/audio"),
};

/** When a new download is first listed. */
export const listing: Step = {
  checks: [],
  behaviors: ["listingLagMs"],
  async run(context) {
    const generation = context.generations.get("default");
    if (generation === undefined) throw new CannotTell("there is no default download");
    let missingMs: number | undefined;
    for (;;) {
      const { observed, seen } = await context.list();
      const ms = observed.at - generation.requestedAt;
      if (seen.byType.has("default")) {
        const since = missingMs ?? ms;
        if (ms - since > Math.max(WIDEST_LISTING_GAP_MS, ms / 3)) {
          throw new CannotTell(`a new download was listed between ${since} and ${ms} ms after its POST`);
        }
        context.findings.found(
          "listingLagMs",
          missingMs === undefined ? 0 : Math.round(ms / LISTING_STEP_MS) * LISTING_STEP_MS,
        );
        if (missingMs !== undefined) {
          context.findings.notes.push(
            `a new download was not listed ${Math.round(missingMs)} ms after its POST, and was after ${Math.round(ms)} ms`,
          );
        }
        return;
      }
      if (!succeeded(observed) && observed.status !== 404)
        throw new CannotTell(`the list responds with ${describe(observed)}`);
      missingMs = ms;
      if (!(await context.pause(Math.max(LISTING_PAUSE_MS, ms / 20), "the new download is not listed"))) {
        throw new CannotTell(`a new download was not listed within ${formatDuration(ms)}`);
      }
    }
  },
};

/** Waits until no file is in progress. */
export const completion: Step = {
  checks: ["list", "progress", "ready", "neverFalls"],
  behaviors: ["progressCurve"],
  async run(context) {
    const { findings, generations } = context;
    if (generations.size === 0) throw new CannotTell("there is no download");
    const problems: string[] = [];
    let checks = 0;
    const open = () => [...generations.values()].filter(({ endedMs }) => endedMs === undefined);
    for (let pause = FIRST_PAUSE_MS; open().length > 0; pause = nextPause(pause)) {
      if (!(await context.pause(pause, progressText(context)))) break;
      problems.push(...(await checkProgress(context)));
      checks += 1;
    }
    if (checks === 0) problems.push(...(await checkProgress(context)));
    for (const type of generations.keys()) {
      if (generations.get(type)?.latest === undefined) problems.push(`the ${type} download is not listed`);
    }
    findings.check("list", problems);
    tellProgress(context);
    tellCurve(context);
    tellReady(context);
  },
};

/** Lists the downloads; returns what is not as documented. */
async function checkProgress(context: Context): Promise<string[]> {
  const { observed, seen } = await context.list();
  if (observed.status === 404) return [];
  const problems = successProblems(observed);
  if (seen.shape === "flat" || seen.shape === "other") problems.push("the result is not keyed by type");
  for (const [type, download] of seen.byType)
    problems.push(...download.problems.map((problem) => `${type}: ${problem}`));
  return problems;
}

function progressText(context: Context): string {
  const parts = [...context.generations].map(([type, { latest }]) => {
    if (latest === undefined) return `${type} not listed`;
    return hasEnded(latest) ? `${type} ${latest.status}` : `${type} ${Math.round(latest.percent ?? 0)} %`;
  });
  return parts.join(", ");
}

function tellProgress({ findings, generations }: Context): void {
  const samples = [...generations.values()].map(({ samples: of }) => of.map(({ share }) => share * 100));
  if (samples.every((of) => of.length === 0)) {
    findings.unchecked("progress", "no file was seen in progress");
    findings.unchecked("neverFalls", "no file was seen in progress");
    return;
  }
  const out = samples.flat().filter((percent) => !(percent >= 0 && percent <= 100));
  findings.check(
    "progress",
    out.map((percent) => `percentComplete was ${percent}`),
  );
  findings.check(
    "neverFalls",
    samples.flatMap((of) =>
      of.flatMap((percent, i) => (percent < (of[i - 1] ?? 0) ? [`it fell from ${of[i - 1]} to ${percent}`] : [])),
    ),
  );
}

function tellCurve({ findings, generations }: Context): void {
  const [longest] = [...generations.values()].sort((one, other) => other.samples.length - one.samples.length);
  if (longest?.endedMs === undefined || longest.lastMs === undefined) {
    findings.cannotTell("progressCurve", "no file was seen both in progress and ready");
    return;
  }
  const found = progressCurve(longest.samples, longest.lastMs, longest.endedMs);
  if ("curve" in found) findings.found("progressCurve", found.curve);
  else findings.cannotTell("progressCurve", found.reason);
}

/** What a ready download has to have. */
function tellReady({ findings, generations }: Context): void {
  const ready = TYPES.flatMap((type) => {
    const latest = generations.get(type)?.latest;
    return latest?.status === "ready" ? [{ type, ...latest }] : [];
  });
  if (ready.length === 0) {
    const states = [...generations].map(([type, { latest }]) => `${type} is ${latest?.status ?? "not listed"}`);
    if ([...generations.values()].some(({ endedMs }) => endedMs === undefined))
      states.push("the time limit was exceeded");
    findings.unchecked("ready", `no download became ready: ${states.join(", ")}`);
    return;
  }
  findings.check(
    "ready",
    ready.flatMap(({ type, percent, url }) => {
      const problems: string[] = [];
      if (percent !== 100) problems.push(`${type}: percentComplete is ${percent}`);
      if (url === undefined || !URL.canParse(url))
        problems.push(`${type}: url is ${url === undefined ? "missing" : "no address"}`);
      return problems;
    }),
  );
}
