/** Translates the provider protocol's calls about a resource into its lifecycle, and the results back. */
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import { nameOf } from "../../downloads/claims";
import type { Call } from "../../downloads/call";
import { libraryFace } from "../../downloads/libraryFace";
import { singleFace } from "../../downloads/singleFace";
import { keptHidden, withoutHidden } from "../../downloads/hiddenKeys";
import { parseId } from "../../core/identity";
import { UNKNOWN, type Values } from "../../core/values";
import { NotYet, PartialResult } from "../../provider/hostErrors";
import { timeLimitOf } from "../../provider/operations";
import type { ProviderProcess } from "../../provider/providerProcess";
import { Resource } from "../../provider/resource";
import { DOWNLOAD_TOKEN, LIBRARY_TOKEN, PACKAGE } from "./constants";
import { decode, encode, type Properties } from "./properties";
import { changedKeys, checkResponse, protocol } from "./protocol";

/**
 * How the name begins that the engine makes up where a program only asks whether a resource exists (an SDK's
 * `StreamDownload.exists`).
 */
const EXISTS_PREFIX = "__exists__";

/** A request that names a resource. */
interface ResourceRequest {
  getUrn(): string;
  getTimeout?(): number;
}

/** What a request is about. */
interface Subject {
  readonly call: Call;
  readonly resource: Resource;
}

/** Writes outputs for the engine. */
type Encoder = (outputs: Values) => Struct;

export class ResourceCalls {
  readonly #shared: ProviderProcess;
  readonly #resources: Readonly<Record<string, Resource>>;
  /**
   * The resources that the engine has had checked. It previews one of the others in the middle of an update, when it
   * skips that.
   */
  readonly #checked = new Set<string>();
  /** Whether the engine has carried anything out, which it does in no preview. */
  #isUpdate = false;

  constructor(shared: ProviderProcess) {
    this.#shared = shared;
    this.#resources = {
      [DOWNLOAD_TOKEN]: new Resource(shared, singleFace),
      [LIBRARY_TOKEN]: new Resource(shared, libraryFace),
    };
  }

  async check(request: messages.CheckRequest): Promise<messages.CheckResponse> {
    const news = decode(request.getNews());
    const { inputs, failures } = await this.#check(this.#subject(request), decode(request.getOlds()).values, news);
    return checkResponse(inputs, news.secrets, failures);
  }

  async #check({ call, resource }: Subject, olds: Values, { values, secrets }: Properties) {
    this.#checked.add(call.urn);
    const { inputs, failures } = await resource.check(
      { ...call, secrets: secretArguments(resource, values, secrets) },
      olds,
      withoutHidden(values),
    );
    return { inputs: { ...keptHidden(values), ...inputs }, failures };
  }

  async diff(request: messages.DiffRequest): Promise<messages.DiffResponse> {
    const { call, resource } = this.#subject(request);
    const news = decode(request.getNews()).values;
    const olds = decode(request.getOlds()).values;
    const { changes, replaces } = await resource.diff(call, request.getId(), olds, news);
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
    const subject = this.#subject(request);
    const { call, resource } = subject;
    const given = decode(request.getProperties());
    const inputs = await this.#inputsOf(request, subject, given, this.#isSkipped(request, call));
    const encodeState = encoderFor(resource, inputs, given.secrets);
    const { CreateResponse } = protocol();
    const response = new CreateResponse();
    if (request.getPreview()) {
      await resource.previewNew(call, inputs);
      // Without an id: it is unknown to the program, which would otherwise look up by it what does not exist yet.
      response.setProperties(encodeState(resource.face.previewOf(inputs)));
      return response;
    }
    const { id, outputs } = await this.#carriedOut(call, encodeState, resource.create(call, inputs));
    response.setId(id);
    response.setProperties(encodeState(outputs));
    return response;
  }

  async read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const { call, resource } = this.#subject(request);
    const { values, secrets } = decode(request.getProperties());
    const inputs = decode(request.getInputs());
    const { ReadResponse } = protocol();
    const response = new ReadResponse();
    const ifMissing = nameOf(call.urn).startsWith(EXISTS_PREFIX) ? "nothing" : "note";
    const found = await resource.read(call, request.getId(), values, ifMissing);
    // A response without an id tells the engine that the resource is gone.
    if (found === undefined) return response;
    const all = new Set([...secrets, ...inputs.secrets]);
    response.setId(found.id);
    response.setProperties(encoderFor(resource, values, all)(found.outputs));
    const isInState = Object.keys(inputs.values).length > 0;
    response.setInputs(
      isInState
        ? encode(inputs.values, inputs.secrets)
        : encode({ ...parseId(found.id), waitForReady: found.outputs.waitForReady }, all),
    );
    return response;
  }

  async update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const subject = this.#subject(request);
    const { call, resource } = subject;
    const olds = decode(request.getOlds()).values;
    const given = decode(request.getNews());
    const isSkipped = this.#isSkipped(request, call);
    const old = { id: request.getId(), outputs: olds, inputs: decode(request.getOldInputs()).values };
    const news = await this.#inputsOf(request, subject, given, isSkipped, old);
    // As an engine that has a resource checked and compared before it skips it.
    if (isSkipped) resource.skip(call, request.getId(), olds, news);
    const encodeState = encoderFor(resource, news, given.secrets);
    const { UpdateResponse } = protocol();
    const response = new UpdateResponse();
    const outputs = request.getPreview()
      ? resource.face.previewOf(news, resource.face.libraryOf(request.getId(), olds))
      : await this.#carriedOut(call, encodeState, resource.update(call, request.getId(), olds, news));
    response.setProperties(encodeState(outputs));
    return response;
  }

  async delete(request: messages.DeleteRequest): Promise<void> {
    const { call, resource } = this.#subject(request);
    this.#isUpdate = true;
    await resource.delete(call, request.getId(), decode(request.getProperties()).values);
  }

  /** Whether a preview says, in the middle of an update, that the engine skips a resource. */
  #isSkipped(request: messages.CreateRequest | messages.UpdateRequest, { urn }: Call): boolean {
    return request.getPreview() && !this.#checked.has(urn);
  }

  /**
   * The checked inputs of a create or update. Those of a skipped resource have not been checked yet. Of a preview in
   * which nothing is carried out, says what an update would lack and find.
   */
  async #inputsOf(
    request: messages.CreateRequest | messages.UpdateRequest,
    subject: Subject,
    given: Properties,
    isSkipped: boolean,
    old?: { readonly id: string; readonly outputs: Values; readonly inputs: Values },
  ): Promise<Values> {
    const { call, resource } = subject;
    const { values } = given;
    this.#isUpdate ||= !request.getPreview();
    if (isSkipped) return (await this.#check(subject, old?.inputs ?? {}, given)).inputs;
    if (this.#isUpdate) return values;
    const known = values.accountId === UNKNOWN ? { ...values, accountId: "" } : values;
    await this.#shared.previewWarnings.warn("explicit", known, this.#shared.settings, call.urn);
    await resource.preview({ ...call, secrets: secretArguments(resource, values, given.secrets) }, values, old);
    return values;
  }

  /** The result of an operation; a partial one in the plugin's form. */
  async #carriedOut<T>({ urn }: Call, encodeState: Encoder, result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      // The engine says only that the resource is awaiting.
      if (error instanceof NotYet || (error instanceof PartialResult && error.isNotYet))
        await this.#shared.note(error.message, urn);
      throw error instanceof PartialResult ? Object.assign(error, { properties: encodeState(error.outputs) }) : error;
    }
  }

  #subject(request: ResourceRequest): Subject {
    const urn = request.getUrn();
    // A child's type follows those of its parents: `parent$child`.
    const token = urn.split("::")[2]?.split("$").pop() ?? "";
    const resource = this.#resources[token];
    if (resource === undefined) throw new Error(unknownResource(token));
    return { call: { urn, timeLimitMs: timeLimitOf(request.getTimeout?.() ?? 0) }, resource };
  }
}

/**
 * How the plugin puts outputs into the state: with the hidden inputs, and with secrets. The dynamic provider omits each
 * status of a library that follows from a url, because the program adds it; here nobody would.
 *
 * @param secrets the names of the values that are secret; what is derived from a secret id is secret too
 */
function encoderFor({ face }: Resource, values: Values, secrets: ReadonlySet<string>): Encoder {
  const hidden = keptHidden(values);
  const areIdsSecret = face.idArguments.some((name) => secrets.has(name));
  const secret = areIdsSecret ? new Set([...secrets, ...face.idOutputs]) : secrets;
  return (outputs) => {
    const all = { ...hidden, ...outputs };
    const isLibrary = face === libraryFace && typeof outputs.statuses === "object";
    return encode(isLibrary ? { ...all, statuses: allStatuses(outputs) } : all, secret);
  };
}

function allStatuses(outputs: Values): Record<string, object> {
  const statuses: Record<string, object> = {};
  for (const { identity, state } of libraryFace.libraryOf("", outputs).known)
    statuses[identity.videoId] = { ...statuses[identity.videoId], [identity.type]: state.status };
  return statuses;
}

/** Which arguments are secret. Whether an id is, is unknown while the id is. */
function secretArguments({ face }: Resource, values: Values, secrets: ReadonlySet<string>): Call["secrets"] {
  const marks = new Map<string, true | typeof UNKNOWN>();
  for (const name of face.idArguments)
    if (JSON.stringify(values[name] ?? null).includes(UNKNOWN)) marks.set(name, UNKNOWN);
  for (const name of secrets) marks.set(name, true);
  return marks;
}

function unknownResource(token: string): string {
  const [ofPackage = ""] = token.split(":");
  if (ofPackage === PACKAGE) return `there is no resource ${token} in this version of the plugin`;
  return (
    `the option provider gives a resource of "${ofPackage}" the provider of "${PACKAGE}", which does not know it. ` +
    "Leave it out, or give it to the component around the resource, as providers: […]."
  );
}

function kindOf(old: unknown, next: unknown, isReplaced: boolean): messages.PropertyDiff.Kind {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = protocol().PropertyDiff.Kind;
  if (old === undefined) return isReplaced ? ADD_REPLACE : ADD;
  if (next === undefined) return isReplaced ? DELETE_REPLACE : DELETE;
  return isReplaced ? UPDATE_REPLACE : UPDATE;
}
