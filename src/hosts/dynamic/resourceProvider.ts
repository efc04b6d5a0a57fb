/** Translates Pulumi's dynamic-provider protocol into the lifecycle of a resource. */
import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import type { Face } from "../../downloads/face";
import { libraryFace } from "../../downloads/libraryFace";
import { singleFace } from "../../downloads/singleFace";
import { callWith, explicitProviderIn, givenIn, keptHidden, withoutHidden } from "../../downloads/hiddenKeys";
import { isGiven, UNKNOWN, type Values } from "../../core/values";
import { PartialResult } from "../../provider/hostErrors";
import type { ProviderProcess } from "../../provider/providerProcess";
import { Resource } from "../../provider/resource";
import { currentCall, timeLimitWith } from "./engineRequests";

/** Creates the resource provider of `StreamDownload`. */
export function createStreamDownloadProvider(shared: ProviderProcess) {
  return resourceProvider(shared, singleFace);
}

/** Creates the resource provider of `StreamDownloads`. */
export function createStreamDownloadsProvider(shared: ProviderProcess) {
  return resourceProvider(shared, libraryFace);
}

function resourceProvider(shared: ProviderProcess, face: Face) {
  const resource = new Resource(shared, face);
  /**
   * The resources whose inputs have changed since the last deployment. Only check gets the old inputs; diff gets the
   * old outputs.
   */
  const changed = new Set<string>();
  /** The resources of a preview, of which only check is told that it is one. */
  const previewed = new Set<string>();
  return {
    async configure(request: dynamic.ConfigureRequest): Promise<void> {
      shared.configure((key) => {
        const value: unknown = request.config.get(key);
        // A provider that a program makes without StreamProvider may have `false` and 1200 for an argument.
        return ["string", "boolean", "number"].includes(typeof value) ? String(value) : undefined;
      });
    },

    async check(olds: Values, given: Values): Promise<dynamic.CheckResult> {
      shared.nameProvider(explicitProviderIn(given));
      const { args, marks, secrets } = givenIn(face, given);
      const call = { ...callWith(given), secrets };
      const checked = await resource.check(call, olds, args);
      const inputs = { ...keptHidden(given), ...checked.inputs };
      if (shared.whyNotConfigured !== undefined) return { ...checked, inputs };
      if (isDeepStrictEqual(visible(olds), visible(inputs))) changed.delete(call.urn);
      else changed.add(call.urn);
      if (call.preview === undefined) previewed.delete(call.urn);
      else previewed.add(call.urn);
      // Where the engine has no old inputs to compare with, a create follows, also of a replacement. In a preview it is
      // not called.
      const isCreation = Object.keys(olds).length === 0 && checked.failures.length === 0;
      if (isCreation && call.preview !== undefined) await resource.preview(call, inputs);
      // A preview uses the inputs as outputs, so one without a value must be unknown there: a program must not take it
      // for absent.
      const unknown = Object.fromEntries(Object.keys(marks).map((name) => [name, UNKNOWN]));
      return { ...checked, inputs: { ...inputs, ...(call.preview === undefined ? marks : unknown) } };
    },

    async diff(id: string, olds: Values, news: Values): Promise<dynamic.DiffResult> {
      const call = callWith(news);
      const { changes, replaces } = await resource.diff(call, id, olds, news);
      if (changes && replaces.length === 0 && previewed.has(call.urn))
        await resource.preview(call, news, { id, outputs: olds });
      // `changes` is left open where it follows from the inputs: the engine then compares them itself and applies
      // `replaceOnChanges`. A dynamic provider cannot report which inputs have changed.
      if (changes && replaces.length === 0 && changed.has(call.urn)) return { replaces };
      return { changes, replaces };
    },

    async create(inputs: Values): Promise<dynamic.CreateResult> {
      const call = { ...callWith(inputs), timeLimitMs: timeLimitWith(inputs) };
      const { id, outputs } = await inEngineForm(inputs, resource.create(call, inputs));
      return { id, outs: { ...keptHidden(inputs), ...outputs } };
    },

    async read(givenId: string, props: Values): Promise<dynamic.ReadResult> {
      shared.nameProvider(explicitProviderIn(props));
      const call = { ...callWith(props), timeLimitMs: timeLimitWith(props) };
      const found = await resource.read(call, givenId, props, "error");
      // An empty id means that the resource no longer exists.
      if (found === undefined) return { id: "", props: {} };
      return { id: found.id, props: { ...keptHidden(props), ...found.outputs } };
    },

    async update(id: string, olds: Values, news: Values): Promise<dynamic.UpdateResult> {
      const call = { ...callWith(news), timeLimitMs: currentCall()?.timeLimitMs };
      const outputs = await inEngineForm(news, resource.update(call, id, olds, news));
      return { outs: { ...keptHidden(news), ...outputs } };
    },

    async delete(id: string, props: Values): Promise<void> {
      const call = { ...callWith(props), ...currentCall() };
      await resource.delete(call, id, props);
    },
  } satisfies dynamic.ResourceProvider;
}

/** Converts a partial result into the form of the dynamic provider, which reads it from properties of the error. */
async function inEngineForm<T>(inputs: Values, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if (!(error instanceof PartialResult)) throw error;
    const properties = { ...keptHidden(inputs), ...error.outputs };
    // The engine prints the reasons, so they repeat the message.
    throw Object.assign(error, { properties, reasons: [error.message] });
  }
}

/** The arguments among inputs, except those without a value, which the engine may drop. */
function visible(inputs: Values): Values {
  return Object.fromEntries(Object.entries(withoutHidden(inputs)).filter(([, value]) => isGiven(value)));
}
