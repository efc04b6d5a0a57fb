/** What a resource declares, read once from its checked inputs. */
import { type IfExists, ifExistsIn } from "./adoption";
import { type DownloadType, isHexId } from "../core/identity";
import type { Values } from "../core/values";
import type { Face } from "./face";

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

/** Reads checked inputs. What a kind of resource has no argument for is as by default. */
export function declarationOf({ itemsIn }: Pick<Face, "itemsIn">, inputs: Values): Declaration {
  const { accountId, waitForReady, ifExists, onFailure, __secretIds: secretIds } = inputs;
  return {
    accountId: isHexId(accountId) ? accountId : undefined,
    items: itemsIn(inputs),
    waitForReady: waitForReady !== false,
    ifExists: ifExistsIn(ifExists),
    onFailure: onFailure === "warn" ? "warn" : "fail",
    areIdsSecret: secretIds !== undefined,
  };
}
