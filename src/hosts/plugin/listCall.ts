/** The call that lists resources which exist, for `pulumi do … list`: it streams them one by one. */
import type { ServerWritableStream } from "@grpc/grpc-js";
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import { UNKNOWN } from "../../core/values";
import { listDownloads } from "../../provider/listDownloads";
import { LookUps } from "../../provider/lookUp";
import type { ProviderProcess } from "../../provider/providerProcess";
import { DOWNLOAD_TOKEN } from "./constants";
import { statusOf } from "./grpcErrors";
import { decode } from "./properties";
import { protocol } from "./protocol";

export class ListCall {
  readonly #shared: ProviderProcess;
  readonly #lookUps: LookUps;

  constructor(shared: ProviderProcess) {
    this.#shared = shared;
    this.#lookUps = new LookUps(shared.clock, shared.sessions);
  }

  /** Writes what is found, and ends the stream. */
  async list(call: ServerWritableStream<messages.ListRequest, messages.ListResponse>): Promise<void> {
    try {
      await this.#write(call.request, (response) => void call.write(response));
      call.end();
    } catch (error) {
      // As gRPC wants it: a stream that is destroyed would never end for the engine.
      call.emit("error", statusOf(error));
    }
  }

  async #write(request: messages.ListRequest, write: (response: messages.ListResponse) => void): Promise<void> {
    const { ListResponse } = protocol();
    const { values: query } = decode(request.getQuery());
    if (request.getToken() !== DOWNLOAD_TOKEN) throw new Error(`${request.getToken()} cannot be listed`);
    if (Object.values(query).includes(UNKNOWN)) {
      const response = new ListResponse();
      response.setComputed(new ListResponse.Computed());
      write(response);
      return;
    }
    const limit = request.getLimit() > 0 ? request.getLimit() : Number.POSITIVE_INFINITY;
    const log = (message: string) => {
      void this.#shared.log({ severity: "info", message, urn: "", ephemeral: false });
    };
    await this.#shared.untilCancelled(async (signal) => {
      let count = 0;
      const program = { identity: this, settings: this.#shared.settings, log, signal };
      for await (const { id, name } of listDownloads(this.#lookUps, query, program)) {
        const [response, result] = [new ListResponse(), new ListResponse.Result()];
        result.setId(id);
        result.setName(name);
        response.setResult(result);
        write(response);
        if (++count >= limit) return;
      }
    });
  }
}
