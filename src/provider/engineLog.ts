/** Writes to a resource's own row in the engine's display, through the engine's RPC interface. */
import { grpcLibrary } from "./pulumiDependencies";

/** One line for the engine. */
export interface LogLine {
  readonly severity: "info" | "warning" | "error";
  readonly message: string;
  /** The resource whose row it belongs to; empty for the stack's. */
  readonly urn: string;
  /** Whether it is only shown while the operation runs, and not logged. */
  readonly ephemeral: boolean;
}

/**
 * How long the engine, which is on this machine, may take to accept a line. Nothing waits longer for one: it is
 * dropped.
 */
const LINE_LIMIT_MS = 2000;

/** Sends one line. A failure to deliver it is ignored; the promise resolves after 2 s at the latest. */
export type EngineLog = (line: LogLine) => Promise<void>;

/** The numbers of `pulumirpc.LogSeverity`. */
const SEVERITY = { info: 1, warning: 2, error: 3 } as const;

/** The log of the engine at `address`. Without an address, lines are discarded. */
export function engineLog(address: string | undefined): EngineLog {
  if (address === undefined) return async () => undefined;
  let client: ReturnType<typeof connect> | undefined;
  return async (line) => {
    try {
      client ??= connect(address);
      const request = new client.proto.LogRequest();
      // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum is loaded late
      request.setSeverity(SEVERITY[line.severity]);
      request.setMessage(line.message);
      request.setUrn(line.urn);
      request.setEphemeral(line.ephemeral);
      const { engine, grpc } = client;
      const options = { deadline: Date.now() + LINE_LIMIT_MS };
      await new Promise<void>((resolve) => engine.log(request, new grpc.Metadata(), options, () => resolve()));
    } catch {
      // Nothing depends on a log line.
    }
  };
}

function connect(address: string) {
  const { EngineClient } =
    require("@pulumi/pulumi/proto/engine_grpc_pb") as typeof import("@pulumi/pulumi/proto/engine_grpc_pb");
  const proto = require("@pulumi/pulumi/proto/engine_pb") as typeof import("@pulumi/pulumi/proto/engine_pb");
  const grpc = grpcLibrary();
  // The engine is on this machine. gRPC would look for it behind the proxy of the environment.
  const channel = { "grpc.enable_http_proxy": 0 };
  return { engine: new EngineClient(address, grpc.credentials.createInsecure(), channel), proto, grpc };
}
