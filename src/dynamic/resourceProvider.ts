/** Pulumi's dynamic-provider protocol on one side, the life of a resource on the other. */
import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { UNKNOWN } from "../core/inputs/inputFailures";
import type { RawInputs } from "../core/inputs/inputFields";
import type { PreviewMarker } from "../core/settings";
import { PartialResult } from "../host/hostErrors";
import type { Lifecycle } from "../host/lifecycle";
import { bulkLifecycle } from "../host/bulkLifecycle";
import { type ProviderProcess, urnOf } from "../host/providerProcess";
import { singleLifecycle } from "../host/singleLifecycle";
import { createTimeout, currentTimeout } from "./requestTimeouts";

/** Makes the resource provider of `StreamDownload`. */
export function createStreamDownloadProvider(shared: ProviderProcess) {
  return resourceProvider(shared, singleLifecycle(shared));
}

/** Makes the resource provider of `StreamDownloads`. */
export function createStreamDownloadsProvider(shared: ProviderProcess) {
  return resourceProvider(shared, bulkLifecycle(shared));
}

function resourceProvider(shared: ProviderProcess, lifecycle: Lifecycle) {
  /** The resources whose inputs have changed since the last deployment: a diff is given the old outputs, the check before it the old inputs. */
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
      // Left open where it follows from the inputs: the engine then compares them itself, and `replaceOnChanges` holds. A dynamic provider has no way to
      // say which inputs have changed.
      if (changes && replaces.length === 0 && changed.has(urnOf(news))) return { replaces };
      return { changes, replaces };
    },

    async create(inputs: RawInputs): Promise<dynamic.CreateResult> {
      const { id, outputs } = await inEngineForm(lifecycle.create(inputs, createTimeout(inputs)));
      return { id, outs: outputs };
    },

    async read(id: string, props: RawInputs): Promise<dynamic.ReadResult> {
      const found = await lifecycle.read(id, props);
      // An empty id stands for a resource that is gone.
      return found === undefined ? { id: "", props: {} } : { id: found.id, props: found.outputs };
    },

    async update(id: string, olds: RawInputs, news: RawInputs): Promise<dynamic.UpdateResult> {
      return { outs: await inEngineForm(lifecycle.update(id, olds, news, currentTimeout())) };
    },

    async delete(id: string, props: RawInputs): Promise<void> {
      await lifecycle.delete(id, props, currentTimeout());
    },
  } satisfies dynamic.ResourceProvider;
}

/** A partial result as the dynamic provider takes it: by the properties of an error. */
async function inEngineForm<T>(result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if (!(error instanceof PartialResult)) throw error;
    // The engine prints both the message and the reasons; the text stands in the reasons alone.
    throw Object.assign(error, { properties: error.outputs, reasons: [error.message] });
  }
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
