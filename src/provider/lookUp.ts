/**
 * Looks up the downloads of a video, and the videos of an account, outside of any resource. Each connection has one
 * session.
 */
import { connection, withoutAccount } from "../stream/connection";
import { defaultAccountId, SettingsError, type SettingsSource } from "../stream/settings";
import { DOWNLOAD_TYPES, type DownloadType, isHexId } from "../core/identity";
import type { LookUpArgs, LookUpResult } from "../downloads/lookUps";
import { videoFilter } from "../downloads/videoFilter";
import type { ListedVideo, VideoQuery } from "../stream/videoList";
import { listAll } from "../stream/videoPages";
import type { Values } from "../core/values";
import { type DownloadState, stateOf } from "../downloads/ensureDownload";
import { explain } from "../downloads/failure";
import { TimeLimitExceeded } from "../downloads/operation";
import { Job } from "../budget/job";
import { type Clock, systemClock } from "../core/clock";
import { LookUpBatch } from "./lookUpBatch";
import { FALLBACK_USED } from "./operations";
import { sentFiles } from "./sentFiles";
import { type OpenSession, Sessions } from "./sessions";

/** The downloads found, by type. */
interface FoundDownloads extends Partial<Record<DownloadType, DownloadState>> {
  videoId: string;
  accountId: string;
}

/** The videos found. */
interface FoundVideos {
  readonly accountId: string;
  /** Of `videos`, for a StreamDownloads. */
  readonly videoIds: readonly string[];
  readonly videos: readonly ListedVideo[];
}

/** The program that calls. The Automation API may run several in one process, each with its own configuration. */
export interface LookUpProgram {
  /** The same for all look-ups of one program. */
  readonly identity: object;
  readonly settings: SettingsSource;
  /** Shows a line to the user. */
  readonly log: (message: string) => void;
  /** Aborts the look-up. Default: nothing but its time limit does. */
  readonly signal?: AbortSignal;
}

/** One look-up. */
interface LookUp {
  /** The function that looks up. */
  readonly call: LookUpArgs["call"];
  /** What is being done, as messages begin. */
  readonly action: string;
  /** What to do where it takes too long. */
  readonly tooLong: string;
  readonly givenAccount: unknown;
}

/** The session of a look-up, and what its requests are sent with. */
type Opened = Parameters<Parameters<LookUpBatch["run"]>[1]>[0] & {
  readonly accountId: string;
  readonly session: OpenSession;
};

/**
 * All look-ups of a process. Those with the same connection share the request budget, the sockets and the requests in
 * flight.
 */
export class LookUps {
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  readonly #job: Job | undefined;
  readonly #batches = new WeakMap<object, Map<string, LookUpBatch>>();
  /** The programs that know whose credentials are used. */
  readonly #told = new WeakSet<object>();

  /** @param job of all that the process looks up. Default: each program has its own */
  constructor(clock: Clock, sessions: Sessions, job?: Job) {
    this.#job = job;
    this.#clock = clock;
    this.#sessions = sessions;
  }

  /** Looks up, or says why that failed: what a provider's process can hand to the program's. */
  async result({ call, args }: LookUpArgs, program: LookUpProgram): Promise<LookUpResult> {
    try {
      return { found: await (call === "getStreamVideos" ? this.list(args, program) : this.find(args, program)) };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return { problem, isMissingSetting: error instanceof SettingsError };
    }
  }

  /**
   * Lists a video's downloads.
   *
   * @throws Error whose message names the call, the video and the reason; SettingsError when a setting is missing
   */
  async find(args: Values, program: LookUpProgram): Promise<FoundDownloads> {
    const videoId = String(args.videoId).trim().toLowerCase();
    if (!isHexId(videoId)) throw new Error("getStreamDownloads: videoId must be 32 hexadecimal characters");
    const lookUp: LookUp = {
      call: "getStreamDownloads",
      action: `looking up the downloads of video ${videoId}`,
      tooLong: "look up fewer videos at a time",
      givenAccount: args.accountId,
    };
    return this.#run(lookUp, program, async ({ accountId, session, job, signal }) => {
      const found = await session.downloads.read({ accountId, videoId }, { job, signal });
      const result: FoundDownloads = { videoId, accountId };
      for (const type of DOWNLOAD_TYPES) {
        const download = found[type];
        if (download !== undefined) result[type] = stateOf(download);
      }
      return result;
    });
  }

  /**
   * Lists an account's videos.
   *
   * @throws Error whose message names the call and the reason; SettingsError when a setting is missing
   */
  async list(args: Values, program: LookUpProgram): Promise<FoundVideos> {
    const filter = videoFilter(args);
    const lookUp: LookUp = {
      call: "getStreamVideos",
      action: "listing the account's videos",
      tooLong: "narrow the list with creator, search or status",
      givenAccount: args.accountId,
    };
    return this.#run(lookUp, program, async ({ accountId, session, job, signal, onListed }) => {
      const fetchPage = (query: VideoQuery) => session.api.listVideos(accountId, query, { job, signal });
      const videos = await listAll(filter, fetchPage, onListed);
      return { accountId, videoIds: videos.map(({ videoId }) => videoId), videos };
    });
  }

  async #run<T>(lookUp: LookUp, program: LookUpProgram, work: (opened: Opened) => Promise<T>): Promise<T> {
    const { call, action, tooLong, givenAccount } = lookUp;
    const { identity, settings, log, signal } = program;
    try {
      const { accountId, session } = this.#open(givenAccount, settings);
      const batches = this.#batches.get(identity) ?? new Map<string, LookUpBatch>();
      this.#batches.set(identity, batches);
      const batch = batches.get(call) ?? new LookUpBatch(call, this.#clock, log, this.#job ?? new Job());
      batches.set(call, batch);
      const result = await batch.run(session, (of) => work({ accountId, session, ...of }), signal);
      if (session.credentials.isFallback && !this.#told.has(identity)) {
        this.#told.add(identity);
        log(`${call}: ${FALLBACK_USED}`);
      }
      return result;
    } catch (error) {
      const more = error instanceof TimeLimitExceeded ? `. Run \`pulumi up\` again later, or ${tooLong}.` : "";
      const message = `${call}: ${action}: ${explain(error)}${more}`;
      throw error instanceof SettingsError ? new SettingsError(message) : new Error(message);
    }
  }

  /** @param givenAccount anything, from JavaScript */
  #open(givenAccount: unknown, settings: SettingsSource) {
    const given = givenAccount ?? undefined;
    const accountId = given === undefined ? defaultAccountId(settings) : String(given).trim().toLowerCase();
    if (accountId !== undefined && !isHexId(accountId)) throw new Error("accountId must be 32 hexadecimal characters");
    if (accountId === undefined) throw new SettingsError(withoutAccount(settings));
    return { accountId, session: this.#sessions.for(connection(settings)) };
  }
}

/** The look-ups of this process. */
export const lookUps = new LookUps(
  systemClock,
  new Sessions(systemClock, {}, (budget) => sentFiles(budget, systemClock)),
);
