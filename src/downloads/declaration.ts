/** What a resource declares, read once from its checked inputs. */
import type { IfExists } from "./adoption";
import type { DownloadType } from "../core/identity";

/** One declared download, with the path of the input that declares it. */
export interface DeclaredItem {
  readonly videoId: string;
  readonly type: DownloadType;
  readonly path: string;
}

/** The declaration of a resource of any kind. */
export interface Declaration {
  /** Undefined where it is not known, as in a preview that has no settings. */
  readonly accountId: string | undefined;
  /** In order. Undefined while some of them are unknown. */
  readonly items: readonly DeclaredItem[] | undefined;
  readonly waitForReady: boolean;
  /** What becomes of downloads that exist already. Undefined: as the provider's settings say. */
  readonly ifExists: IfExists | undefined;
  /** What follows when some fail: the update does, or it only warns. */
  readonly onFailure: "fail" | "warn";
  /** Whether no message may name a video. True while that is not known. */
  readonly areIdsSecret: boolean;
}
