/** Translates the provider protocol's calls about a resource into its lifecycle, and the results back. */
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import { setState } from "../core/bulk/downloadSet";
import { nameOf } from "../core/claims";
import { parseId } from "../core/identity";
import { UNKNOWN } from "../core/inputs/unknown";
import type { RawInputs } from "../core/inputs/inputFields";
import { bulkLifecycle } from "../host/bulkLifecycle";
import { NotYet, PartialResult } from "../host/hostErrors";
import type { Lifecycle } from "../host/lifecycle";
import { timeLimitOf } from "../host/operations";
import type { ProviderProcess } from "../host/providerProcess";
import { singleLifecycle } from "../host/singleLifecycle";
import { DOWNLOAD_TOKEN, LIBRARY_TOKEN } from "./constants";
import { PartialResponse } from "./grpcErrors";
import { previewCreate, previewUpdate } from "./preview";
import { decode, encode, type Properties } from "./properties";
import { changedKeys, checkResponse, protocol } from "./protocol";

/** What is derived from a secret is secret: the inputs of which that is true, and the outputs that are derived from them. */
const DERIVED_SECRETS: Readonly<
  Record<string, { readonly inputs: readonly string[]; readonly outputs: readonly string[] }>
> = {
  [DOWNLOAD_TOKEN]: { inputs: ["videoId"], outputs: ["url"] },
  [LIBRARY_TOKEN]: { inputs: ["videoIds", "downloads"], outputs: ["urls", "statuses", "failures", "__awaiting"] },
};

/** How the name begins that the engine makes up where a program only asks whether a resource exists (an SDK's `StreamDownload.exists`). */
const EXISTS_PREFIX = "__exists__";

/** A request that names a resource. */
interface ResourceRequest {
  getUrn(): string;
}

export class ResourceCalls {
  readonly #shared: ProviderProcess;
  readonly #lifecycles: Readonly<Record<string, Lifecycle>>;
  /** The resources that the engine has had checked. It previews one of the others in the middle of an update, when it skips that. */
  readonly #checked = new Set<string>();
  /** Whether the engine has carried anything out, which it does in no preview. */
  #isUpdate = false;

  constructor(shared: ProviderProcess) {
    this.#shared = shared;
    this.#lifecycles = { [DOWNLOAD_TOKEN]: singleLifecycle(shared), [LIBRARY_TOKEN]: bulkLifecycle(shared) };
  }

  async check(request: messages.CheckRequest): Promise<messages.CheckResponse> {
    const olds = decode(request.getOlds()).values;
    const { inputs, secrets, failures } = await this.#checkInputs(request, olds, decode(request.getNews()));
    return checkResponse(inputs, secrets, failures);
  }

  async #checkInputs(request: ResourceRequest, olds: RawInputs, { values, secrets }: Properties) {
    const { token, urn, lifecycle } = this.#subject(request);
    this.#checked.add(urn);
    const __secretArguments = Object.fromEntries([...secrets].map((name) => [name, true]));
    const given = { ...values, __urn: urn, __secretArguments, ...secretMarker(token, values, secrets) };
    const { inputs, failures } = await lifecycle.check(olds, given);
    return { inputs: withoutMarkers(token, inputs), secrets, failures };
  }

  async diff(request: messages.DiffRequest): Promise<messages.DiffResponse> {
    const { urn, lifecycle } = this.#subject(request);
    const { values: news } = decode(request.getNews());
    const olds = { ...decode(request.getOlds()).values, __urn: urn };
    const { changes, replaces } = await lifecycle.diff(request.getId(), olds, { ...news, __urn: urn });
    const { DiffResponse, PropertyDiff } = protocol();
    const response = new DiffResponse();
    response.setChanges(changes ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
    response.setReplacesList(replaces);
    response.setHasdetaileddiff(true);
    if (!changes) return response;
    const oldInputs = decode(request.getOldInputs()).values;
    const keys = [...new Set([...replaces, ...changedKeys(oldInputs, news)])];
    response.setDiffsList(keys);
    for (const key of keys) {
      const difference = new PropertyDiff();
      difference.setKind(kindOf(oldInputs[key], news[key], replaces.includes(key)));
      difference.setInputdiff(true);
      response.getDetaileddiffMap().set(key, difference);
    }
    return response;
  }

  async create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const { token, urn, lifecycle } = this.#subject(request);
    const given = decode(request.getProperties());
    const { secrets } = given;
    const isPreview = this.#isPreview(request);
    const isSkipped = isPreview && !this.#checked.has(urn);
    const values = isSkipped ? (await this.#checkInputs(request, {}, given)).inputs : given.values;
    const inputs = { ...values, __urn: urn };
    const { CreateResponse } = protocol();
    const response = new CreateResponse();
    const ofOutputs = outputSecrets(token, secrets);
    if (isPreview && !isSkipped) await this.#warnInPreview(urn, inputs);
    const { id, outputs } = isPreview
      ? previewCreate(token, inputs)
      : await this.#inPluginsForm(request, ofOutputs, lifecycle.create(inputs, timeLimitOf(request.getTimeout())));
    response.setId(id);
    response.setProperties(encode(forState(token, outputs), ofOutputs));
    return response;
  }

  async read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const { token, urn, lifecycle } = this.#subject(request);
    const { values, secrets } = decode(request.getProperties());
    const inputs = decode(request.getInputs());
    const { ReadResponse } = protocol();
    const response = new ReadResponse();
    const found = await lifecycle.read(
      request.getId(),
      { ...values, __urn: urn },
      {
        timeLimitMs: timeLimitOf(request.getTimeout()),
        ifMissing: nameOf(urn).startsWith(EXISTS_PREFIX) ? "nothing" : "note",
      },
    );
    // A response without an id tells the engine that the resource is gone.
    if (found === undefined) return response;
    const all = new Set([...secrets, ...inputs.secrets]);
    response.setId(found.id);
    response.setProperties(encode(forState(token, found.outputs), outputSecrets(token, all)));
    const isInState = Object.keys(inputs.values).length > 0;
    response.setInputs(
      isInState
        ? encode(inputs.values, inputs.secrets)
        : encode({ ...parseId(found.id), waitForReady: found.outputs.waitForReady }, all),
    );
    return response;
  }

  async update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const { token, urn, lifecycle } = this.#subject(request);
    const olds = { ...decode(request.getOlds()).values, __urn: urn };
    const given = decode(request.getNews());
    const { secrets } = given;
    const isPreview = this.#isPreview(request);
    const isSkipped = isPreview && !this.#checked.has(urn);
    const values = isSkipped
      ? (await this.#checkInputs(request, decode(request.getOldInputs()).values, given)).inputs
      : given.values;
    const news = { ...values, __urn: urn };
    // As an engine that has a resource checked and compared before it skips it.
    if (isSkipped) lifecycle.skip(request.getId(), olds, news);
    const { UpdateResponse } = protocol();
    const response = new UpdateResponse();
    const ofOutputs = outputSecrets(token, secrets);
    if (isPreview && !isSkipped) await this.#warnInPreview(urn, news);
    const outputs = isPreview
      ? previewUpdate(token, olds, news)
      : await this.#inPluginsForm(
          request,
          ofOutputs,
          lifecycle.update(request.getId(), olds, news, timeLimitOf(request.getTimeout())),
        );
    response.setProperties(encode(forState(token, outputs), ofOutputs));
    return response;
  }

  async delete(request: messages.DeleteRequest): Promise<void> {
    const { urn, lifecycle } = this.#subject(request);
    this.#isUpdate = true;
    const props = { ...decode(request.getProperties()).values, __urn: urn };
    await lifecycle.delete(request.getId(), props, timeLimitOf(request.getTimeout()));
  }

  /** Converts a partial result into the plugin's form. */
  async #inPluginsForm<T>(request: ResourceRequest, secrets: ReadonlySet<string>, result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      const { token, urn } = this.#subject(request);
      // The engine says only that the resource is awaiting.
      if (error instanceof NotYet || (error instanceof PartialResult && error.isNotYet))
        await this.#shared.log({ severity: "info", message: error.message, urn, ephemeral: false });
      if (!(error instanceof PartialResult)) throw error;
      const { message, id, outputs, isNotYet } = error;
      throw new PartialResponse(new PartialResult(message, id, forState(token, outputs), { isNotYet }), secrets);
    }
  }

  #subject(request: ResourceRequest): { urn: string; token: string; lifecycle: Lifecycle } {
    const urn = request.getUrn();
    // A child's type follows those of its parents: `parent$child`.
    const token = urn.split("::")[2]?.split("$").pop() ?? "";
    const lifecycle = this.#lifecycles[token];
    if (lifecycle === undefined) throw new Error(`there is no resource ${token} in this version of the plugin`);
    return { urn, token, lifecycle };
  }

  /** Whether a create or update is only to say what it would do. */
  #isPreview(request: messages.CreateRequest | messages.UpdateRequest): boolean {
    this.#isUpdate ||= !request.getPreview();
    return request.getPreview();
  }

  async #warnInPreview(urn: string, inputs: RawInputs): Promise<void> {
    if (this.#isUpdate) return;
    const known = inputs.accountId === UNKNOWN ? { ...inputs, accountId: "" } : inputs;
    await this.#shared.previewWarnings.warn("own provider", known, this.#shared.settings, { name: nameOf(urn), urn });
  }
}

function areDerivedSecret(token: string, secrets: ReadonlySet<string>): boolean {
  return DERIVED_SECRETS[token]?.inputs.some((name) => secrets.has(name)) ?? false;
}

function outputSecrets(token: string, secrets: ReadonlySet<string>): ReadonlySet<string> {
  if (!areDerivedSecret(token, secrets)) return secrets;
  return new Set([...secrets, ...(DERIVED_SECRETS[token]?.outputs ?? [])]);
}

/** Tells a library's check whether its ids are secret, as a program does with the dynamic provider. While an id is unknown, so is that. */
function secretMarker(token: string, values: RawInputs, secrets: ReadonlySet<string>): RawInputs {
  if (token !== LIBRARY_TOKEN) return {};
  if (areDerivedSecret(token, secrets)) return { urls: null };
  const isUnknown = DERIVED_SECRETS[token]?.inputs.some((name) =>
    JSON.stringify(values[name] ?? null).includes(UNKNOWN),
  );
  return isUnknown === true ? { urls: UNKNOWN } : {};
}

/** The inputs without the URN, and without the markers of secret outputs: with the plugin, the values themselves say that they are secret. */
function withoutMarkers(token: string, inputs: RawInputs): Record<string, unknown> {
  const omitted = ["__urn", ...(DERIVED_SECRETS[token]?.outputs ?? [])];
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !omitted.includes(key)));
}

/**
 * The outputs as the plugin puts them into the state: without the URN, which the engine keeps. The dynamic provider also omits each status that
 * follows from a url, because the program adds it; here nobody would.
 */
function forState(token: string, values: RawInputs): Record<string, unknown> {
  const { __urn: _urn, ...kept } = values;
  const hasStatuses = token === LIBRARY_TOKEN && typeof kept.statuses === "object";
  return hasStatuses ? { ...kept, statuses: { ...setState(kept).statuses } } : kept;
}

function kindOf(old: unknown, next: unknown, isReplaced: boolean): messages.PropertyDiff.Kind {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = protocol().PropertyDiff.Kind;
  if (old === undefined) return isReplaced ? ADD_REPLACE : ADD;
  if (next === undefined) return isReplaced ? DELETE_REPLACE : DELETE;
  return isReplaced ? UPDATE_REPLACE : UPDATE;
}
