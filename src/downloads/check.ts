/** Check: defaults and validation of a resource's inputs. Needs no credentials and sends no request. */
import { type Claims, nameOf } from "./claims";
import { type DownloadIdentity, formatId } from "../core/identity";
import type { Failure } from "./inputFailures";
import { checkChoice, type Checked, checkHexId, checkNoOthers } from "./inputFields";
import { isGiven, UNKNOWN, type Values } from "../core/values";
import type { Call } from "./call";
import { type Declaration, declarationOf } from "./declaration";
import type { Face } from "./face";
import { identitiesIn } from "./library";
import { keepOrder } from "./listOrder";

/** What a check needs besides the inputs: the account to default to, and the claims of other resources. */
export interface CheckContext {
  /** @throws Error when what is configured is not an account id */
  readonly defaultAccountId: () => string | undefined;
  readonly claims: Claims;
}

/** How many repeated downloads the messages name. */
const NAMED_REPEATED = 5;

/**
 * Checks inputs, and that no download is declared twice, here or by another resource.
 *
 * @param olds the inputs of the last deployment, or {}
 * @param news the arguments that the program gives now
 * @returns the checked inputs; the arguments as they are where something is wrong with them
 */
export function checkInputs(
  face: Face,
  { urn, secrets = new Map() }: Pick<Call, "urn" | "secrets">,
  olds: Values,
  news: Values,
  { defaultAccountId, claims }: CheckContext,
): { readonly inputs: Values; readonly failures: Failure[] } {
  const failures: Failure[] = [];
  const isSecret = (name: string) => secrets.has(name);
  checkNoOthers(news, face.arguments, failures);
  const own = face.check(news, failures, isSecret);
  const { defaults } = face;
  const waitForReady = checkChoice("waitForReady", news, [true, false], defaults.waitForReady, failures, isSecret);
  const ifExists = checkChoice("ifExists", news, ["adopt", "fail"], defaults.ifExists, failures, isSecret);
  const accountId = resolveAccount(olds, news, defaultAccountId, failures, isSecret("accountId"));
  const secretIds = secretIdsOf(face, secrets);
  const inputs = {
    ...own,
    waitForReady,
    ...(ifExists === undefined ? {} : { ifExists }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(secretIds === undefined ? {} : { __secretIds: secretIds }),
  };
  if (failures.length === 0) checkDeclared(declarationOf(face, inputs), urn, claims, failures);
  return failures.length > 0 ? { inputs: news, failures } : { inputs: keepOrder(olds, inputs), failures };
}

/** Whether messages hide the videos' ids: true, UNKNOWN or undefined. */
function secretIdsOf({ idArguments, needsDownload }: Face, secrets: NonNullable<Call["secrets"]>): unknown {
  // The id is in the resource's own id, so no message hides it.
  if (needsDownload) return undefined;
  const marks = idArguments.map((name) => secrets.get(name));
  return marks.find((mark) => mark === true) ?? marks.find((mark) => mark !== undefined);
}

/** Resolves the account: the argument, else the configured account, else the one in the resource's state. */
function resolveAccount(
  olds: Values,
  news: Values,
  defaultAccountId: () => string | undefined,
  failures: Failure[],
  isSecret: boolean,
): Checked<string> {
  if (isGiven(news.accountId))
    return checkHexId(news.accountId, "accountId", "an account's id", failures, { isSecret });
  try {
    const configured = defaultAccountId();
    if (configured !== undefined) return configured;
  } catch (error) {
    failures.push({ property: "", reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
  return typeof olds.accountId === "string" && olds.accountId !== UNKNOWN ? olds.accountId : undefined;
}

/** Checks that no download is declared twice: by this resource, or by this one and another. */
function checkDeclared(declaration: Declaration, urn: string, claims: Claims, failures: Failure[]): void {
  const { items = [], accountId = "" } = declaration;
  const paths = new Map<string, string>();
  let repeated = 0;
  for (const { path, ...item } of items) {
    const key = formatId({ accountId, ...item });
    const earlier = paths.get(key);
    if (earlier === undefined) paths.set(key, path);
    else if (++repeated <= NAMED_REPEATED)
      failures.push({ property: path, reason: `is the same download as ${earlier}` });
  }
  if (repeated > NAMED_REPEATED) {
    const [property = ""] = items[0]?.path.split("[") ?? [];
    failures.push({ property, reason: `names ${repeated - NAMED_REPEATED} more downloads twice` });
  }
  const identities = identitiesIn(declaration);
  if (identities.length === 0) return;
  // Also where one is named twice: the engine may skip the resource instead of refusing it, and its files must stay.
  const taken = claims.declare(urn, identities);
  if (taken === undefined || failures.length > 0) return;
  const property = paths.get(formatId(taken.identity)) ?? "";
  failures.push({ property, reason: declaredTwice(taken.urn, taken.identity) });
}

function declaredTwice(urn: string, { type }: DownloadIdentity): string {
  return (
    `the "${type}" download of this video is declared by the resource "${nameOf(urn)}" already. ` +
    "Two resources would delete each other's file: remove one of them."
  );
}
