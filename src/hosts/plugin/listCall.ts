/** The call that lists resources which exist, for `pulumi do … list`: it streams them one by one. */
import type { ServerWritableStream } from "@grpc/grpc-js";
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import { UNKNOWN } from "../../core/values";
import { listDownloads } from "../../provider/listDownloads";
import type { ProviderProcess } from "../../provider/providerProcess";
import { DOWNLOAD_TOKEN } from "./constants";
import { statusOf } from "./grpcErrors";
import { decode } from "./properties";
import { protocol } from "./protocol";

/** Writes what is found, and ends the stream. */
export async function list(
  shared: ProviderProcess,
  stream: ServerWritableStream<messages.ListRequest, messages.ListResponse>,
): Promise<void> {
  try {
    await write(shared, stream.request, (response) => void stream.write(response));
    stream.end();
  } catch (error) {
    // As gRPC wants it: a stream that is destroyed would never end for the engine.
    stream.emit("error", statusOf(error));
  }
}

async function write(
  shared: ProviderProcess,
  request: messages.ListRequest,
  send: (response: messages.ListResponse) => void,
): Promise<void> {
  const { ListResponse } = protocol();
  const { values: query } = decode(request.getQuery());
  if (request.getToken() !== DOWNLOAD_TOKEN) throw new Error(`${request.getToken()} cannot be listed`);
  if (Object.values(query).includes(UNKNOWN)) {
    const response = new ListResponse();
    response.setComputed(new ListResponse.Computed());
    send(response);
    return;
  }
  const limit = request.getLimit() > 0 ? request.getLimit() : Number.POSITIVE_INFINITY;
  await shared.lookUp(async (lookUps, program) => {
    let count = 0;
    for await (const { id, name } of listDownloads(lookUps, query, program)) {
      const [response, result] = [new ListResponse(), new ListResponse.Result()];
      result.setId(id);
      result.setName(name);
      response.setResult(result);
      send(response);
      if (++count >= limit) return;
    }
  });
}
