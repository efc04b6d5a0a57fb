/** Checks and diffs of both kinds of resource, with inputs and outputs as programs and the engine give them to the dynamic provider. */
import { Claims } from "../../src/downloads/claims";
import { checkInputs } from "../../src/downloads/check";
import { compare, type Diff } from "../../src/downloads/diff";
import type { Face } from "../../src/downloads/face";
import { libraryFace } from "../../src/downloads/libraryFace";
import { singleFace } from "../../src/downloads/singleFace";
import { callWith, givenIn } from "../../src/downloads/hiddenKeys";
import type { Values } from "../../src/core/values";
import { ACCOUNT } from "./ids";

/** How a resource is checked. */
interface CheckOptions {
  /** The inputs in the state. */
  readonly olds?: Values;
  /** The configured account. */
  readonly account?: string | undefined;
  readonly claims?: Claims;
}

function checkWith(face: Face, news: object, options: CheckOptions) {
  const { olds = {}, account, claims = new Claims() } = options;
  const { args, secrets } = givenIn(face, { ...news });
  return checkInputs(face, { ...callWith({ ...news }), secrets }, olds, args, {
    defaultAccountId: () => account,
    claims,
  });
}

/** Checks a StreamDownload. */
export const checkSingle = (news: object, options: CheckOptions = { account: ACCOUNT }) =>
  checkWith(singleFace, news, options);

/** Checks a StreamDownloads. */
export const checkLibrary = (news: object, options: CheckOptions = {}) =>
  checkWith(libraryFace, news, { account: ACCOUNT, ...options });

/** Compares a StreamDownload's outputs with checked inputs. */
export function diffSingle(olds: Values & { readonly videoId: string }, news: Values): Diff {
  const id = `${String(olds.accountId)}/${olds.videoId}/${String(olds.type)}`;
  return compare(singleFace, { outputs: olds, library: singleFace.libraryOf(id, olds) }, news, false);
}

/** Compares a StreamDownloads' outputs with checked inputs. */
export function diffLibrary(olds: Values, news: Values): Diff {
  return compare(libraryFace, { outputs: olds, library: libraryFace.libraryOf("", olds) }, news, false);
}
