/** Runs the contract: each step in order, even if an earlier one failed, and then the clean-up. */
import type { Clock } from "./clock";
import { cleanUp } from "./cleanup";
import { Client, NoResponse } from "./client";
import { Context, type Step } from "./context";
import { completion, createAudio, createDefault, listing, none } from "./creation";
import { deleteAudio, deleteDefault, lastPost } from "./deletion";
import { files } from "./files";
import { ASSUMED, BEHAVIORS, CannotTell, type CheckId, DOCUMENTED, Findings } from "./findings";
import { badType, malformedId, malformedToken, missingVideo, noCredentials, unknownToken } from "./refusals";
import { repost, repostAfterError } from "./reposts";
import { overall } from "./overall";
import { openVideo, otherVideos, Refused } from "./videos";

/** What a run needs to know. */
export interface ContractOptions {
  /** It includes `/client/v4` where the API is Cloudflare's. */
  readonly baseUrl: string;
  readonly account: string;
  /** The headers that carry the credentials. */
  readonly credentials: Readonly<Record<string, string>>;
  /** A video that is ready, has no downloads, and that nobody uses. */
  readonly videoId: string;
  /** Videos that are not ready, live, or failed. */
  readonly otherVideos?: readonly string[];
  /** Whether downloads that the video has may be deleted; they are requested again at the end. */
  readonly force?: boolean;
  /** How long the run may wait, in milliseconds. */
  readonly timeLimitMs: number;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
  /** Ends the run; it still cleans up. */
  readonly signal?: AbortSignal;
  /** Called with what is being waited for. */
  readonly progress?: (line: string) => void;
}

/** What a run found. */
export interface Report {
  readonly findings: Findings;
  readonly requests: number;
  /** What is not as it was before, a line each. */
  readonly leftovers: readonly string[];
  /** Why nothing, or not everything, was checked. */
  readonly refused?: string;
  readonly interrupted: boolean;
}

/** How long the clean-up waits out a 429: Cloudflare's lasts 5 minutes. */
const CLEANUP_LIMIT_MS = 600_000;

const DOWNLOAD_STEPS: readonly Step[] = [
  none,
  createDefault,
  listing,
  createAudio,
  completion,
  repostAfterError,
  files,
  repost,
  badType,
  deleteDefault,
  lastPost,
  deleteAudio,
];

/** None of these changes anything. */
const OTHER_STEPS: readonly Step[] = [
  otherVideos,
  missingVideo,
  malformedId,
  noCredentials,
  malformedToken,
  unknownToken,
];

/** Runs the contract against an endpoint. */
export async function runContract(options: ContractOptions): Promise<Report> {
  const { clock, signal = new AbortController().signal, progress = () => undefined } = options;
  const findings = new Findings();
  const clientOptions = {
    baseUrl: options.baseUrl.replace(/\/+$/, ""),
    credentials: options.credentials,
    fetch: options.fetch ?? fetch,
    clock,
    progress,
  };
  const contextOptions = {
    findings,
    clock,
    progress,
    account: options.account,
    videoId: options.videoId,
    otherVideos: options.otherVideos ?? [],
    force: options.force ?? false,
  };
  const limits = { signal, deadline: clock.now() + options.timeLimitMs };
  const client = new Client({ ...clientOptions, ...limits });
  const context = new Context({ ...contextOptions, ...limits, client });
  let refused: string | undefined;
  let unexpected: { readonly error: unknown } | undefined;
  try {
    await openVideo(context);
    await takeSteps(context, context.isReady ? DOWNLOAD_STEPS : []);
    await takeSteps(context, OTHER_STEPS);
  } catch (error) {
    if (error instanceof Refused || error instanceof NoResponse) refused = error.message;
    else if (!signal.aborted) unexpected = { error };
  }
  const cleaningLimits = { signal: new AbortController().signal, deadline: clock.now() + CLEANUP_LIMIT_MS };
  const cleaningClient = new Client({ ...clientOptions, ...cleaningLimits });
  const cleaning = new Context({ ...contextOptions, ...cleaningLimits, client: cleaningClient });
  for (const type of context.mayExist) cleaning.mayExist.add(type);
  for (const type of context.hadBefore) cleaning.hadBefore.add(type);
  const leftovers = await cleanUp(cleaning);
  if (unexpected !== undefined) throw unexpected.error;
  overall(context);
  undecided(findings, signal.aborted ? "the run was interrupted" : "the run did not get that far");
  return {
    findings,
    requests: client.requests + cleaningClient.requests,
    leftovers,
    interrupted: signal.aborted,
    ...(refused === undefined ? {} : { refused }),
  };
}

async function takeSteps(context: Context, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    await take(context, step);
    // What failed is generated once more: the rest of the run needs a file.
    if (step === repostAfterError && isUnfinished(context)) await take(context, completion);
  }
}

function isUnfinished({ generations, findings }: Context): boolean {
  return (
    findings.settings.get("repostAfterError") === "restart" &&
    [...generations.values()].some(({ endedMs }) => endedMs === undefined)
  );
}

async function take(context: Context, step: Step): Promise<void> {
  const { findings, options } = context;
  try {
    await step.run(context);
  } catch (error) {
    options.signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    const failed =
      error instanceof CannotTell ? undefined : step.checks.find((id) => !findings.checks.has(id) && id in DOCUMENTED);
    if (failed !== undefined) findings.check(failed, [why]);
    for (const id of step.checks) findings.unchecked(id, why);
    for (const name of step.behaviors) findings.cannotTell(name, why);
  }
}

function undecided(findings: Findings, why: string): void {
  for (const id of Object.keys({ ...DOCUMENTED, ...ASSUMED }) as CheckId[]) findings.unchecked(id, why);
  for (const name of BEHAVIORS) if (!findings.settings.has(name)) findings.cannotTell(name, why);
}
