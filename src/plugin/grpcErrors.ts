/** Converts errors into gRPC statuses. */
import type { Metadata } from "@grpc/grpc-js";
import { anyMessages, grpcLibrary } from "../host/pulumiDependencies";
import type { PartialResult } from "../host/hostErrors";
import { encode } from "./properties";
import { protocol } from "./protocol";

/** A partial result of a resource some of whose outputs are secret. */
export class PartialResponse extends Error {
  readonly result: PartialResult;
  readonly secrets: ReadonlySet<string>;
  constructor(result: PartialResult, secrets: ReadonlySet<string>) {
    super(result.message);
    this.result = result;
    this.secrets = secrets;
  }
}

/** The status that a call ends with. */
interface CallStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata?: Metadata;
}

/** Converts an error. A partial result, which the engine puts into the state, is sent beside the status in a header that Go's gRPC reads. */
export function statusOf(error: unknown): CallStatus {
  const details = error instanceof Error ? error.message : String(error);
  const { status, Metadata } = grpcLibrary();
  if (!(error instanceof PartialResponse)) return { code: status.UNKNOWN, details };
  const { ErrorResourceInitFailed } = protocol();
  const { Status } = require("@pulumi/pulumi/proto/status_pb") as typeof import("@pulumi/pulumi/proto/status_pb");
  const { id, outputs } = error.result;
  const partial = new ErrorResourceInitFailed();
  partial.setId(id);
  partial.setProperties(encode(outputs, error.secrets));
  // The engine prints the reasons, and not the message.
  partial.setReasonsList([details]);
  const packed = new (anyMessages().Any)();
  packed.pack(partial.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const whole = new Status();
  whole.setCode(status.UNKNOWN);
  whole.setMessage(details);
  whole.addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(whole.serializeBinary()));
  return { code: status.UNKNOWN, details, metadata };
}
