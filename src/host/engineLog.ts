/** Writes to a resource's own row in the engine's display. The dynamic provider has no such call; the engine's RPC does. */
import { createRequire } from "node:module";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { engineAddress } from "./engineProcess";

/** One line for the engine. */
export interface LogLine {
  readonly severity: "info" | "warning" | "error";
  readonly message: string;
  /** The resource whose row it belongs to; empty for the stack's. */
  readonly urn: string;
  /** Shown while the operation goes on, and kept in no log. */
  readonly ephemeral: boolean;
}

/** The numbers of `pulumirpc.LogSeverity`. */
const SEVERITY = { info: 1, warning: 2, error: 3 } as const;

let client:
  { readonly engine: EngineClient; readonly proto: typeof import("@pulumi/pulumi/proto/engine_pb") } | undefined;

/** Sends one line. A log that cannot be delivered is no reason to fail; outside of the engine it goes nowhere. */
export async function logToEngine(line: LogLine): Promise<void> {
  const address = engineAddress();
  if (address === undefined) return;
  try {
    client ??= connect(address);
    const request = new client.proto.LogRequest();
    request.setSeverity(SEVERITY[line.severity]);
    request.setMessage(line.message);
    request.setUrn(line.urn);
    request.setEphemeral(line.ephemeral);
    const { engine } = client;
    await new Promise<void>((resolve) => engine.log(request, () => resolve()));
  } catch {
    // Nothing depends on it.
  }
}

function connect(address: string): NonNullable<typeof client> {
  const { EngineClient } =
    require("@pulumi/pulumi/proto/engine_grpc_pb") as typeof import("@pulumi/pulumi/proto/engine_grpc_pb");
  const proto = require("@pulumi/pulumi/proto/engine_pb") as typeof import("@pulumi/pulumi/proto/engine_pb");
  // gRPC is Pulumi's dependency, not ours: it is resolved from there.
  const grpc = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js") as {
    credentials: { createInsecure(): ConstructorParameters<typeof EngineClient>[1] };
  };
  return { engine: new EngineClient(address, grpc.credentials.createInsecure()), proto };
}
