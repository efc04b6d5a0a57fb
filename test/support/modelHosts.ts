/** The two hosts as the engine's model calls them: the dynamic provider by its methods, the plugin by the messages of its protocol. */
import type { ProviderKind } from "../../src/downloads/call";
import { announcement, type UncheckedDownload } from "../../src/downloads/announcement";
import { ClaimTable } from "../../src/downloads/claims";
import { createStreamDownloadProvider, createStreamDownloadsProvider } from "../../src/hosts/dynamic/resourceProvider";
import { ProviderProcess, type ProviderProcessOptions } from "../../src/provider/providerProcess";
import { decode, encode } from "../../src/hosts/plugin/properties";
import { failureOf, messages, PluginClient } from "./pluginClient";

export type Props = Record<string, unknown>;

/** A resource in the state. */
export interface Entry {
  readonly name: string;
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
}

/** A provider process. `create` and `update` reject with the `id` and `properties` of what exists all the same. */
export interface ModelHost {
  check(
    name: string,
    olds: Props,
    args: Props,
    preview?: ProviderKind,
  ): Promise<{ readonly inputs: Props; readonly failures: string[] }>;
  diff(old: Entry, inputs: Props): Promise<{ readonly isChanged: boolean; readonly isReplaced: boolean }>;
  /** What a preview calls in place of create, or of update: nothing of the dynamic provider. */
  preview(name: string, old: Entry | undefined, inputs: Props): Promise<void>;
  create(name: string, inputs: Props): Promise<{ readonly id: string; readonly outputs: Props }>;
  update(old: Entry, inputs: Props): Promise<Props>;
  /** Undefined when it is gone. */
  read(entry: Entry): Promise<Props | undefined>;
  delete(entry: Entry): Promise<void>;
  /** What is said of a resource that the engine skips without asking for a check: by the program's process, or by a preview in the middle of the update. */
  skip(name: string, old: Entry | undefined, args: Props): Promise<void>;
}

/** Starts a process with the stack's configuration, by the names under which both hosts know it. */
export type StartHost = (config: Readonly<Record<string, string>>, options: ProviderProcessOptions) => ModelHost;

const isLibrary = (inputs: Props) => "videoIds" in inputs || "downloads" in inputs;

/** What the arguments of the model's programs declare, which never name an account. */
function downloadsOf(args: Props): UncheckedDownload[] {
  const ofVideos = ((args.videoIds ?? []) as string[]).map((videoId): Props => ({ videoId, type: "default" }));
  const items = isLibrary(args) ? ((args.downloads ?? ofVideos) as Props[]) : [args];
  return items.map(({ videoId, type }) => ({ accountId: undefined, videoId, type }));
}

function startDynamic(config: Readonly<Record<string, string>>, options: ProviderProcessOptions): ModelHost {
  const said = new ClaimTable();
  const shared = new ProviderProcess({ ...options, peers: { publish: () => undefined, claims: () => said.values() } });
  const [single, library] = [createStreamDownloadProvider(shared), createStreamDownloadsProvider(shared)];
  void single.configure({ config: { get: (key: string) => config[key] } } as never);
  const providerOf = (inputs: Props) => (isLibrary(inputs) ? library : single);
  return {
    async check(name, olds, args, preview) {
      const explicit = { name: "other", prefix: "cloudflare-stream:", misspelt: {} };
      const hidden = {
        __provider: "p",
        __urn: `urn::${name}`,
        ...(preview === undefined ? {} : { __preview: preview }),
        ...(preview === "explicit" ? { __explicitProvider: explicit } : {}),
      };
      const checked = await providerOf(args).check(olds, { ...args, ...hidden });
      return { inputs: checked.inputs as Props, failures: (checked.failures ?? []).map(({ reason }) => reason) };
    },
    async diff(old, inputs) {
      const { changes, replaces = [] } = await providerOf(inputs).diff(old.id, old.outputs, inputs);
      return { isChanged: changes !== false, isReplaced: replaces.length > 0 };
    },
    preview: async () => undefined,
    async create(_name, inputs) {
      const { id, outs } = await providerOf(inputs).create(inputs);
      return { id, outputs: outs as Props };
    },
    update: async (old, inputs) => (await providerOf(inputs).update(old.id, old.outputs, inputs)).outs as Props,
    async read({ id, inputs, outputs }) {
      const found = await providerOf(inputs).read(id, outputs);
      return found.id === "" ? undefined : (found.props as Props);
    },
    delete: ({ id, inputs, outputs }) => providerOf(inputs).delete(id, outputs),
    skip: async (name, _old, args) => said.add(announcement(`urn::${name}`, downloadsOf(args))),
  };
}

function startPlugin(config: Readonly<Record<string, string>>, options: ProviderProcessOptions): ModelHost {
  const plugin = PluginClient.inProcess(options);
  void plugin.configure(Object.fromEntries(Object.entries(config).map(([key, value]) => [key.split(":")[1], value])));
  const urn = (name: string, inputs: Props) =>
    `urn:pulumi:dev::project::cloudflare-stream:index:StreamDownload${isLibrary(inputs) ? "s" : ""}::${name}`;
  /** A request about a resource; and what its failure hands over, as properties of the error. */
  const call = async <Response>(method: string, request: unknown): Promise<Response> => {
    try {
      return await plugin.call<Response>(method, request);
    } catch (error) {
      const { message, partial } = failureOf(error);
      throw Object.assign(new Error(message), partial && { id: partial.id, properties: partial.values });
    }
  };
  /** Fills in a request that compares a resource with new inputs. */
  const comparing = <R extends messages.DiffRequest | messages.UpdateRequest>(
    request: R,
    old: Entry,
    inputs: Props,
  ): R => {
    request.setUrn(urn(old.name, inputs));
    request.setId(old.id);
    request.setOldInputs(encode(old.inputs));
    request.setOlds(encode(old.outputs));
    request.setNews(encode(inputs));
    return request;
  };
  const preview = async (name: string, old: Entry | undefined, inputs: Props) => {
    if (old !== undefined) {
      const request = comparing(new messages.UpdateRequest(), old, inputs);
      request.setPreview(true);
      await call("update", request);
      return;
    }
    const request = new messages.CreateRequest();
    request.setUrn(urn(name, inputs));
    request.setProperties(encode(inputs));
    request.setPreview(true);
    await call("create", request);
  };
  return {
    async check(name, olds, args) {
      const request = new messages.CheckRequest();
      request.setUrn(urn(name, args));
      request.setOlds(encode(olds));
      request.setNews(encode(args));
      const response = await call<messages.CheckResponse>("check", request);
      return {
        inputs: decode(response.getInputs()).values,
        failures: response.getFailuresList().map((failure) => failure.getReason()),
      };
    },
    async diff(old, inputs) {
      const request = comparing(new messages.DiffRequest(), old, inputs);
      const response = await call<messages.DiffResponse>("diff", request);
      const isChanged = response.getChanges() !== messages.DiffResponse.DiffChanges.DIFF_NONE;
      return { isChanged, isReplaced: response.getReplacesList().length > 0 };
    },
    preview: (name, old, inputs) => preview(name, old, inputs),
    async create(name, inputs) {
      const request = new messages.CreateRequest();
      request.setUrn(urn(name, inputs));
      request.setProperties(encode(inputs));
      const response = await call<messages.CreateResponse>("create", request);
      return { id: response.getId(), outputs: decode(response.getProperties()).values };
    },
    async update(old, inputs) {
      const request = comparing(new messages.UpdateRequest(), old, inputs);
      return decode((await call<messages.UpdateResponse>("update", request)).getProperties()).values;
    },
    async read(entry) {
      const request = new messages.ReadRequest();
      request.setUrn(urn(entry.name, entry.inputs));
      request.setId(entry.id);
      request.setInputs(encode(entry.inputs));
      request.setProperties(encode(entry.outputs));
      const response = await call<messages.ReadResponse>("read", request);
      return response.getId() === "" ? undefined : decode(response.getProperties()).values;
    },
    async delete(entry) {
      const request = new messages.DeleteRequest();
      request.setUrn(urn(entry.name, entry.inputs));
      request.setId(entry.id);
      request.setOldInputs(encode(entry.inputs));
      request.setProperties(encode(entry.outputs));
      await call("delete", request);
    },
    skip: (name, old, args) => preview(name, old, args),
  };
}

export const MODEL_HOSTS: Readonly<Record<"dynamic provider" | "plugin", StartHost>> = {
  "dynamic provider": startDynamic,
  plugin: startPlugin,
};
