/** Converts errors into gRPC statuses. */
import type { Metadata } from "@grpc/grpc-js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { anyMessages, grpcLibrary } from "../../provider/pulumiDependencies";
import { NotYet, PartialResult } from "../../provider/hostErrors";
import { protocol } from "./protocol";

/** A partial result, with its outputs in the form of the protocol. */
type PartialResponse = PartialResult & { readonly properties: Struct };

/** The status that a call ends with. */
interface CallStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata?: Metadata;
}

/**
 * Converts an error. What the engine is to do besides failing the resource is sent beside the status in a header that
 * Go's gRPC reads: put a partial result into the state, or leave the state as it is, because what is awaited takes
 * longer. Of both the engine takes the first that it knows; those before 3.274 know only partial results.
 */
export function statusOf(error: unknown): CallStatus {
  const details = error instanceof Error ? error.message : String(error);
  const { status, Metadata } = grpcLibrary();
  const messages: [name: string, bytes: Uint8Array][] = [];
  const partial = error instanceof PartialResult ? (error as PartialResponse) : undefined;
  if (error instanceof NotYet || partial?.isNotYet === true)
    // A message without fields, for which not every SDK has a class.
    messages.push(["pulumirpc.ErrorResourceAwaitFailed", new Uint8Array()]);
  if (partial !== undefined) messages.push(["pulumirpc.ErrorResourceInitFailed", partialMessage(partial)]);
  if (messages.length === 0) return { code: status.UNKNOWN, details };
  const { Status } = require("@pulumi/pulumi/proto/status_pb") as typeof import("@pulumi/pulumi/proto/status_pb");
  const whole = new Status();
  whole.setCode(status.UNKNOWN);
  whole.setMessage(details);
  for (const [name, bytes] of messages) {
    const packed = new (anyMessages().Any)();
    packed.pack(bytes, name);
    whole.addDetails(packed);
  }
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(whole.serializeBinary()));
  return { code: status.UNKNOWN, details, metadata };
}

function partialMessage({ message, id, properties }: PartialResponse): Uint8Array {
  const partial = new (protocol().ErrorResourceInitFailed)();
  partial.setId(id);
  partial.setProperties(properties);
  // The engine prints the reasons, and not the message.
  partial.setReasonsList([message]);
  return partial.serializeBinary();
}
