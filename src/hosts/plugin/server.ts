/**
 * The plugin's gRPC server: one method for each call of `pulumirpc.ResourceProvider` that is implemented; to the others
 * gRPC itself responds UNIMPLEMENTED.
 */
import type { handleUnaryCall, ServerWritableStream, UntypedServiceImplementation } from "@grpc/grpc-js";
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { VERSION } from "../../core/version";
import { emptyMessages, grpcLibrary } from "../../provider/pulumiDependencies";
import { type EngineConnection, ProviderProcess, type ProviderProcessOptions } from "../../provider/providerProcess";
import { checkConfig, configure, diffConfig } from "./configurationCalls";
import { statusOf } from "./grpcErrors";
import { list } from "./listCall";
import { invoke } from "./lookUpCall";
import { protocol } from "./protocol";
import { ResourceCalls } from "./resourceCalls";

/** Pulumi's own limit. gRPC's default of 4 MB would end at a library of some ten thousand downloads. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** A running server. */
interface RunningServer {
  readonly port: number;
  close(): void;
}

/**
 * Starts the server on a free port of this machine.
 *
 * @param address of the engine that started this process; undefined where a user did, to which one engine after the
 *   other attaches
 */
export async function serve(address: string | undefined): Promise<RunningServer> {
  const { Server, ServerCredentials } = grpcLibrary();
  const { ResourceProviderService } =
    require("@pulumi/pulumi/proto/provider_grpc_pb") as typeof import("@pulumi/pulumi/proto/provider_grpc_pb");
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(ResourceProviderService, calls(address));
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve({ port, close: () => server.forceShutdown() }) : reject(error),
    );
  });
}

/**
 * The methods of the service.
 *
 * @param options a test's clock and environment
 */
export function calls(address: string | undefined, options: ProviderProcessOptions = {}): UntypedServiceImplementation {
  /** Everything that serves one engine. */
  const start = (engine: EngineConnection | undefined) => {
    const shared = new ProviderProcess({ ownsProcess: true, ...options, engine });
    return { shared, resources: new ResourceCalls(shared) };
  };
  let served = start(address === undefined ? undefined : { address });
  let attachedTo: string | undefined;
  /** A process that the user has started outlives its engines. */
  const attach = (to: string) => {
    if (address !== undefined || to === "" || to === attachedTo) return;
    attachedTo = to;
    const next: typeof served = start({ address: to, onDeath: () => next.shared.cancel() });
    served = next;
  };
  /**
   * Every call connects the process to its engine: `pulumi do` that fails on an option asks for the schema alone, and
   * ends without ending its plugins.
   */
  const call = <Request, Response>(run: (request: Request) => Promise<Response>) =>
    unary((request: Request) => {
      served.shared.attach();
      return run(request);
    });
  return {
    handshake: call(async (request: messages.ProviderHandshakeRequest) => {
      attach(request.getEngineAddress());
      const response = new (protocol().ProviderHandshakeResponse)();
      response.setAcceptSecrets(true);
      return response;
    }),
    attach: call(async (request: PluginAttach) => {
      attach(request.getAddress());
      return empty();
    }),
    getPluginInfo: call(async () => {
      const { PluginInfo } =
        require("@pulumi/pulumi/proto/plugin_pb") as typeof import("@pulumi/pulumi/proto/plugin_pb");
      const info = new PluginInfo();
      info.setVersion(VERSION);
      return info;
    }),
    getSchema: call(async () => {
      const { schema } = require("./schema") as typeof import("./schema");
      const response = new (protocol().GetSchemaResponse)();
      response.setSchema(JSON.stringify(schema()));
      return response;
    }),
    checkConfig: call(async (request: messages.CheckRequest) => {
      // Of the state's configuration the engine asks for no check.
      served.shared.noteProgram();
      return checkConfig(request);
    }),
    diffConfig: call(async (request: messages.DiffRequest) => diffConfig(request)),
    configure: call(async (request: messages.ConfigureRequest) => {
      return configure(served.shared, request);
    }),
    invoke: call((request: messages.InvokeRequest) => invoke(served.shared, request)),
    list: (stream: ServerWritableStream<messages.ListRequest, messages.ListResponse>) => {
      served.shared.attach();
      void list(served.shared, stream);
    },
    check: call((request: messages.CheckRequest) => served.resources.check(request)),
    diff: call((request: messages.DiffRequest) => served.resources.diff(request)),
    create: call((request: messages.CreateRequest) => served.resources.create(request)),
    read: call((request: messages.ReadRequest) => served.resources.read(request)),
    update: call((request: messages.UpdateRequest) => served.resources.update(request)),
    delete: call(async (request: messages.DeleteRequest) => {
      await served.resources.delete(request);
      return empty();
    }),
    cancel: call(async () => {
      served.shared.cancel();
      return empty();
    }),
  };
}

function unary<Request, Response>(run: (request: Request) => Promise<Response>): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    run(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(statusOf(error)),
    );
  };
}

function empty() {
  return new (emptyMessages().Empty)();
}
