/** The provider for other credentials than the stack's. */
import * as pulumi from "@pulumi/pulumi";
import { meantSetting, NAMESPACE, SECRET_SETTINGS, SETTING_TYPES, SETTINGS } from "../core/settingNames";
import { runError } from "./runError";
import { checkOptions, isPlainObject, kindOf, requireName } from "./wrongValues";

/**
 * The arguments of a {@link StreamProvider}: what the stack's configuration has as `cloudflare-stream:apiToken` and so
 * on. Whatever is not given is taken from the environment, and never from the stack's configuration.
 */
export interface StreamProviderArgs {
  /**
   * An API token with the permission Stream Write. It is a secret, whatever is passed.
   * @default the environment's CLOUDFLARE_API_TOKEN
   */
  apiToken?: pulumi.Input<string> | undefined;
  /**
   * A global API key, instead of a token, with `email`. It is a secret, whatever is passed.
   * @default the environment's CLOUDFLARE_API_KEY
   */
  apiKey?: pulumi.Input<string> | undefined;
  /**
   * The email address that the API key belongs to.
   * @default the environment's CLOUDFLARE_EMAIL
   */
  email?: pulumi.Input<string> | undefined;
  /**
   * The account of resources that name none: 32 hexadecimal characters.
   * @default the environment's CLOUDFLARE_ACCOUNT_ID
   */
  accountId?: pulumi.Input<string> | undefined;
  /**
   * The API's address, which ends in /client/v4.
   * @default the environment's CLOUDFLARE_BASE_URL, else Cloudflare's own
   */
  baseUrl?: pulumi.Input<string> | undefined;
  /**
   * Whether credentials may go to an address without TLS on another machine.
   * @default false
   */
  allowInsecureBaseUrl?: pulumi.Input<boolean> | undefined;
  /**
   * The requests that Cloudflare allows you in 5 minutes: a whole number from 100 to 60000.
   * @default 1200, or what Cloudflare's API announces where that is more
   */
  requestsPer5Minutes?: pulumi.Input<number> | undefined;
  /**
   * What becomes of downloads that exist before their resource does, where the resource does not say.
   * @default "adopt"
   */
  ifExists?: pulumi.Input<"adopt" | "fail"> | undefined;
  /**
   * Whether a preview looks at Cloudflare for what an update will find: at most 100 requests, and none without
   * credentials.
   * @default true
   */
  previewChecks?: pulumi.Input<boolean> | undefined;
  /**
   * What follows this package's name in the header User-Agent of its requests: at most 200 printable ASCII characters.
   * @default nothing
   */
  userAgentOperatorSuffix?: pulumi.Input<string> | undefined;
}

/**
 * A provider with its own credentials, for the option `provider` of resources and look-ups, or `providers` of
 * components. It uses its arguments and the environment, and nothing of the stack's configuration.
 *
 * To the engine it is a provider of "pulumi-nodejs", whose arguments are named as in the stack's configuration
 * (`cloudflare-stream:apiToken`), so one that a program made with `pulumi.ProviderResource` and these names can become
 * a StreamProvider without a change.
 *
 * @example
 * const other = new StreamProvider("other", { apiToken: config.requireSecret("otherToken"), accountId: otherAccount });
 * new StreamDownload("elsewhere", { videoId }, { provider: other });
 */
export class StreamProvider extends pulumi.ProviderResource {
  /**
   * Declares a provider.
   *
   * @param name the provider's name, unique in the program
   * @param args its settings
   * @param opts the options of any Pulumi resource, for example `envVarMappings`
   * @throws RunError for an argument that does not exist, or is not what it should be
   */
  constructor(name: string, args: StreamProviderArgs = {}, opts: pulumi.ResourceOptions = {}) {
    requireName("StreamProvider", name, "provider");
    checkArguments(`the provider "${name}"`, args);
    checkOptions(`the provider "${name}"`, opts);
    super("pulumi-nodejs", name, settingsIn(args), opts);
  }
}

/** What a program gives of a type; of any other a string. */
const GIVEN: Readonly<Record<string, string>> = { boolean: "a boolean", integer: "a number" };

function checkArguments(provider: string, args: unknown): void {
  if (!isPlainObject(args))
    throw runError(`${provider}: its arguments must be an object, as { apiToken: token }; got ${kindOf(args)}`);
  for (const [key, value] of Object.entries(args)) {
    const setting = SETTINGS.find((name) => name === key);
    if (setting === undefined) {
      const meant = meantSetting(key);
      throw runError(
        `${provider}: ${key} is not an argument` +
          (meant === undefined ? `; the arguments are ${SETTINGS.join(", ")}` : `: did you mean ${meant}?`),
      );
    }
    const wanted = GIVEN[SETTING_TYPES[setting]] ?? "a string";
    // Blank, as an environment variable may be, is the same as not given.
    const kind = value === "" ? "a string" : kindOf(value);
    if (![wanted, "undefined", "null", "an output"].includes(kind))
      throw runError(`${provider}: ${key} must be ${wanted}; got ${kind}`);
  }
}

/** The arguments as the engine has them: all of them text. */
function settingsIn(args: StreamProviderArgs): pulumi.Inputs {
  const given = Object.entries(args).filter(([, value]) => kindOf(value) !== "undefined" && kindOf(value) !== "null");
  return Object.fromEntries(
    given.map(([name, value]: [string, unknown]) => {
      const known: pulumi.Output<unknown> = pulumi.output(value);
      const text = known.apply((setting) => (setting === undefined || setting === null ? undefined : String(setting)));
      return [`${NAMESPACE}:${name}`, SECRET_SETTINGS.includes(name) ? pulumi.secret(text) : text];
    }),
  );
}
