/** Reads the settings from the stack's configuration, else from the environment, each when it is needed. */
import { PUBLIC_BASE_URL } from "./constants";
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

/** The message if a resource has no account and none is configured. */
export const NO_ACCOUNT =
  "no account was given. Set the argument accountId, or `pulumi config set cloudflare-stream:accountId <id>`, " +
  "or CLOUDFLARE_ACCOUNT_ID in the environment.";

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
  const configured = nonBlank(source.config("cloudflare-stream:accountId"));
  const accountId = configured ?? nonBlank(source.env.CLOUDFLARE_ACCOUNT_ID);
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
 * What becomes of downloads that exist already, where a resource does not say: `cloudflare-stream:ifExists`, else they
 * are adopted.
 *
 * @throws SettingsError for another value
 */
export function configuredIfExists({ config }: SettingsSource): "adopt" | "fail" {
  const value = nonBlank(config("cloudflare-stream:ifExists")) ?? "adopt";
  if (value === "adopt" || value === "fail") return value;
  throw new SettingsError('cloudflare-stream:ifExists must be "adopt" or "fail"');
}

/**
 * Whether a preview looks at Cloudflare for what an update will find: `cloudflare-stream:previewChecks`, else it does.
 *
 * @throws SettingsError for another value
 */
export function configuredPreviewChecks({ config }: SettingsSource): boolean {
  const value = nonBlank(config("cloudflare-stream:previewChecks")) ?? "true";
  if (value === "true" || value === "false") return value === "true";
  throw new SettingsError("cloudflare-stream:previewChecks must be true or false");
}

/** `cloudflare-stream:baseUrl` or `cloudflare:baseUrl`, else CLOUDFLARE_BASE_URL, else the public API. */
export function baseUrl({ config, env }: SettingsSource): string {
  const configured = nonBlank(config("cloudflare-stream:baseUrl")) ?? nonBlank(config("cloudflare:baseUrl"));
  const text = configured ?? nonBlank(env.CLOUDFLARE_BASE_URL) ?? PUBLIC_BASE_URL;
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
  const insecureAllowed = nonBlank(config("cloudflare-stream:allowInsecureBaseUrl")) === "true";
  if (url.protocol === "http:" && !isLoopback(url.hostname) && !insecureAllowed) {
    throw new SettingsError(
      `the base URL ${url.origin} is not https, so the credentials would travel in the clear. Use https, a loopback ` +
        "address, or set cloudflare-stream:allowInsecureBaseUrl to true.",
    );
  }
  return url.href.replace(/\/+$/, "");
}

/**
 * Whether an explicit provider has an endpoint of its own: whoever is there must not be sent the environment's
 * credentials by refusing the provider's.
 */
export function hasOwnEndpoint({ provider, config, env }: SettingsSource): boolean {
  const own = nonBlank(config("cloudflare-stream:baseUrl")) ?? nonBlank(config("cloudflare:baseUrl"));
  return provider !== undefined && own !== undefined && own !== (nonBlank(env.CLOUDFLARE_BASE_URL) ?? PUBLIC_BASE_URL);
}

/** `cloudflare-stream:requestsPer5Minutes`. */
export function requestsPer5Minutes({ config }: SettingsSource): number | undefined {
  const text = nonBlank(config("cloudflare-stream:requestsPer5Minutes"));
  if (text === undefined) return undefined;
  const quota = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (quota >= LEAST_QUOTA && quota <= LARGEST_QUOTA) return quota;
  throw new SettingsError(
    `cloudflare-stream:requestsPer5Minutes must be a whole number from ${LEAST_QUOTA} to ${LARGEST_QUOTA}: ` +
      "the requests that Cloudflare allows you in 5 minutes, 1200 unless it raised them for you",
  );
}

/** `cloudflare-stream:userAgentOperatorSuffix` or `cloudflare:userAgentOperatorSuffix`. */
export function userAgentSuffix({ config }: SettingsSource): string | undefined {
  const name = "userAgentOperatorSuffix";
  const suffix = nonBlank(config(`cloudflare-stream:${name}`)) ?? nonBlank(config(`cloudflare:${name}`));
  if (suffix === undefined || (suffix.length <= LONGEST_SUFFIX && /^[\x20-\x7e]+$/.test(suffix))) return suffix;
  throw new SettingsError(
    `the configured ${name} must be one line of at most ${LONGEST_SUFFIX} printable ASCII characters: it becomes part of a header`,
  );
}

/** The trimmed value, or undefined if it is not set or blank. Trimmed because tokens are pasted with line breaks. */
export function nonBlank(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === undefined || trimmed === "" ? undefined : trimmed;
}
