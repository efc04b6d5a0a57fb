/**
 * Looks in a preview at what the update that follows will find at Cloudflare: whether a file exists already, and
 * whether there is such a video, and it is ready. Only of what is going to be created: of the rest the state tells. It
 * sends GETs alone, a few, once each, and never fails a preview: where it can find out nothing, one line says why.
 */
import { setMaxListeners } from "node:events";
import { videoKey, type DownloadIdentity, type VideoIdentity } from "../core/identity";
import { startTimer } from "../core/clock";
import { formatDuration } from "../core/duration";
import type { Declaration } from "../downloads/declaration";
import { explain } from "../downloads/failure";
import type { Face } from "../downloads/face";
import { Cancelled } from "../downloads/operation";
import { type Found, findingOf } from "../downloads/previewFindings";
import type { Downloads } from "../stream/download";
import { connection } from "../stream/connection";
import { configuredIfExists, configuredPreviewChecks, SettingsError, type SettingsSource } from "../stream/settings";
import type { VideoDetails } from "../stream/video";
import type { ProviderProcess } from "./providerProcess";
import type { OpenSession } from "./sessions";

/** How many requests a preview sends for each provider: a video takes one, or two where it has no such file… */
const MOST_REQUESTS = 100;
const REQUESTS_OF_VIDEO = 2;
/** …of a small budget this share, so that the update which follows has the rest… */
const SHARE_OF_BUDGET = 1 / 12;
/** …and how long it may wait for them, in milliseconds: the dynamic provider is asked about one resource at a time. */
const LONGEST_MS = 5000;
/** How many videos of a library are looked at together. */
const TOGETHER = 24;

/** What has been asked about a video; an MP4 and an audio of it share that. */
interface Asked {
  downloads?: Promise<Downloads>;
  details?: Promise<VideoDetails | undefined>;
}

/** No more is checked of the account, and why that is has been said. */
class NoMoreChecks extends Error {}

/** One for each provider process, which lives for one preview. */
export class PreviewChecks {
  readonly #shared: ProviderProcess;
  readonly #asked = new Map<string, Asked>();
  /** The accounts of which no more is asked, since a request failed. */
  readonly #failed = new Set<string>();
  readonly #said = new Set<string>();
  /** The first request. The others wait for it: refused credentials are refused once. */
  #first: Promise<unknown> | undefined;
  #sent = 0;
  #checked = 0;
  /** How many checks are running, since when any is, and how long any was before. */
  #running = 0;
  #since = 0;
  #spentMs = 0;

  constructor(shared: ProviderProcess) {
    this.#shared = shared;
  }

  /**
   * Checks the downloads that the resource is going to create, and says in its row what was found.
   *
   * @param created those that no state has
   */
  async run(urn: string, face: Face, declaration: Declaration, created: readonly DownloadIdentity[]): Promise<void> {
    const { claims, log } = this.#shared;
    if (created.length === 0) return;
    try {
      const { settings } = this.#shared;
      if (!configuredPreviewChecks(settings)) return;
      const given = connection(settings);
      const most = Math.min(MOST_REQUESTS, (given.requestsPer5Minutes ?? Number.POSITIVE_INFINITY) * SHARE_OF_BUDGET);
      const found = await this.#find(this.#shared.sessions.for(given), created, Math.floor(most));
      const { waitForReady, ifExists = configuredIfExists(settings), onFailure, areIdsSecret } = declaration;
      const context = { total: created.length, waitForReady, ifExists, onFailure, areIdsSecret };
      const explained = found.map((each) => ({ ...each, isExplained: claims.explains(each.identity) }));
      for (const line of face.previewLines(explained, context)) await log({ ...line, urn, ephemeral: false });
    } catch (error) {
      // What settings lack is said of an update.
      if (!(error instanceof SettingsError)) await this.#say(explain(error));
    }
  }

  /** What was found, in order; of some downloads nothing, where a limit or a failure ended the checks. */
  async #find(
    session: OpenSession,
    created: readonly DownloadIdentity[],
    most: number,
  ): Promise<Omit<Found, "isExplained">[]> {
    const videos = new Map<string, DownloadIdentity[]>();
    for (const identity of created)
      videos.set(videoKey(identity), [...(videos.get(videoKey(identity)) ?? []), identity]);
    const waiting = [...videos.values()];
    const found: Omit<Found, "isExplained">[] = [];
    while (waiting.length > 0) {
      const affordable = Math.floor((most - this.#sent) / REQUESTS_OF_VIDEO);
      if (affordable <= 0) {
        await this.#say(`a preview sends at most ${most} requests for that`);
        break;
      }
      const round = waiting.splice(0, Math.min(TOGETHER, affordable));
      const results = await this.#inTime((signal) =>
        Promise.allSettled(round.map((identities) => this.#look(session, identities, signal))),
      );
      for (const result of results) if (result.status === "fulfilled") found.push(...result.value);
      if (results.some(({ status }) => status === "rejected")) break;
    }
    return found;
  }

  /** Runs with a signal that aborts on Ctrl-C, and once all checks together have taken too long. */
  async #inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock } = this.#shared;
    if (this.#running++ === 0) this.#since = clock.now();
    const tooLong = new Error(`a preview waits at most ${formatDuration(LONGEST_MS)} for that`);
    const late = new AbortController();
    const leftMs = LONGEST_MS - this.#spentMs - (clock.now() - this.#since);
    const cancelLimit = startTimer(clock, Math.max(0, leftMs), () => late.abort(tooLong));
    if (leftMs <= 0) late.abort(tooLong);
    try {
      return await this.#shared.untilCancelled((cancelled) => {
        const signal = AbortSignal.any([cancelled, late.signal]);
        // Every concurrent request adds a listener; that is not a leak.
        setMaxListeners(0, signal);
        return work(signal);
      });
    } finally {
      cancelLimit();
      if (--this.#running === 0) this.#spentMs += clock.now() - this.#since;
    }
  }

  /** @throws NoMoreChecks */
  async #look(session: OpenSession, identities: readonly DownloadIdentity[], signal: AbortSignal) {
    const [video] = identities;
    if (video === undefined) return [];
    this.#sent += REQUESTS_OF_VIDEO;
    let unsent = REQUESTS_OF_VIDEO;
    const send = <T>(request: (options: object) => Promise<T>): Promise<T> => {
      unsent -= 1;
      return request({ job: this.#shared.programJob, signal, isOnlyTry: true });
    };
    const asked = this.#askedOf(video);
    try {
      if (this.#first !== undefined) await this.#first;
      if (signal.aborted || this.#failed.has(video.accountId))
        throw signal.aborted ? signal.reason : new NoMoreChecks();
      asked.downloads ??= send((options) => session.api.listDownloads(video, options));
      this.#first ??= asked.downloads.catch(() => undefined);
      const downloads = await asked.downloads;
      if (identities.some(({ type }) => downloads[type] === undefined))
        asked.details ??= send((options) => session.api.videoDetails(video, options));
      const details = await asked.details;
      this.#checked += 1;
      return identities.map((identity) => ({ identity, finding: findingOf(identity, downloads, details) }));
    } catch (error) {
      this.#failed.add(video.accountId);
      if (!(error instanceof NoMoreChecks) && !(error instanceof Cancelled)) await this.#say(explain(error));
      throw error;
    } finally {
      this.#sent -= unsent;
    }
  }

  #askedOf(video: VideoIdentity): Asked {
    const asked = this.#asked.get(videoKey(video)) ?? {};
    this.#asked.set(videoKey(video), asked);
    return asked;
  }

  /** Says once, on the stack's row, why something was not checked. */
  async #say(why: string): Promise<void> {
    if (this.#said.has(why)) return;
    this.#said.add(why);
    const how = this.#checked === 0 ? "Nothing" : "Not everything";
    const message = `${how} was checked at Cloudflare${ofProvider(this.#shared.settings)}: ${why}`;
    await this.#shared.note(message);
  }
}

function ofProvider({ provider }: SettingsSource): string {
  return provider === undefined ? "" : ` for the provider "${provider.name}"`;
}
