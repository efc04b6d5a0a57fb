/**
 * The calls about the provider's own configuration. No setting is required here: a preview must not need credentials.
 */
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import { nameOf } from "../../downloads/claims";
import { asPrinted, type Failure, quote } from "../../downloads/inputFailures";
import { checkHexId, checkNoOthers } from "../../downloads/inputFields";
import { SECRET_SETTINGS, SETTING_TYPES, SETTINGS } from "../../core/settingNames";
import { UNKNOWN, type Values } from "../../core/values";
import { settingsProblems } from "../../stream/connection";
import type { ConfigReader } from "../../stream/settings";
import type { ProviderProcess } from "../../provider/providerProcess";
import { PACKAGE } from "./constants";
import { decode } from "./properties";
import { changedKeys, checkResponse, protocol } from "./protocol";

/** Keys that the engine and the SDKs add. */
const NOT_OURS: readonly string[] = ["version", "pluginDownloadURL", "pluginChecksums"];

/** CheckConfig: wrong settings by their paths; the credentials become secret. */
export function checkConfig(request: messages.CheckRequest): messages.CheckResponse {
  const { values, secrets } = decode(request.getNews());
  const given = Object.fromEntries(Object.entries(values).filter(([key]) => !NOT_OURS.includes(key)));
  const failures: Failure[] = [];
  checkNoOthers(given, SETTINGS, failures);
  if (given.accountId !== undefined) {
    const isSecret = secrets.has("accountId");
    checkHexId(given.accountId, "accountId", "an account's id", failures, { isSecret });
  }
  for (const [name, type] of Object.entries(SETTING_TYPES)) {
    if (type === "string" && name !== "accountId" && !["undefined", "string"].includes(typeof given[name]))
      failures.push({ property: name, reason: "must be a string" });
  }
  const { allowInsecureBaseUrl } = given;
  if (![undefined, UNKNOWN, true, false, "true", "false"].includes(allowInsecureBaseUrl as never)) {
    failures.push({
      property: "allowInsecureBaseUrl",
      reason: `must be true or false; got ${quote(allowInsecureBaseUrl)}`,
    });
  }
  if (failures.length === 0 && !Object.values(given).includes(UNKNOWN)) {
    // Credentials may be in the environment.
    const { credentials: _, ...problems } = settingsProblems({ config: configOf(given), env: {} });
    for (const [property, reason] of Object.entries(problems)) failures.push({ property, reason });
  }
  const secret = new Set([...secrets, ...SECRET_SETTINGS]);
  return checkResponse(values, secret, asPrinted(failures, values, secret));
}

/**
 * DiffConfig: other settings never replace the provider, and so none of its resources; each of those knows its own
 * account.
 */
export function diffConfig(request: messages.DiffRequest): messages.DiffResponse {
  const changed = changedKeys(decode(request.getOlds()).values, decode(request.getNews()).values);
  const { DiffResponse } = protocol();
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  const response = new DiffResponse();
  response.setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setDiffsList(changed);
  return response;
}

/** Configure: takes the settings. */
export function configure(shared: ProviderProcess, request: messages.ConfigureRequest): messages.ConfigureResponse {
  shared.configure(configOf(decode(request.getArgs()).values));
  // Only newer engines name it; the stack's own is called `default` or, by version, `default_0_1_0`.
  const name = nameOf(request.getUrn() ?? "");
  if (name !== "" && !/^default(_|$)/.test(name)) shared.nameProvider({ name, prefix: "", misspelt: {} });
  const response = new (protocol().ConfigureResponse)();
  response.setAcceptsecrets(true);
  response.setSupportspreview(true);
  return response;
}

/** Settings under the names by which they are looked up. */
function configOf(values: Values): ConfigReader {
  const given = new Map(Object.entries(values).map(([name, value]) => [`${PACKAGE}:${name}`, value]));
  return (key) => {
    const value = given.get(key);
    // SDKs pass everything that is not a string as JSON.
    return typeof value === "string" ? value : value == null ? undefined : JSON.stringify(value);
  };
}
