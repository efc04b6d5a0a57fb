/** Translates Pulumi's dynamic-provider protocol into the lifecycle of a resource. */
import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { UNKNOWN } from "../core/inputs/unknown";
import { type RawInputs, urnOf } from "../core/inputs/inputFields";
import type { PreviewMarker } from "../core/settings";
import { PartialResult } from "../host/hostErrors";
import type { Lifecycle } from "../host/lifecycle";
import { bulkLifecycle } from "../host/bulkLifecycle";
import type { ProviderProcess } from "../host/providerProcess";
import { singleLifecycle } from "../host/singleLifecycle";
import { currentCall, timeLimitWith } from "./engineRequests";

/** Creates the resource provider of `StreamDownload`. */
export function createStreamDownloadProvider(shared: ProviderProcess) {
  return resourceProvider(shared, singleLifecycle(shared));
}

/** Creates the resource provider of `StreamDownloads`. */
export function createStreamDownloadsProvider(shared: ProviderProcess) {
  return resourceProvider(shared, bulkLifecycle(shared));
}

function resourceProvider(shared: ProviderProcess, lifecycle: Lifecycle) {
  /** The resources whose inputs have changed since the last deployment. Only check gets the old inputs; diff gets the old outputs. */
  const changed = new Set<string>();
  return {
    async configure(request: dynamic.ConfigureRequest): Promise<void> {
      shared.configure((key) => {
        const value: unknown = request.config.get(key);
        return typeof value === "string" ? value : undefined;
      });
    },

    async check(olds: RawInputs, news: RawInputs): Promise<dynamic.CheckResult> {
      const { __preview: preview, ...given } = news;
      const checked = await lifecycle.check(olds, given, preview as PreviewMarker | undefined);
      if (shared.whyNotConfigured !== undefined) return checked;
      const urn = urnOf(given);
      if (isDeepStrictEqual(visible(olds), visible(checked.inputs))) changed.delete(urn);
      else changed.add(urn);
      return preview === undefined ? checked : { ...checked, inputs: withUnknownOutputs(checked.inputs) };
    },

    async diff(id: string, olds: RawInputs, news: RawInputs): Promise<dynamic.DiffResult> {
      const { changes, replaces } = await lifecycle.diff(id, olds, news);
      // `changes` is left open where it follows from the inputs: the engine then compares them itself and applies `replaceOnChanges`. A dynamic
      // provider cannot report which inputs have changed.
      if (changes && replaces.length === 0 && changed.has(urnOf(news))) return { replaces };
      return { changes, replaces };
    },

    async create(inputs: RawInputs): Promise<dynamic.CreateResult> {
      const { id, outputs } = await inEngineForm(lifecycle.create(inputs, timeLimitWith(inputs)));
      return { id, outs: outputs };
    },

    async read(id: string, given: RawInputs): Promise<dynamic.ReadResult> {
      const { __preview: preview, ...props } = given;
      const found = await lifecycle.read(id, props, {
        preview: preview as PreviewMarker | undefined,
        timeLimitMs: timeLimitWith(given),
      });
      // An empty id means that the resource no longer exists.
      return found === undefined ? { id: "", props: {} } : { id: found.id, props: found.outputs };
    },

    async update(id: string, olds: RawInputs, news: RawInputs): Promise<dynamic.UpdateResult> {
      return { outs: await inEngineForm(lifecycle.update(id, olds, news, currentCall()?.timeLimitMs)) };
    },

    async delete(id: string, props: RawInputs): Promise<void> {
      const { timeLimitMs, urn = urnOf(props) } = currentCall() ?? {};
      await lifecycle.delete(id, { ...props, __urn: urn }, timeLimitMs);
    },
  } satisfies dynamic.ResourceProvider;
}

/** Converts a partial result into the form of the dynamic provider, which reads it from properties of the error. */
async function inEngineForm<T>(result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if (!(error instanceof PartialResult)) throw error;
    // The engine prints the reasons, so they repeat the message.
    throw Object.assign(error, { properties: error.outputs, reasons: [error.message] });
  }
}

/**
 * An input without a value marks an output as secret. A preview uses the inputs as outputs, so such an output must be unknown there: a program
 * must not take it for absent.
 */
function withUnknownOutputs(inputs: RawInputs): RawInputs {
  return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, value === null ? UNKNOWN : value]));
}

/** The arguments among inputs, except those without a value, which the engine may drop. */
function visible(inputs: RawInputs): RawInputs {
  return Object.fromEntries(Object.entries(inputs).filter(([key, value]) => !key.startsWith("__") && value != null));
}
