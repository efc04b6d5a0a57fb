/**
 * Reads credentials, account and endpoint from the stack's configuration, else from the environment, each when it is
 * needed.
 */
import { PUBLIC_BASE_URL } from "./constants";
import type { Credentials } from "./credentials";
import { isLoopback } from "./endpoint";
import { isHexId } from "../core/identity";
import type { ExplicitProvider } from "../core/settingNames";

/** Reads a stack configuration value by its full key, for example `cloudflare-stream:apiToken`. */
export type ConfigReader = (key: string) => string | undefined;

/** Where settings come from. */
export interface SettingsSource {
  readonly config: ConfigReader;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The provider whose arguments `config` reads. Default: the stack's, or it is not known. */
  readonly provider?: ExplicitProvider | undefined;
  /**
   * Whether `config` may be that of the last update, which the engine takes from the state while no program runs.
   * Default: it is not.
   */
  readonly isOfLastUpdate?: () => boolean;
}

/** What a connection to the API needs. */
export interface Connection {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /**
   * The environment's credentials, if the configuration has different ones. `refresh` and `destroy` get the
   * configuration of the last update, so after a token was rotated the configured one is stale and the one in the
   * environment is valid.
   */
  readonly fallbackCredentials?: Credentials;
  /** Of configured credentials: whether they may be those of the last update. */
  readonly isOfLastUpdate?: () => boolean;
  /** The request budget that is configured; else what Cloudflare's documentation says, or its API announces. */
  readonly requestsPer5Minutes?: number;
  /** What is configured to follow this package's name in the header User-Agent. */
  readonly userAgentSuffix?: string;
}

/** A setting is missing or wrong. The message says how to set it. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** Fewer requests would not do for a download and its polls. */
const LEAST_QUOTA = 100;
/** More would exceed what one address may send. */
const LARGEST_QUOTA = 60_000;
/** In characters. */
const LONGEST_SUFFIX = 200;
/** In characters. What is as long may be a token that was pasted in the wrong place. */
const LEAST_CREDENTIAL = 32;

const HOW_TO_AUTHENTICATE =
  "Give an API token in the environment as CLOUDFLARE_API_TOKEN or with `pulumi config set --secret cloudflare-stream:apiToken <token>`; " +
  "or a global key as CLOUDFLARE_API_KEY with CLOUDFLARE_EMAIL, or cloudflare-stream:apiKey with cloudflare-stream:email.";

/** Why configuring them may not help. */
const WHICH_CONFIGURATION =
  " `pulumi refresh` and `pulumi destroy` use the configuration of the last `pulumi up`; an explicit provider uses its own arguments instead.";

/** The message if a resource has no account and none is configured. */
export const NO_ACCOUNT =
  "no account was given. Set the argument accountId, or `pulumi config set cloudflare-stream:accountId <id>`, " +
  "or CLOUDFLARE_ACCOUNT_ID in the environment.";

/** What to do about missing or wrong credentials. */
function howToAuthenticate({ provider }: SettingsSource): string {
  if (provider === undefined) return HOW_TO_AUTHENTICATE;
  const { name, prefix } = provider;
  return (
    `Give the provider "${name}" the argument ${prefix}apiToken, or ${prefix}apiKey with ${prefix}email: it takes its own arguments and the ` +
    `environment (CLOUDFLARE_API_TOKEN, or CLOUDFLARE_API_KEY with CLOUDFLARE_EMAIL), not the stack's configuration.${misspeltText(provider)}`
  );
}

function misspeltText({ misspelt }: ExplicitProvider): string {
  const names = Object.entries(misspelt).map(
    ([given, meant]) => ` It has no argument ${given}: did you mean ${meant}?`,
  );
  return names.join("");
}

/** The message if a resource has no account, and what it could have it from has none. */
export function noAccount({ provider }: SettingsSource): string {
  if (provider === undefined) return NO_ACCOUNT;
  return (
    `no account was given. Set the argument accountId, or ${provider.prefix}accountId of its provider "${provider.name}", ` +
    "or CLOUDFLARE_ACCOUNT_ID in the environment."
  );
}

/**
 * The account of resources that do not name one: `cloudflare-stream:accountId`, else CLOUDFLARE_ACCOUNT_ID.
 *
 * @returns undefined when neither is set
 * @throws SettingsError when the value is not 32 hexadecimal characters
 */
export function defaultAccountId(source: SettingsSource): string | undefined {
  const configured = present(source.config("cloudflare-stream:accountId"));
  const accountId = configured ?? present(source.env.CLOUDFLARE_ACCOUNT_ID);
  if (accountId === undefined) return undefined;
  const lowered = accountId.toLowerCase();
  if (isHexId(lowered)) return lowered;
  const { provider } = source;
  const argument =
    provider === undefined
      ? "the configuration cloudflare-stream:accountId"
      : `${provider.prefix}accountId of the provider "${provider.name}"`;
  // A provider's argument may be secret, which nothing here tells; what is secret in the configuration, the CLI masks.
  const isShown = accountId.length < LEAST_CREDENTIAL && (configured === undefined || provider === undefined);
  throw new SettingsError(
    `${configured === undefined ? "CLOUDFLARE_ACCOUNT_ID" : argument} must be 32 hexadecimal characters, as the Cloudflare dashboard shows ` +
      `the account id; got ${isShown ? JSON.stringify(accountId) : `${accountId.length} characters`}`,
  );
}

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
 * What becomes of downloads that exist already, where a resource does not say: `cloudflare-stream:ifExists`, else they
 * are adopted.
 *
 * @throws SettingsError for another value
 */
export function configuredIfExists({ config }: SettingsSource): "adopt" | "fail" {
  const value = present(config("cloudflare-stream:ifExists")) ?? "adopt";
  if (value === "adopt" || value === "fail") return value;
  throw new SettingsError('cloudflare-stream:ifExists must be "adopt" or "fail"');
}

/**
 * Whether a preview looks at Cloudflare for what an update will find: `cloudflare-stream:previewChecks`, else it does.
 *
 * @throws SettingsError for another value
 */
export function configuredPreviewChecks({ config }: SettingsSource): boolean {
  const value = present(config("cloudflare-stream:previewChecks")) ?? "true";
  if (value === "true" || value === "false") return value === "true";
  throw new SettingsError("cloudflare-stream:previewChecks must be true or false");
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

function givenCredentials(source: SettingsSource): Omit<Connection, "baseUrl"> {
  const configured = configuredCredentials(source);
  const fromEnvironment = () =>
    credentialsOf(
      source,
      present(source.env.CLOUDFLARE_API_TOKEN),
      present(source.env.CLOUDFLARE_API_KEY),
      present(source.env.CLOUDFLARE_EMAIL),
      ["CLOUDFLARE_API_KEY", "CLOUDFLARE_EMAIL"],
    );
  if (configured === undefined) {
    const credentials = fromEnvironment();
    if (credentials === undefined)
      throw new SettingsError(`no Cloudflare credentials were given. ${howToAuthenticate(source)}`);
    return { credentials };
  }
  const fallback = present(source.env.CLOUDFLARE_API_TOKEN) === undefined ? undefined : fromEnvironment();
  const differs = fallback !== undefined && JSON.stringify(fallback) !== JSON.stringify(configured);
  const { isOfLastUpdate } = source;
  return {
    credentials: configured,
    ...(differs ? { fallbackCredentials: fallback } : {}),
    ...(isOfLastUpdate === undefined ? {} : { isOfLastUpdate }),
  };
}

/**
 * The configured credentials: this package's own, else those that it shares with `@pulumi/cloudflare`. The environment
 * may supply a missing half of key and email: the address is no secret and is often set there.
 */
function configuredCredentials(source: SettingsSource): Credentials | undefined {
  const { config, env } = source;
  const isIn = (namespace: string) => ["apiToken", "apiKey"].some((name) => present(config(`${namespace}:${name}`)));
  const namespace = isIn("cloudflare-stream") ? "cloudflare-stream" : "cloudflare";
  const token = present(config(`${namespace}:apiToken`));
  const key = present(config(`${namespace}:apiKey`));
  const ownEmail = present(config("cloudflare-stream:email"));
  const email = ownEmail ?? present(config("cloudflare:email"));
  if (token === undefined && key === undefined && email === undefined) return undefined;
  if (token === undefined && key === undefined && present(env.CLOUDFLARE_API_TOKEN) !== undefined) return undefined;
  const named = key === undefined && ownEmail !== undefined ? "cloudflare-stream" : namespace;
  return credentialsOf(source, token, key ?? present(env.CLOUDFLARE_API_KEY), email ?? present(env.CLOUDFLARE_EMAIL), [
    `${named}:apiKey`,
    `${named}:email`,
  ]);
}

function credentialsOf(
  source: SettingsSource,
  token: string | undefined,
  key: string | undefined,
  email: string | undefined,
  [keyName, emailName]: readonly [string, string],
): Credentials | undefined {
  for (const value of [token, key, email]) {
    // Node.js would reject such a header with an error that quotes it.
    if (value !== undefined && !/^[\x21-\x7e]+$/.test(value)) {
      throw new SettingsError(
        `the Cloudflare credentials contain a space, a line break or another character no token has. ${howToAuthenticate(source)}`,
      );
    }
  }
  if (token !== undefined) return { kind: "token", token };
  if (key !== undefined && email !== undefined) return { kind: "key", email, key };
  if (key === undefined && email === undefined) return undefined;
  const [given, missing] = key === undefined ? [emailName, keyName] : [keyName, emailName];
  throw new SettingsError(`${given} is given without ${missing}. ${howToAuthenticate(source)}`);
}

/** `cloudflare-stream:baseUrl` or `cloudflare:baseUrl`, else CLOUDFLARE_BASE_URL, else the public API. */
function baseUrl({ config, env }: SettingsSource): string {
  const configured = present(config("cloudflare-stream:baseUrl")) ?? present(config("cloudflare:baseUrl"));
  const text = configured ?? present(env.CLOUDFLARE_BASE_URL) ?? PUBLIC_BASE_URL;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const where = "the base URL (the configured baseUrl or CLOUDFLARE_BASE_URL)";
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw new SettingsError(`${where} must be an https address such as ${PUBLIC_BASE_URL}`);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    const example = `an address such as ${PUBLIC_BASE_URL}`;
    throw new SettingsError(
      `${where} must not contain a user name, a password, a query or a fragment: give ${example}`,
    );
  }
  const insecureAllowed = present(config("cloudflare-stream:allowInsecureBaseUrl")) === "true";
  if (url.protocol === "http:" && !isLoopback(url.hostname) && !insecureAllowed) {
    throw new SettingsError(
      `the base URL ${url.origin} is not https, so the credentials would travel in the clear. Use https, a loopback ` +
        "address, or set cloudflare-stream:allowInsecureBaseUrl to true.",
    );
  }
  return url.href.replace(/\/+$/, "");
}

/** `cloudflare-stream:requestsPer5Minutes`. */
function requestsPer5Minutes({ config }: SettingsSource): number | undefined {
  const text = present(config("cloudflare-stream:requestsPer5Minutes"));
  if (text === undefined) return undefined;
  const quota = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (quota >= LEAST_QUOTA && quota <= LARGEST_QUOTA) return quota;
  throw new SettingsError(
    `cloudflare-stream:requestsPer5Minutes must be a whole number from ${LEAST_QUOTA} to ${LARGEST_QUOTA}: ` +
      "the requests that Cloudflare allows you in 5 minutes, 1200 unless it raised them for you",
  );
}

/** `cloudflare-stream:userAgentOperatorSuffix` or `cloudflare:userAgentOperatorSuffix`. */
function userAgentSuffix({ config }: SettingsSource): string | undefined {
  const name = "userAgentOperatorSuffix";
  const suffix = present(config(`cloudflare-stream:${name}`)) ?? present(config(`cloudflare:${name}`));
  if (suffix === undefined || (suffix.length <= LONGEST_SUFFIX && /^[\x20-\x7e]+$/.test(suffix))) return suffix;
  throw new SettingsError(
    `the configured ${name} must be one line of at most ${LONGEST_SUFFIX} printable ASCII characters: it becomes part of a header`,
  );
}

/** The trimmed value, or undefined if it is not set or blank. Trimmed because tokens are pasted with line breaks. */
function present(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === undefined || trimmed === "" ? undefined : trimmed;
}
