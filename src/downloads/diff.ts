/** Diff: what has to change. Sends no request. */
import type { Values } from "../core/values";
import { declarationOf } from "./declaration";
import type { Face } from "./face";
import { changeOf, identitiesIn, type Library } from "./library";

/** The result of a diff. */
export interface Diff {
  readonly changes: boolean;
  /** The inputs whose change requires a replacement. */
  readonly replaces: string[];
  /** What the update will do, where the changed inputs alone do not show it. */
  readonly because?: string;
}

/**
 * Compares the state with the program. Only downloads that are added, removed or unfinished change.
 *
 * Removing a download replaces a library by itself. The engine runs deletions after the program has ended, and only
 * then is it certain that no other resource declares the same file. An update step runs in the middle of the program
 * and cannot know. The replacement costs nothing, because the new library continues from the old state.
 *
 * @param olds the outputs of the last deployment, and what they say of the downloads
 * @param news the checked inputs of the program
 * @param isRefresh whether a refresh is comparing, which changes nothing itself
 */
export function compare(
  face: Face,
  olds: { readonly outputs: Values; readonly library: Library },
  news: Values,
  isRefresh: boolean,
): Diff {
  const { outputs, library } = olds;
  const declaration = declarationOf(face, news);
  const isOtherAccount = news.accountId !== undefined && news.accountId !== outputs.accountId;
  const isKnown = declaration.items !== undefined && declaration.accountId !== undefined;
  const change = isKnown && !isOtherAccount ? changeOf(library, identitiesIn(declaration)) : undefined;
  const replaces = face.replaces(outputs, news, change?.removed ?? []);
  const { waitForReady } = declaration;
  // The removed ids may be secret although the remaining ones are not.
  const areIdsSecret = outputs.__secretIds !== undefined || declaration.areIdsSecret;
  // Whatever is declared elsewhere, or is not known yet, takes the place of all.
  const allRemoved = { added: [], removed: replaces.length > 0 ? library.identities : [], unfinished: [] };
  const because = face.because(change ?? allRemoved, library, { isRefresh, waitForReady, areIdsSecret });
  const changes =
    change === undefined ||
    change.added.length + change.removed.length + change.unfinished.length > 0 ||
    replaces.length > 0 ||
    change.hasStaleFailures ||
    face.compared.some((name) => news[name] !== outputs[name]) ||
    news.__secretIds !== outputs.__secretIds;
  return { changes, replaces, ...(because === undefined ? {} : { because }) };
}
