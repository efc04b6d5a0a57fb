/** Reads all that requests need, and says all at once what of it is missing or wrong. */
import { type GivenCredentials, givenCredentials } from "./givenCredentials";
import {
  baseUrl,
  configuredIfExists,
  configuredPreviewChecks,
  noAccount,
  requestsPer5Minutes,
  SettingsError,
  type SettingsSource,
  userAgentSuffix,
} from "./settings";

/** What a connection to the API needs. */
export interface Connection extends GivenCredentials {
  readonly baseUrl: string;
  /** The request budget that is configured; else what Cloudflare's documentation says, or its API announces. */
  readonly requestsPer5Minutes?: number;
  /** What is configured to follow this package's name in the header User-Agent. */
  readonly userAgentSuffix?: string;
}

/** Why configuring them may not help. */
const WHICH_CONFIGURATION =
  " `pulumi refresh` and `pulumi destroy` use the configuration of the last `pulumi up`; an explicit provider uses its own arguments instead.";

/**
 * The connection that requests use.
 *
 * @throws SettingsError when credentials are missing or incomplete, or the endpoint would expose them; it names all
 *   that is wrong
 */
export function connection(source: SettingsSource): Connection {
  const problems = listed(settingsProblems(source), source);
  if (problems !== undefined) throw new SettingsError(problems);
  const given = { ...givenCredentials(source), baseUrl: baseUrl(source) };
  const quota = requestsPer5Minutes(source);
  const suffix = userAgentSuffix(source);
  return {
    ...given,
    ...(quota === undefined ? {} : { requestsPer5Minutes: quota }),
    ...(suffix === undefined ? {} : { userAgentSuffix: suffix }),
  };
}

/** All that is missing for a resource that has no account, in one message. */
export function withoutAccount(source: SettingsSource): string {
  return listed({ ...settingsProblems(source), account: noAccount(source) }, source) ?? "";
}

function listed(problems: SettingsProblems & { account?: string }, { provider }: SettingsSource): string | undefined {
  const { credentials, baseUrl: url, quota, userAgent, ifExists, previewChecks, account } = problems;
  const isStack = provider === undefined;
  const why = credentials === undefined || !isStack ? credentials : credentials + WHICH_CONFIGURATION;
  return inOneMessage([why, url, quota, userAgent, ifExists, previewChecks, account]);
}

/** Problems as the sentences of one message; undefined if there are none. */
export function inOneMessage(problems: readonly (string | undefined)[]): string | undefined {
  const all = problems.filter((problem) => problem !== undefined);
  const [first] = all;
  if (all.length < 2) return first;
  // The name of a setting stays as it is.
  const begun = (text: string) => (/^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text);
  const sentences = all.map((text, n) => (n === 0 ? text : begun(text)));
  return sentences.map((text) => (text.endsWith(".") ? text : `${text}.`)).join(" ");
}

/**
 * The errors of {@link connection}, {@link configuredIfExists} and {@link configuredPreviewChecks}, all at once;
 * undefined where there is none.
 */
interface SettingsProblems {
  readonly credentials: string | undefined;
  readonly baseUrl: string | undefined;
  readonly quota: string | undefined;
  readonly userAgent: string | undefined;
  readonly ifExists: string | undefined;
  readonly previewChecks: string | undefined;
}

/** Collects the errors that {@link connection} would throw. */
export function settingsProblems(source: SettingsSource): SettingsProblems {
  return {
    credentials: problemOf(() => givenCredentials(source)),
    baseUrl: problemOf(() => baseUrl(source)),
    quota: problemOf(() => requestsPer5Minutes(source)),
    userAgent: problemOf(() => userAgentSuffix(source)),
    ifExists: problemOf(() => configuredIfExists(source)),
    previewChecks: problemOf(() => configuredPreviewChecks(source)),
  };
}

function problemOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
}
