/**
 * Scenarios in which operations share the request budget, on a moved clock: what each of them got. Bench and tests draw
 * their points at random.
 */
import { setMaxListeners } from "node:events";
import { Job } from "../../src/budget/job";
import { systemClock } from "../../src/core/clock";
import { ensureAll } from "../../src/downloads/batch";
import { ensureDownload } from "../../src/downloads/ensureDownload";
import { Library } from "../../src/downloads/library";
import { libraryFace } from "../../src/downloads/libraryFace";
import type { OpenSession } from "../../src/provider/sessions";
import {
  ACCOUNT,
  identitiesOf,
  type InProcessApi,
  type Network,
  openInProcess,
  operationIn,
  otherClient,
  video,
} from "./inProcessApi";
import type { SentPeers } from "../../src/budget/sentLog";
import { inVirtualTime } from "./virtualTime";

const TYPES = ["default", "audio"] as const;
const QUOTA = 1200;
const WINDOW_S = 300;
/** What is planned with, and how many requests of it may be sent in a second. */
const PLANNED = 0.98 * QUOTA;
const PER_SECOND = 100;

/** A library as it is drawn: every video with so many types, whose encoding takes so long, in seconds. */
export interface DrawnLibrary {
  readonly videos: number;
  readonly types: 1 | 2;
  readonly encodingS: number;
}

/** A library as the best schedule sees it. */
type Scheduled = Readonly<Record<keyof DrawnLibrary, number>>;

/**
 * The least time, in seconds, in which libraries can be ready: for each video a list, a POST for each type, and a list
 * that sees both ready. The n-th request cannot be sent before its window begins, nor before the others of its window.
 *
 * @param quota of a window. Default: what is planned with
 * @param perSecond how many requests may be sent in a second. Default: as many as are planned with
 * @param before how many requests are sent before these. Default: none
 */
export function bestTime(
  libraries: readonly Scheduled[],
  { quota = PLANNED, perSecond = PER_SECOND, before = 0 } = {},
): number {
  const sum = (of: (library: Scheduled) => number) => libraries.reduce((all, library) => all + of(library), 0);
  const sentAt = (n: number) =>
    Math.floor((before + n - 1) / quota) * WINDOW_S + ((before + n - 1) % quota) / perSecond;
  return Math.max(
    sentAt(sum(({ videos, types }) => videos * (2 + types))),
    sentAt(sum(({ videos, types }) => videos * (1 + types))) + Math.max(...libraries.map(({ encodingS }) => encodingS)),
  );
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function drawn(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number between two, as likely to be in the lower as in the upper half of the orders of magnitude. */
export function between(random: () => number, least: number, most: number): number {
  return Math.round(least * (most / least) ** random());
}

export function drawLibrary(random: () => number, least: number, most: number): DrawnLibrary {
  return {
    videos: between(random, least, most),
    types: random() < 0.5 ? 1 : 2,
    encodingS: between(random, 10, 1800),
  };
}

/** A network on which each request takes as long as is drawn for it, and for a while at first ten times as long. */
function drawNetwork(random: () => number): Network {
  const [least, slowUntilS] = [between(random, 5, 50), between(random, 1, 100)];
  const ofRequest = drawn(Math.floor(random() * 2 ** 31));
  return {
    announcesBudget: random() < 0.5,
    latencyMs: () => between(ofRequest, least, least * 10) * (Date.now() < slowUntilS * 1000 ? 10 : 1),
  };
}

/** Brings a library about. Returns after how many seconds it was ready, and how many of it were. */
async function bringAbout(session: OpenSession, library: DrawnLibrary, first: number, signal?: AbortSignal) {
  const startedAt = Date.now();
  const identities = identitiesOf(library.videos, TYPES.slice(0, library.types), first);
  const { done } = await ensureAll(libraryFace, operationIn(session, signal), identities, new Library(), {
    waitForReady: true,
  });
  return { took: (Date.now() - startedAt) / 1000, isReady: done === identities.length };
}

/** The requests that the API refused, and those that one would have refused which counts the 5 minutes before each. */
function limitedOf({ api }: InProcessApi): number {
  const times = api.requests.kept.map(({ at }) => at).sort((a, b) => a - b);
  const tooMany = times.filter((at, n) => at - (times[n - QUOTA] ?? Number.NEGATIVE_INFINITY) < WINDOW_S * 1000);
  return api.requests.kept.filter(({ status }) => status === 429).length + tooMany.length;
}

/** What latecomers got. All in seconds; the worst of them. */
export interface Latecomers {
  /** From the start until the GET and the POST were sent. */
  readonly requested: number;
  /** From the file being ready until that was noticed. */
  readonly late: number;
  readonly limited: number;
}

/** Single downloads, so many at once, beside a library that began some time before. */
export async function latecomers(
  library: DrawnLibrary,
  { count, encodingS, startS }: { readonly count: number; readonly encodingS: number; readonly startS: number },
): Promise<Latecomers> {
  const FIRST = 1_000_000;
  const world = openInProcess({
    encodingMs: (videoId) => 1000 * (Number.parseInt(videoId, 16) >= FIRST ? encodingS : library.encodingS),
  });
  return inVirtualTime(world.busy, async () => {
    const session = world.session();
    const end = new AbortController();
    const ofLibrary = bringAbout(session, library, 1, end.signal).catch(() => undefined);
    await systemClock.sleep(startS * 1000);
    const startedAt = Date.now();
    const each = await Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const videoId = video(FIRST + n);
        await ensureDownload(
          operationIn(session),
          { accountId: ACCOUNT, videoId, type: "default" },
          { waitForReady: true },
        );
        const noticedAt = Date.now();
        const requestedAt =
          world.api.requests.kept.find((request) => request.method === "POST" && request.videoId === videoId)?.at ?? 0;
        return {
          requested: (requestedAt - startedAt) / 1000,
          late: (noticedAt - requestedAt) / 1000 - encodingS,
        };
      }),
    );
    end.abort(new Error("enough"));
    await ofLibrary;
    return {
      requested: Math.max(...each.map(({ requested }) => requested)),
      late: Math.max(...each.map(({ late }) => late)),
      limited: limitedOf(world),
    };
  });
}

/** What a library got, beside another client that spends so many requests a second. */
export async function libraryAlone(library: DrawnLibrary, otherPerSecond = 0) {
  const world = openInProcess({ encodingMs: library.encodingS * 1000 });
  return inVirtualTime(world.busy, async () => {
    const end = otherClient(world, otherPerSecond);
    const outcome = await bringAbout(world.session(), library, 1);
    await end();
    return { ...outcome, limited: limitedOf(world), requests: world.api.requests.count };
  });
}

/** Two libraries at once: what each took. */
async function twoLibraries(small: DrawnLibrary, large: DrawnLibrary) {
  const world = openInProcess({
    encodingMs: (videoId) => 1000 * (Number.parseInt(videoId, 16) > large.videos ? small : large).encodingS,
  });
  return inVirtualTime(world.busy, async () => {
    const session = world.session();
    const end = new AbortController();
    const ofLibrary = bringAbout(session, large, 1, end.signal);
    const ofSmall = await bringAbout(session, small, large.videos + 1);
    end.abort(new Error("enough"));
    await ofLibrary;
    return { ...ofSmall, limited: limitedOf(world) };
  });
}

/** Look-ups beside a library: how long it took, and whether all look-ups were done. */
async function lookUpsBeside(library: DrawnLibrary, lookUps: number) {
  const world = openInProcess({ encodingMs: library.encodingS * 1000 });
  return inVirtualTime(world.busy, async () => {
    const session = world.session();
    const job = new Job();
    job.toRead = lookUps;
    const { signal } = new AbortController();
    setMaxListeners(0, signal);
    const all = Promise.all(
      Array.from({ length: lookUps }, (_, n) =>
        session.downloads.read({ accountId: ACCOUNT, videoId: video(1_000_000 + n) }, { job, signal }),
      ),
    );
    const outcome = await bringAbout(session, library, 1);
    await all;
    return { ...outcome, limited: limitedOf(world) };
  });
}

/** Several processes with one token, each with a library, which tell each other what they have sent. */
export async function processes(libraries: readonly DrawnLibrary[], network: Network) {
  const starts = libraries.map((_, n) => 1 + libraries.slice(0, n).reduce((sum, { videos }) => sum + videos, 0));
  const libraryOf = (videoId: string) => starts.filter((start) => start <= Number.parseInt(videoId, 16)).length - 1;
  const world = openInProcess({ encodingMs: (videoId) => 1000 * (libraries[libraryOf(videoId)]?.encodingS ?? 0) });
  const untold = libraries.map(() => ({ sent: 0, ended: [] as number[] }));
  const needed = libraries.map(() => 0);
  const sentAt = libraries.map(() => Number.NEGATIVE_INFINITY);
  let blockedUntil = Number.NEGATIVE_INFINITY;
  /** The others of a process, as files would tell of them. */
  const peersOf = (process: number): SentPeers => ({
    send: (needs) => {
      sentAt[process] = Date.now();
      needed[process] = needs;
      untold.forEach((news, n) => n !== process && (news.sent += 1));
    },
    end: (at) => untold.forEach(({ ended }, n) => n !== process && ended.push(at)),
    block: (until) => (blockedUntil = Math.max(blockedUntil, until)),
    news: () => {
      const news = untold[process] ?? { sent: 0, ended: [] };
      untold[process] = { sent: 0, ended: [] };
      const isSending = (n: number) => n !== process && Date.now() - (sentAt[n] ?? 0) < 60_000;
      const senders = [...libraries.keys()].filter(isSending);
      const needs = senders.reduce((sum, n) => sum + (needed[n] ?? 0), 0);
      return { ...news, senders: senders.length, needs, blockedUntil };
    },
  });
  return inVirtualTime(world.busy, async () => {
    const outcomes = await Promise.all(
      libraries.map((library, n) => bringAbout(world.session(peersOf(n), network), library, starts[n] ?? 0)),
    );
    return { outcomes, limited: limitedOf(world) };
  });
}

/** One point of a bound. */
export interface Point {
  /** What was drawn, for whoever wants to run it again. */
  readonly drawn: unknown;
  /** What was measured, as a share of what is allowed: at most 1. */
  readonly share: number;
  readonly limited: number;
  readonly isReady: boolean;
}

/** A claim about every point. */
export interface Bound {
  /** What happens, as a sentence says it. */
  readonly what: string;
  readonly bound: string;
  /** @param largest the most videos that a library has */
  readonly measure: (random: () => number, largest: number) => Promise<Point>;
}

/** Never slower than this many times the best schedule for a library so much larger, plus some seconds. */
const SLOWER = 1.05;
const LARGER = 1.12;
const PLUS_S = 10;

/** @param before how many requests are sent before these */
const allowed = (libraries: readonly DrawnLibrary[], before = 0) =>
  SLOWER * bestTime(larger(libraries, LARGER), { before }) + PLUS_S;

function larger(libraries: readonly DrawnLibrary[], times: number): Scheduled[] {
  return libraries.map((library) => ({ ...library, videos: Math.ceil(library.videos * times) }));
}

/** A library beside another client that spends a third. */
export async function besideThird(library: DrawnLibrary): Promise<Point> {
  const { took, limited, isReady } = await libraryAlone(library, QUOTA / WINDOW_S / 3);
  const most = 1.15 * bestTime(larger([library], 1.2), { quota: (PLANNED * 2) / 3 }) + PLUS_S;
  return { drawn: library, share: took / most, limited, isReady };
}

const latecomersBound =
  (count: number, withinS: number): Bound["measure"] =>
  async (random, largest) => {
    const library = drawLibrary(random, Math.min(500, largest / 2), Math.min(10_000, largest));
    const drawn = { count, encodingS: between(random, 5, 900), startS: Math.round(900 * random()) };
    const { requested, late, limited } = await latecomers(library, drawn);
    const share = Math.max(requested / withinS, count === 1 ? late / (60 + drawn.encodingS / 10) : 0);
    return { drawn: { library, ...drawn }, share, limited, isReady: true };
  };

export const BOUNDS: Readonly<Record<string, Bound>> = {
  latecomer: {
    what: "a download of 5 to 900 s that begins 0 to 900 s after a library of 500 to 10,000",
    bound: "requested within 5 s, noticed within a tenth of its encoding and a minute",
    measure: latecomersBound(1, 5),
  },
  latecomers: {
    what: "five of them at once",
    bound: "requested within 15 s",
    measure: latecomersBound(5, 15),
  },
  library: {
    what: "a library of 20 to 12,000 videos, one or two types, 10 to 1,800 s",
    bound: "1.05 x the best schedule for a library 12 % larger, plus 10 s",
    measure: async (random, largest) => {
      const library = drawLibrary(random, 20, Math.min(12_000, largest));
      const { took, limited, isReady } = await libraryAlone(library);
      return { drawn: library, share: took / allowed([library]), limited, isReady };
    },
  },
  third: {
    what: "a library of 20 to 6,000 beside another client that spends a third",
    bound: "1.15 x the best schedule, for what that leaves, of a library a fifth larger, plus 10 s",
    measure: (random, largest) => besideThird(drawLibrary(random, 20, Math.min(6000, largest))),
  },
  small: {
    what: "a library of 20 to 250 beside one of 2,000 to 8,000 that begins with it",
    bound: "1.3 x its time alone",
    measure: async (random, largest) => {
      const large = drawLibrary(random, Math.min(2000, largest / 2), Math.min(8000, largest));
      const small = drawLibrary(random, 20, 250);
      const alone = await libraryAlone(small);
      const { took, limited, isReady } = await twoLibraries(small, large);
      return { drawn: { small, large }, share: took / (1.3 * alone.took), limited, isReady };
    },
  },
  lookUps: {
    what: "3,000 look-ups that begin with a library of 20 to 6,000",
    bound: "all done; the library not slower than by their requests",
    measure: async (random, largest) => {
      const library = drawLibrary(random, 20, Math.min(6000, largest));
      const lookUps = Math.min(3000, largest);
      const { took, limited, isReady } = await lookUpsBeside(library, lookUps);
      return { drawn: library, share: took / allowed([library], lookUps), limited, isReady };
    },
  },
  processes: {
    what: "two to five processes with one token, each with a library of 20 to 2,000, 2 to 1,800 s",
    bound: "1.15 x the best schedule for one library with all of their files, 12 % larger, plus a window",
    measure: async (random, largest) => {
      const count = 2 + Math.floor(random() * 4);
      // Half of them small and soon ready: those that begin together spend what is left on polls.
      const [most, longest] = random() < 0.5 ? [250, 60] : [2000, 1800];
      const libraries = Array.from({ length: count }, () => ({
        ...drawLibrary(random, 20, Math.min(most, largest)),
        encodingS: between(random, 2, longest),
      }));
      const network = drawNetwork(random);
      const { outcomes, limited } = await processes(libraries, network);
      const best = bestTime(larger(libraries, LARGER));
      const share = Math.max(...outcomes.map(({ took }) => took)) / (1.15 * best + WINDOW_S);
      return { drawn: { libraries, network }, share, limited, isReady: outcomes.every(({ isReady }) => isReady) };
    },
  },
};
