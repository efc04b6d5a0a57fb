/** The plugin as its engine sees it: a gRPC client of a server in this process. */
import { createRequire } from "node:module";
import type { ServiceError } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { type Properties, decode, encode } from "../../src/plugin/properties";
import { type RunningServer, serve } from "../../src/plugin/server";

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

export class PluginClient {
  readonly #client: ResourceProviderClient;
  readonly #server: RunningServer;

  private constructor(server: RunningServer) {
    this.#server = server;
    this.#client = new ResourceProviderClient(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure());
  }

  static async start(): Promise<PluginClient> {
    return new PluginClient(await serve(undefined));
  }

  close(): void {
    this.#client.close();
    this.#server.close();
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

  /** Makes one call. */
  call<Response>(name: string, request: unknown): Promise<Response> {
    return new Promise((resolve, reject) => {
      const method = (this.#client as unknown as Record<string, (request: unknown, done: unknown) => void>)[name];
      method?.call(this.#client, request, (error: ServiceError | null, response: Response) =>
        error === null ? resolve(response) : reject(error),
      );
    });
  }

  /** What a call fails with. */
  async failure(name: string, request: unknown): Promise<Failure> {
    try {
      await this.call(name, request);
    } catch (error) {
      const { code, details, metadata } = error as ServiceError;
      const [packed] = metadata.get("grpc-status-details-bin");
      if (packed === undefined) return { code, message: details };
      const [detail] = Status.deserializeBinary(packed as Buffer).getDetailsList();
      const partial = messages.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
      const [id, reasons] = [partial.getId(), partial.getReasonsList()];
      return { code, message: details, partial: { id, reasons, ...decode(partial.getProperties()) } };
    }
    throw new Error(`${name} succeeded`);
  }
}
