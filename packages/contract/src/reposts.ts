/** A POST for a download that exists, ready or failed. */
import type { Context, Generation, Step } from "./context";
import { CannotTell } from "./findings";
import { tellPostResponse } from "./creation";
import { describe, type DownloadType, errorOf, succeeded, TYPES } from "./reading";

/** How long a service may take to show what a POST has started, where files take long enough for that. */
const EFFECT_MS = 2000;

/** A POST for a download that is ready. */
export const repost: Step = {
  checks: ["repostRefusal"],
  behaviors: ["repost", "postResponse"],
  async run(context) {
    const type = typeIn(context, "ready");
    if (type === undefined) throw new CannotTell("no download became ready");
    const { findings, postShapes } = context;
    const found = await again(context, type);
    if (found.setting === undefined) findings.cannotTell("repost", found.reason);
    else findings.found("repost", found.setting);
    if (found.refusal === undefined)
      findings.unchecked("repostRefusal", "a POST for a download that exists is not refused");
    else findings.check("repostRefusal", found.refusal === 409 ? [] : [`status ${found.refusal}`]);
    if (postShapes.typed !== "keyed" && postShapes.untyped !== "keyed") {
      throw new CannotTell("a POST responds with one download that has no type beside it");
    }
  },
};

/** A POST for a download that failed: only where one did. */
export const repostAfterError: Step = {
  checks: [],
  behaviors: ["repostAfterError"],
  async run(context) {
    const type = typeIn(context, "error");
    if (type === undefined)
      throw new CannotTell("no download failed: needs a video for which one does, such as one without sound");
    const { findings } = context;
    const found = await again(context, type);
    if (found.setting === undefined) throw new CannotTell(found.reason);
    findings.found("repostAfterError", found.setting);
  },
};

function typeIn({ generations }: Context, status: string): DownloadType | undefined {
  return TYPES.find((type) => generations.get(type)?.latest?.status === status);
}

interface Repost {
  readonly setting?: "same" | "restart" | "refuse";
  readonly reason: string;
  /** The status of a refusal. */
  readonly refusal?: number;
}

/** Requests a download that exists, and infers from what follows what the service did. */
async function again(context: Context, type: DownloadType): Promise<Repost> {
  const { generations, postShapes } = context;
  const before = generations.get(type) as Generation;
  // Where there is no path with a type, or only the POST without one shows which types are in the response.
  const isUntyped =
    type === "default" &&
    postShapes.typed !== "keyed" &&
    (postShapes.typed !== "flat" || postShapes.untyped === "keyed");
  const observed = await context.client.post(context.path(isUntyped ? "/downloads" : `/downloads/${type}`));
  const isRefusal = observed.status >= 400 && observed.status < 500 && ![401, 403, 404, 405].includes(observed.status);
  if (isRefusal && errorOf(observed).code !== undefined) {
    return { setting: "refuse", reason: "", refusal: observed.status };
  }
  if (!succeeded(observed)) return { reason: `the POST responds with ${describe(observed)}` };
  tellPostResponse(context, observed, type);
  const status = before.latest?.status;
  const returned = context.read(observed, type).byType.get(type);
  if (returned !== undefined && returned.status !== status) return restarted(context, type, observed.at);
  await context.pause(Math.min(EFFECT_MS, (before.lastMs ?? 0) / 2), "");
  const { observed: listed, seen } = await context.list();
  if (seen.byType.get(type)?.status !== status) return restarted(context, type, observed.at);
  const ms = listed.at - observed.at;
  if ((before.lastMs ?? -1) > ms) return { setting: "same", reason: "" };
  return {
    reason: `the download is ${status} as before, and a file is made so quickly here that another one could be, too`,
  };
}

function restarted({ generations }: Context, type: DownloadType, at: number): Repost {
  generations.set(type, { requestedAt: at, samples: [] });
  return { setting: "restart", reason: "" };
}
