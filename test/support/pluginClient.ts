/** The plugin as its engine sees it: a gRPC client of a server in this process. */
import { createRequire } from "node:module";
import type { MethodDefinition, ServiceError } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { ProviderProcessOptions } from "../../src/provider/providerProcess";
import { type Properties, decode, encode } from "../../src/hosts/plugin/properties";
import { calls, serve } from "../../src/hosts/plugin/server";

const pulumiRequire = createRequire(require.resolve("@pulumi/pulumi"));
const grpc = pulumiRequire("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
const { Empty } = pulumiRequire("google-protobuf/google/protobuf/empty_pb") as {
  Empty: new () => never;
};

export { messages };

/** A call that failed. */
export interface Failure {
  readonly code: number;
  readonly message: string;
  /** What exists all the same. */
  readonly partial?: { readonly id: string; readonly reasons: string[] } & Properties;
}

/** Sends a request to a method of the protocol. */
type Send = (method: string, request: never) => Promise<unknown>;

export class PluginClient {
  readonly #send: Send;
  readonly close: () => void;
  readonly #client: ResourceProviderClient | undefined;

  private constructor(send: Send, close: () => void, client?: ResourceProviderClient) {
    this.#send = send;
    this.close = close;
    this.#client = client;
  }

  static async start(): Promise<PluginClient> {
    const server = await serve(undefined);
    const client = new ResourceProviderClient(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure());
    const methods = client as unknown as Record<string, (request: never, done: unknown) => void>;
    const send: Send = (method, request) => inCallback((done) => methods[method]?.call(client, request, done));
    return new PluginClient(
      send,
      () => {
        client.close();
        server.close();
      },
      client,
    );
  }

  /** Without sockets, so that nothing is under way while time is moved. The messages are written and read as on the wire. */
  static inProcess(options: ProviderProcessOptions): PluginClient {
    const handlers = calls(undefined, options) as Record<string, (call: object, done: unknown) => void>;
    const methods = ResourceProviderService as unknown as Record<string, MethodDefinition<unknown, unknown>>;
    const send: Send = async (method, request) => {
      const definition = methods[method];
      const handle = handlers[method];
      if (definition === undefined || handle === undefined) throw new Error(`there is no method ${method}`);
      const received = definition.requestDeserialize(definition.requestSerialize(request));
      const response = await inCallback((done) => handle({ request: received }, done));
      return definition.responseDeserialize(definition.responseSerialize(response));
    };
    return new PluginClient(send, () => undefined);
  }

  attach(address: string): Promise<unknown> {
    const request = new PluginAttach();
    request.setAddress(address);
    return this.call("attach", request);
  }

  cancel(): Promise<unknown> {
    return this.call("cancel", new Empty());
  }

  configure(settings: Record<string, unknown>): Promise<messages.ConfigureResponse> {
    const request = new messages.ConfigureRequest();
    request.setArgs(encode(settings));
    return this.call("configure", request);
  }

  /** Lists resources, over a connection: the responses come one by one. */
  async list(request: messages.ListRequest): Promise<messages.ListResponse[]> {
    const stream = this.#client?.list(request) as AsyncIterable<messages.ListResponse> | undefined;
    const responses: messages.ListResponse[] = [];
    for await (const response of stream ?? []) responses.push(response);
    return responses;
  }

  /** Makes one call. */
  call<Response>(name: string, request: unknown): Promise<Response> {
    return this.#send(name, request as never) as Promise<Response>;
  }

  /** What a call fails with. */
  async failure(name: string, request: unknown): Promise<Failure> {
    const succeeded = await this.call(name, request).then(
      () => true,
      (error: unknown) => failureOf(error),
    );
    if (succeeded === true) throw new Error(`${name} succeeded`);
    return succeeded as Failure;
  }
}

/** What the engine reads from the error of a call. */
export function failureOf(error: unknown): Failure {
  const { code, details, metadata } = error as ServiceError;
  const [packed] = metadata?.get("grpc-status-details-bin") ?? [];
  if (packed === undefined) return { code, message: details };
  const [detail] = Status.deserializeBinary(packed as Buffer).getDetailsList();
  const partial = messages.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
  const [id, reasons] = [partial.getId(), partial.getReasonsList()];
  return { code, message: details, partial: { id, reasons, ...decode(partial.getProperties()) } };
}

function inCallback(run: (done: (error: unknown, response: unknown) => void) => void): Promise<unknown> {
  return new Promise((resolve, reject) =>
    run((error, response) => (error === null ? resolve(response) : reject(error as Error))),
  );
}
