/** Looks up the downloads of videos, outside of any resource. Each connection has one session. */
import { connection, defaultAccountId, SettingsError, type SettingsSource, withoutAccount } from "../stream/settings";
import { DOWNLOAD_TYPES, type DownloadType, isHexId } from "../core/identity";
import type { LookUpArgs, LookUpResult } from "../downloads/lookUps";
import { type DownloadState, stateOf } from "../downloads/ensureDownload";
import { explain } from "../downloads/failure";
import { TimeLimitExceeded } from "../downloads/operation";
import { Job } from "../budget/job";
import { type Clock, systemClock } from "../core/clock";
import { LookUpBatch } from "./lookUpBatch";
import { FALLBACK_USED } from "./operations";
import { Sessions } from "./sessions";

/** The downloads found, by type. */
interface FoundDownloads extends Partial<Record<DownloadType, DownloadState>> {
  videoId: string;
  accountId: string;
}

/** The program that calls. The Automation API may run several in one process, each with its own configuration. */
interface LookUpProgram {
  /** The same for all look-ups of one program. */
  readonly identity: object;
  readonly settings: SettingsSource;
  /** Shows a line to the user. */
  readonly log: (message: string) => void;
  /** Aborts the look-up. Default: nothing but its time limit does. */
  readonly signal?: AbortSignal;
}

/** What to do where look-ups take too long. */
const LOOK_UP_STEP = ". Run `pulumi up` again later, or look up fewer videos at a time.";

/**
 * All look-ups of a process. Those with the same connection share the request budget, the sockets and the requests in
 * flight.
 */
export class LookUps {
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  readonly #job: Job | undefined;
  readonly #batches = new WeakMap<object, LookUpBatch>();
  /** The programs that know whose credentials are used. */
  readonly #told = new WeakSet<object>();

  /** @param job of all that the process looks up. Default: each program has its own */
  constructor(clock: Clock, sessions: Sessions, job?: Job) {
    this.#job = job;
    this.#clock = clock;
    this.#sessions = sessions;
  }

  /** Lists a video's downloads, or says why that failed: what a provider's process can hand to the program's. */
  async result(args: LookUpArgs, program: LookUpProgram): Promise<LookUpResult> {
    try {
      return { found: await this.find(args, program) };
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
  async find(args: LookUpArgs, { identity, settings, log, signal }: LookUpProgram): Promise<FoundDownloads> {
    const videoId = String(args.videoId).trim().toLowerCase();
    if (!isHexId(videoId)) throw new Error("getStreamDownloads: videoId must be 32 hexadecimal characters");
    const action = `getStreamDownloads: looking up the downloads of video ${videoId}`;
    try {
      const { accountId, session } = this.#open(args.accountId, settings);
      const batch = this.#batches.get(identity) ?? new LookUpBatch(this.#clock, log, this.#job ?? new Job());
      this.#batches.set(identity, batch);
      const found = await batch.run(session, (of) => session.downloads.read({ accountId, videoId }, of), signal);
      if (session.credentials.isFallback && !this.#told.has(identity)) {
        this.#told.add(identity);
        log(`getStreamDownloads: ${FALLBACK_USED}`);
      }
      const result: FoundDownloads = { videoId, accountId };
      for (const type of DOWNLOAD_TYPES) {
        const download = found[type];
        if (download !== undefined) result[type] = stateOf(download);
      }
      return result;
    } catch (error) {
      const more = error instanceof TimeLimitExceeded ? LOOK_UP_STEP : "";
      const message = `${action}: ${explain(error)}${more}`;
      throw error instanceof SettingsError ? new SettingsError(message) : new Error(message);
    }
  }

  #open(givenAccount: string | undefined, settings: SettingsSource) {
    // From JavaScript it may be anything.
    const given: unknown = givenAccount ?? undefined;
    const accountId = given === undefined ? defaultAccountId(settings) : String(given).trim().toLowerCase();
    if (accountId !== undefined && !isHexId(accountId)) throw new Error("accountId must be 32 hexadecimal characters");
    if (accountId === undefined) throw new SettingsError(withoutAccount(settings));
    return { accountId, session: this.#sessions.for(connection(settings)) };
  }
}

/** The look-ups of this process. */
export const lookUps = new LookUps(systemClock, new Sessions(systemClock));
