/** Reads the credentials: the configured ones, else those in the environment, and says how to give them. */
import type { Credentials } from "./credentials";
import { hasOwnEndpoint, nonBlank, SettingsError, type SettingsSource } from "./settings";
import type { ExplicitProvider } from "../core/settingNames";

/** Which credentials requests use. */
export interface GivenCredentials {
  readonly credentials: Credentials;
  /**
   * The environment's credentials, if the configuration has different ones. `refresh` and `destroy` get the
   * configuration of the last update, so after a token was rotated the configured one is stale and the one in the
   * environment is valid.
   */
  readonly fallbackCredentials?: Credentials;
  /** Whether `credentials` may be those of the last update, which an error then says. Default: they are not. */
  readonly isOfLastUpdate?: () => boolean;
}

const HOW_TO_AUTHENTICATE =
  "Give an API token in the environment as CLOUDFLARE_API_TOKEN or with `pulumi config set --secret cloudflare-stream:apiToken <token>`; " +
  "or a global key as CLOUDFLARE_API_KEY with CLOUDFLARE_EMAIL, or cloudflare-stream:apiKey with cloudflare-stream:email.";

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

/**
 * The credentials that requests use.
 *
 * @throws SettingsError when they are missing or incomplete
 */
export function givenCredentials(source: SettingsSource): GivenCredentials {
  const configured = configuredCredentials(source);
  const fromEnvironment = () =>
    credentialsOf(
      source,
      nonBlank(source.env.CLOUDFLARE_API_TOKEN),
      nonBlank(source.env.CLOUDFLARE_API_KEY),
      nonBlank(source.env.CLOUDFLARE_EMAIL),
      ["CLOUDFLARE_API_KEY", "CLOUDFLARE_EMAIL"],
    );
  if (configured === undefined) {
    const credentials = fromEnvironment();
    if (credentials === undefined)
      throw new SettingsError(`no Cloudflare credentials were given. ${howToAuthenticate(source)}`);
    return { credentials };
  }
  const mayFallBack = nonBlank(source.env.CLOUDFLARE_API_TOKEN) !== undefined && !hasOwnEndpoint(source);
  const fallback = mayFallBack ? fromEnvironment() : undefined;
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
  const isIn = (namespace: string) => ["apiToken", "apiKey"].some((name) => nonBlank(config(`${namespace}:${name}`)));
  const namespace = isIn("cloudflare-stream") ? "cloudflare-stream" : "cloudflare";
  const token = nonBlank(config(`${namespace}:apiToken`));
  const key = nonBlank(config(`${namespace}:apiKey`));
  const ownEmail = nonBlank(config("cloudflare-stream:email"));
  const email = ownEmail ?? nonBlank(config("cloudflare:email"));
  if (token === undefined && key === undefined && email === undefined) return undefined;
  if (token === undefined && key === undefined && nonBlank(env.CLOUDFLARE_API_TOKEN) !== undefined) return undefined;
  const named = key === undefined && ownEmail !== undefined ? "cloudflare-stream" : namespace;
  return credentialsOf(
    source,
    token,
    key ?? nonBlank(env.CLOUDFLARE_API_KEY),
    email ?? nonBlank(env.CLOUDFLARE_EMAIL),
    [`${named}:apiKey`, `${named}:email`],
  );
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
