/** Looks up a video's downloads outside of any resource: in the program's own process. */
import { type ConfigReader, connection, defaultAccountId, SettingsError } from "../config/settings";
import { type DownloadType, isHexId } from "../identity/downloadIdentity";
import { type DownloadState, stateOf } from "../lifecycle/downloadLifecycle";
import { explain } from "../lifecycle/failure";
import { systemClock } from "../time/clock";
import { openSession } from "./sessions";

/** The downloads found, by type. */
export interface FoundDownloads extends Partial<Record<DownloadType, DownloadState>> {
  videoId: string;
  accountId: string;
}

/** Lists a video's downloads, with the configuration that `config` reads and this process's environment. */
export async function lookUpDownloads(
  args: { videoId: string; accountId?: string | undefined },
  config: ConfigReader,
): Promise<FoundDownloads> {
  const source = { config, env: process.env };
  const videoId = String(args.videoId).toLowerCase();
  if (!isHexId(videoId)) throw new Error("getStreamDownloads: videoId must be 32 hexadecimal characters");
  const accountId = args.accountId?.toLowerCase() ?? defaultAccountId(source);
  if (accountId === undefined) {
    throw new SettingsError(
      "getStreamDownloads: no account was given. Set the argument accountId, the configuration cloudflare-stream:accountId, " +
        "or CLOUDFLARE_ACCOUNT_ID in the environment.",
    );
  }
  if (!isHexId(accountId)) throw new Error("getStreamDownloads: accountId must be 32 hexadecimal characters");
  const session = openSession(connection(source), systemClock);
  try {
    const found = await session.api.listDownloads({ accountId, videoId });
    const result: FoundDownloads = { videoId, accountId };
    if (found.default !== undefined) result.default = stateOf(found.default);
    if (found.audio !== undefined) result.audio = stateOf(found.audio);
    return result;
  } catch (error) {
    throw new Error(`getStreamDownloads: looking up the downloads of video ${videoId}: ${explain(error)}`);
  }
}

/** Whether a look-up failed for want of credentials or an account, which a preview of a fork does not have. */
export function isMissingCredentials(error: unknown): boolean {
  return error instanceof SettingsError;
}
