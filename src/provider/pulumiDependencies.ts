/**
 * Modules that are Pulumi's dependencies, not ours: they are resolved from there, so that there is one copy of each,
 * and each is loaded when it is needed. The plugin's archive, which has no node_modules, is built with a replacement
 * for this file.
 */
import { createRequire } from "node:module";

const load = createRequire(require.resolve("@pulumi/pulumi"));

export function grpcLibrary(): typeof import("@grpc/grpc-js") {
  return load("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
}

/** Messages that gRPC itself defines: `Struct`, `Any`, `Empty`. */
export function structMessages(): typeof import("google-protobuf/google/protobuf/struct_pb") {
  return load(
    "google-protobuf/google/protobuf/struct_pb",
  ) as typeof import("google-protobuf/google/protobuf/struct_pb");
}

export function anyMessages(): typeof import("google-protobuf/google/protobuf/any_pb") {
  return load("google-protobuf/google/protobuf/any_pb") as typeof import("google-protobuf/google/protobuf/any_pb");
}

export function emptyMessages(): typeof import("google-protobuf/google/protobuf/empty_pb") {
  return load("google-protobuf/google/protobuf/empty_pb") as typeof import("google-protobuf/google/protobuf/empty_pb");
}
