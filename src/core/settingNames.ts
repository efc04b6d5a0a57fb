/** The settings by name, as a stack's configuration, a provider's arguments and the plugin have them. */
import { closest } from "./closest";

/** The namespace of this package's configuration. */
export const NAMESPACE = "cloudflare-stream";

/** The type of each setting, by the name that the plugin's schema has for it. */
export const SETTING_TYPES = {
  apiToken: "string",
  apiKey: "string",
  email: "string",
  accountId: "string",
  baseUrl: "string",
  allowInsecureBaseUrl: "boolean",
  requestsPer5Minutes: "integer",
  ifExists: "IfExists",
  previewChecks: "boolean",
  userAgentOperatorSuffix: "string",
} as const;

export type Setting = keyof typeof SETTING_TYPES;

export const SETTINGS = Object.keys(SETTING_TYPES) as readonly Setting[];

/** Those that are secret whatever the program says. */
export const SECRET_SETTINGS: readonly string[] = ["apiToken", "apiKey"];

/** The configuration from which they are read: this package's own, else what it shares with `@pulumi/cloudflare`. */
export const CONFIGURATION: readonly string[] = [
  ...SETTINGS.map((name) => `${NAMESPACE}:${name}`),
  ...["apiToken", "apiKey", "email", "baseUrl", "userAgentOperatorSuffix"].map((name) => `cloudflare:${name}`),
];

/** A provider that the program declares, of which the configuration is its own arguments. */
export interface ExplicitProvider {
  readonly name: string;
  /** What the names of its arguments begin with. */
  readonly prefix: "" | "cloudflare-stream:";
  /** Its arguments that are none, each with the one that may be meant: `cloudflare-stream:apitoken`. */
  readonly misspelt: Readonly<Record<string, string>>;
}

/**
 * The setting that a misspelt name may mean: `apiToken` for `apitoken`, `api_token` and `cloudflare-stream:apitoken`.
 *
 * @returns undefined for a name that is none of them, and for one that is right
 */
export function meantSetting(name: string): Setting | undefined {
  return closest(name.replace(/^.*:/, ""), SETTINGS);
}
