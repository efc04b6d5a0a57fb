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
  const problems = listed(settingsProblems(source), undefined, source);
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
  return listed(settingsProblems(source), noAccount(source), source) ?? "";
}

function listed(problems: SettingsProblems, account: string | undefined, { provider }: SettingsSource) {
  const { credentials, ...others } = problems;
  const isStack = provider === undefined;
  const why = credentials === undefined || !isStack ? credentials : credentials + WHICH_CONFIGURATION;
  return inOneMessage([why, ...Object.values(others), account]);
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
 * What is read of the settings, by the argument of a provider that has it, in the order in which messages name what is
 * wrong; and what a preview says that it lacks then.
 */
const READ = {
  credentials: { read: givenCredentials, lack: "No Cloudflare credentials" },
  baseUrl: { read: baseUrl, lack: "No usable base URL" },
  requestsPer5Minutes: { read: requestsPer5Minutes, lack: "No usable request budget" },
  userAgentOperatorSuffix: { read: userAgentSuffix, lack: "No usable User-Agent" },
  ifExists: { read: configuredIfExists, lack: "No usable ifExists" },
  previewChecks: { read: configuredPreviewChecks, lack: "No usable previewChecks" },
} as const satisfies Record<string, { read: (source: SettingsSource) => unknown; lack: string }>;

/** Why what is read cannot be used; what can be is not in it. */
export type SettingsProblems = Readonly<Partial<Record<keyof typeof READ, string>>>;

/** All that is missing or wrong. */
export function settingsProblems(source: SettingsSource): SettingsProblems {
  const problems = Object.entries(READ).flatMap(([name, { read }]) => {
    const problem = problemOf(() => read(source));
    return problem === undefined ? [] : [[name, problem] as const];
  });
  return Object.fromEntries(problems);
}

/** What a preview lacks: the first of what is missing or wrong. */
export function lackOf(problems: SettingsProblems): string | undefined {
  return Object.entries(READ).find(([name]) => name in problems)?.[1].lack;
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
