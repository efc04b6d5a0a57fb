/** A thousand videos with two downloads each under the real budget, on a moved clock, against the best schedule there can be. */
import { ensureDownload } from "../src/downloads/ensureDownload";
import { bestTime } from "../test/support/bounds";
import { ACCOUNT, openInProcess, operationIn, otherClient, TOKEN, video } from "../test/support/inProcessApi";
import type { Section } from "./report";
import { inVirtualTime } from "../test/support/virtualTime";

const QUOTA = 1200;
const WINDOW_S = 300;
const ENCODING_S = 180;
const TYPES = ["default", "audio"] as const;

/** What happens besides. */
interface Scenario {
  readonly name: string;
  /** Requests per second that another client spends. */
  readonly otherPerSecond: number;
  /** Whether the account is blocked at the start. */
  readonly blocked: boolean;
}

const SCENARIOS: readonly Scenario[] = [
  { name: "alone", otherPerSecond: 0, blocked: false },
  { name: "another client spends half", otherPerSecond: QUOTA / WINDOW_S / 2, blocked: false },
  { name: "blocked for 5 minutes at first", otherPerSecond: 0, blocked: true },
];

/**
 * The least time, in seconds, in which any client can do it. Each video needs a list (what is there already? a second POST might encode it
 * again), a POST for each type, and a list that sees both ready: `videos * (2 + types)` requests. No window of 300 s that begins with the
 * first request holds more than the quota, so the n-th request cannot be sent before `floor((n - 1) / quota) * 300 s`. When the last POST is
 * sent, all first lists and all POSTs have been sent, and the list that sees its file cannot be sent before the encoding has ended.
 *
 * It is a true bound, and all but reached by a client that knows everything: it sends what it may at the beginning of each window, POSTs
 * first. It takes no time for the requests themselves and spends the quota to the last request; one that keeps 2 % back, as ours does, needs
 * a window more where the requests fill the last one to over 98 %.
 */
export function leastTime(
  videos: number,
  quota: number,
  types: number = TYPES.length,
  encodingS: number = ENCODING_S,
): number {
  return bestTime([{ videos, types, encodingS }], { quota, perSecond: Number.POSITIVE_INFINITY });
}

async function run(videos: number, scenario: Scenario) {
  const world = openInProcess({ encodingMs: ENCODING_S * 1000 });
  return inVirtualTime(world.busy, async () => {
    const session = world.session();
    if (scenario.blocked) world.api.gateway.rateLimit?.block(TOKEN, WINDOW_S * 1000, Date.now());
    const end = otherClient(world, scenario.otherPerSecond);
    const outcomes = await Promise.all(
      Array.from({ length: videos }, (_, n) =>
        TYPES.map((type) =>
          ensureDownload(
            operationIn(session),
            { accountId: ACCOUNT, videoId: video(n + 1), type },
            { waitForReady: true },
          ),
        ),
      ).flat(),
    );
    const seconds = Date.now() / 1000;
    await end();
    const ready = outcomes.filter(({ state }) => state.status === "ready").length;
    const { kept: requests } = world.api.requests;
    return {
      seconds,
      ready,
      requests: requests.length,
      limited: requests.filter(({ status }) => status === 429).length,
    };
  });
}

export async function benchBudget(videos = 1000): Promise<Section> {
  const rows: (string | number)[][] = [];
  const data: Record<string, unknown>[] = [];
  for (const scenario of SCENARIOS) {
    const best = leastTime(videos, scenario.otherPerSecond > 0 ? QUOTA / 2 : QUOTA) + (scenario.blocked ? WINDOW_S : 0);
    const measured = await run(videos, scenario);
    const perDownload = measured.requests / (videos * TYPES.length);
    rows.push([
      scenario.name,
      best,
      measured.seconds,
      measured.seconds / best,
      measured.ready,
      measured.requests,
      perDownload,
      measured.limited,
    ]);
    data.push({ scenario: scenario.name, best, ...measured });
  }
  return {
    name: "budget",
    title: `${videos} videos x 2 downloads under 1,200 requests in 5 minutes`,
    text: `Encoding takes ${ENCODING_S} s. All resources at once, one process, a moved clock. Best: the least time in which any client can do it (bench/budget.ts derives it).`,
    header: ["", "best (s)", "ours (s)", "ours / best", "ready", "requests", "per download", "429s"],
    rows,
    data,
  };
}
