/** Deletes downloads, without a type in the path and with one. */
import type { Observed } from "./client";
import { type Context, type Step } from "./context";
import { CannotTell } from "./findings";
import { request, tellPostResponse } from "./creation";
import { type DownloadType, resultOf, succeeded, successProblems } from "./reading";

/** How often the list is checked, a second apart, until a deletion shows in it. */
const CHECKS = 3;
const CHECK_PAUSE_MS = 1000;

export const deleteDefault: Step = {
  checks: ["deleteDefault", "deleteResult"],
  behaviors: [],
  async run(context) {
    const hasAudio = context.generations.has("audio");
    const { problems, others } = await remove(context, "default", "/downloads");
    if (problems.length === 0 && hasAudio && !others.has("audio")) problems.push("the audio download is gone, too");
    context.findings.check("deleteDefault", problems);
  },
};

/**
 * What a POST without a type responds with while there is another download, where nothing before has told it: a typed
 * POST that is flat and a POST for an existing download that is refused do not.
 */
export const lastPost: Step = {
  checks: [],
  behaviors: ["postResponse"],
  async run(context) {
    const { findings, generations, postShapes } = context;
    if (findings.settings.has("postResponse")) return;
    if (postShapes.untyped !== "keyed" || !generations.has("audio") || generations.has("default")) {
      throw new CannotTell("no POST responded with its downloads keyed by type while another download existed");
    }
    tellPostResponse(context, await request(context, "default", "/downloads"), "default");
  },
};

export const deleteAudio: Step = {
  checks: ["deleteAudio", "deleteResult"],
  behaviors: [],
  async run(context) {
    context.findings.check("deleteAudio", (await remove(context, "audio", "/downloads/audio")).problems);
  },
};

/** Deletes a download and checks that it is gone; if it is not, the end of the run deletes it. */
async function remove(
  context: Context,
  type: DownloadType,
  path: string,
): Promise<{ problems: string[]; others: ReadonlyMap<string, unknown> }> {
  if (!context.generations.has(type)) throw new CannotTell(`there is no ${type} download`);
  const deleted = await context.client.delete(context.path(path));
  const problems = deletionProblems(context, deleted);
  for (let checks = 1; ; checks += 1) {
    const { observed, seen } = await context.list();
    if (!succeeded(observed) && observed.status !== 404)
      return { problems: [...problems, ...successProblems(observed)], others: seen.byType };
    if (!seen.byType.has(type)) {
      if (problems.length === 0) {
        context.mayExist.delete(type);
        context.generations.delete(type);
      }
      return { problems, others: seen.byType };
    }
    if (checks === CHECKS || !(await context.pause(CHECK_PAUSE_MS, `the ${type} download is still listed`))) {
      return { problems: [...problems, "the download is still listed"], others: seen.byType };
    }
  }
}

function deletionProblems({ findings }: Context, deleted: Observed): string[] {
  const problems = successProblems(deleted);
  if (!succeeded(deleted)) return problems;
  const result = resultOf(deleted);
  if (typeof result !== "string") problems.push("the result is not a text");
  else findings.check("deleteResult", result === "ok" ? [] : [`it is ${JSON.stringify(result)}`]);
  return problems;
}
