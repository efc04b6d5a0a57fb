/** The videos of a run: whether they may be used, and how a POST is refused for one that cannot be downloaded. */
import type { Observed } from "./client";
import type { Context, Step } from "./context";
import type { BehaviorName } from "./findings";
import { describe, errorOf, fieldsOf, resultOf, succeeded, successProblems, TYPES } from "./reading";

/** The run ends before it has changed anything: what was given cannot be used. */
export class Refused extends Error {}

const STATES = ["pendingupload", "downloading", "queued", "inprogress", "ready", "error", "live-inprogress"];

/**
 * Pauses while a video or a file is being processed: each a fifth longer than the last, so that every run sees all
 * stages with few requests.
 */
export const FIRST_PAUSE_MS = 1000;
export const nextPause = (ms: number) => Math.min(ms * 1.2, 300_000);

/**
 * Checks whether the video can be used.
 *
 * @throws Refused
 */
export async function openVideo(context: Context): Promise<void> {
  const { client, findings } = context;
  const observed = await client.get(context.path());
  if (!succeeded(observed) || fieldsOf(resultOf(observed)) === undefined) throw new Refused(hint(observed));
  const { isReady, state } = readDetails(context, observed);
  context.isReady = isReady;
  const { observed: listed, seen } = await context.list();
  if (listed.status === 401 || listed.status === 403) throw new Refused(hint(listed));
  if (seen.byType.size > 0) {
    const types = [...seen.byType.keys()];
    if (!context.options.force) {
      throw new Refused(
        `the video has downloads (${types.join(", ")}), and a run deletes them: name a throw-away video, or give --force`,
      );
    }
    for (const type of types) {
      context.hadBefore.add(type);
      await client.delete(context.path(`/downloads/${type}`));
    }
    const left = (await context.list()).seen.byType;
    if (left.size > 0) throw new Refused(`the video's downloads could not be deleted: ${[...left.keys()].join(", ")}`);
  }
  if (isReady) return;
  await probe(context, context.options.videoId, state);
  if (["error", "live-inprogress"].includes(state)) {
    findings.notes.push(`the video is in state ${state}: its downloads could not be checked`);
    return;
  }
  for (let pause = FIRST_PAUSE_MS; await context.pause(pause, "the video is not ready"); pause = nextPause(pause)) {
    context.isReady = readDetails(context, await client.get(context.path())).isReady;
    if (context.isReady) return;
  }
  findings.notes.push("the video did not get ready within the time limit: its downloads could not be checked");
}

function readDetails(context: Context, observed: Observed): { isReady: boolean; state: string } {
  const details = fieldsOf(resultOf(observed)) ?? {};
  const state = String(fieldsOf(details.status)?.state ?? "");
  const problems = successProblems(observed);
  const { readyToStream, uid } = details;
  if (uid !== context.options.videoId) problems.push("uid is not the video's");
  if (readyToStream !== undefined && typeof readyToStream !== "boolean") {
    problems.push(`readyToStream is ${JSON.stringify(readyToStream)}`);
  }
  if (!STATES.includes(state)) problems.push(`status.state is ${JSON.stringify(fieldsOf(details.status)?.state)}`);
  if (state === "ready" && readyToStream !== true) problems.push("the state is ready, and readyToStream is not true");
  context.findings.check("videoDetails", problems);
  context.requiresSignedUrls = details.requireSignedURLs === true;
  return { isReady: readyToStream === true || (readyToStream !== false && state === "ready"), state };
}

/** Why a video cannot be read, and the next step. */
function hint(observed: Observed): string {
  const { status } = observed;
  const said = `the API responds with ${describe(observed)}`;
  if (status === 401 || status === 403 || [9106, 6003].includes(errorOf(observed).code ?? 0)) {
    return `${said}: the credentials need Stream Write on this account`;
  }
  if (fieldsOf(observed.body) === undefined) return `${said}: is CLOUDFLARE_BASE_URL right? It includes /client/v4`;
  return `${said}: are the video's id, the account's id and CLOUDFLARE_BASE_URL right?`;
}

/** Requests a download of a video that cannot have one. */
async function probe(context: Context, videoId: string, state: string): Promise<void> {
  const { client, findings } = context;
  const name = behaviorOf(state);
  const observed = await client.post(context.path("/downloads/default", videoId));
  if (succeeded(observed)) {
    const gone = await client.delete(context.path("/downloads/default", videoId));
    if (!succeeded(gone) && gone.status !== 404) {
      if (videoId === context.options.videoId) context.mayExist.add("default");
      findings.notes.push(`the download of a video in state ${state} could not be deleted: ${describe(gone)}`);
    }
    findings.cannotTell(name, `a POST for a video in state ${state} is accepted: ${describe(observed)}`);
    return;
  }
  const { code, message } = errorOf(observed);
  if (code === undefined) findings.cannotTell(name, `the refusal has no code: ${describe(observed)}`);
  else findings.found(name, { status: observed.status, code, message });
}

function behaviorOf(state: string): BehaviorName {
  if (state === "live-inprogress") return "videoIsLive";
  return state === "error" ? "videoUnusable" : "videoNotReady";
}

/** The settings that say how a POST is refused. */
const NEEDED: readonly (readonly [BehaviorName, string])[] = [
  ["videoNotReady", "a video that is not ready"],
  ["videoIsLive", "a live stream in progress"],
  ["videoUnusable", "a video that failed to encode or is too long"],
];

/** Other videos, for the states that the throw-away video is not in. */
export const otherVideos: Step = {
  checks: [],
  behaviors: ["videoNotReady", "videoIsLive", "videoUnusable"],
  async run(context) {
    for (const [index, videoId] of context.options.otherVideos.entries()) {
      const observed = await context.client.get(context.path("", videoId));
      const details = fieldsOf(resultOf(observed));
      const state = String(fieldsOf(details?.status)?.state ?? "");
      const which = `other video ${index + 1}`;
      if (!succeeded(observed) || details === undefined) {
        context.findings.notes.push(`${which}: ${describe(observed)}`);
      } else if (details.readyToStream === true || state === "ready") {
        context.findings.notes.push(`${which} is ready, and tells nothing`);
      } else if (await hasDownloads(context, videoId)) {
        context.findings.notes.push(`${which} has downloads, and was left alone`);
      } else {
        await probe(context, videoId, state);
      }
    }
    for (const [name, what] of NEEDED) context.findings.cannotTell(name, `needs ${what}: --other-video <id>`);
  },
};

async function hasDownloads(context: Context, videoId: string): Promise<boolean> {
  const { byType } = context.read(await context.client.get(context.path("/downloads", videoId)), "default");
  return TYPES.some((type) => byType.has(type));
}
