/** The calls in which the engine plans: configuration, check and diff. They are the same for both resources but for what decides. */
import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { defaultAccountId } from "../core/settings";
import type { DownloadIdentity } from "../core/identity";
import type { AccountFallback } from "../core/single/check";
import { nameOf } from "../core/claims";
import type { DownloadDiff } from "../core/single/diff";
import { UNKNOWN } from "../core/inputs/inputFailures";
import type { RawInputs } from "../core/inputs/inputFields";
import { logToEngine } from "../host/engineLog";
import { type ProviderProcess, urnOf } from "./providerProcess";
import { notConfigured } from "./pulumiSdk";

/** What decides for a resource. */
export interface Decisions {
  check(olds: RawInputs, news: RawInputs, fallback: AccountFallback): dynamic.CheckResult;
  diff(olds: RawInputs, news: RawInputs, isRefresh: boolean): DownloadDiff;
  /** The downloads in the state. */
  inState(id: string, olds: RawInputs): DownloadIdentity[];
}

/** The planning calls of a resource provider. */
export function checkAndDiff(shared: ProviderProcess, { check, diff, inState }: Decisions) {
  const { claims } = shared;
  /** The resources whose inputs have changed since the last deployment: a diff is given the old outputs, the check before it the old inputs. */
  const changed = new Set<string>();
  return {
    async configure(request: dynamic.ConfigureRequest): Promise<void> {
      shared.configure(request);
    },

    async check(olds: RawInputs, news: RawInputs): Promise<dynamic.CheckResult> {
      shared.attach();
      if (!shared.isConfigured) return { inputs: news, failures: [{ property: "", reason: notConfigured() }] };
      const { __preview: preview, ...given } = news;
      const checked = check(olds, given, { defaultAccountId: () => defaultAccountId(shared.settings), claims });
      const urn = urnOf(given);
      if (isDeepStrictEqual(visible(olds), visible(checked.inputs))) changed.delete(urn);
      else changed.add(urn);
      if (preview !== undefined && checked.failures?.length === 0) {
        await shared.previewWarnings.warn(preview, checked.inputs as RawInputs, shared.settings, {
          name: nameOf(urn),
          urn,
        });
      }
      return preview === undefined ? checked : { ...checked, inputs: withUnknownOutputs(checked.inputs as RawInputs) };
    },

    async diff(id: string, olds: RawInputs, news: RawInputs): Promise<dynamic.DiffResult> {
      const urn = urnOf(news);
      // A refresh compares without the program, which declares nothing in it.
      const { changes, replaces, because } = diff(olds, news, !claims.isDeclared(urn));
      claims.keepDeclared(urn, inState(id, olds), replaces.length > 0);
      if (because !== undefined) {
        // With the name: where the engine prints a diff and no rows, nothing else says whose line it is.
        await logToEngine({ severity: "info", message: `${nameOf(urn)}: ${because}`, urn, ephemeral: false });
      }
      // Left open where it follows from the inputs: the engine then compares them itself, and `replaceOnChanges` holds. A dynamic provider has no way to
      // say which inputs have changed.
      if (changes && replaces.length === 0 && changed.has(urn)) return { replaces };
      return { changes, replaces };
    },
  };
}

/**
 * An input without a value marks an output as secret. A preview takes the inputs for the outputs, and nothing is known of that output there:
 * a program must not take it for absent.
 */
function withUnknownOutputs(inputs: RawInputs): RawInputs {
  return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, value === null ? UNKNOWN : value]));
}

/** The arguments among inputs; not those without a value, which the engine may drop. */
function visible(inputs: RawInputs): RawInputs {
  return Object.fromEntries(Object.entries(inputs).filter(([key, value]) => !key.startsWith("__") && value != null));
}
