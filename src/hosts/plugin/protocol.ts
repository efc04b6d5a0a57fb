/**
 * The messages of the provider protocol, loaded with the first call that needs them, and the responses that several
 * calls have in common.
 */
import { isDeepStrictEqual } from "node:util";
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { Failure } from "../../downloads/inputFailures";
import type { Values } from "../../core/values";
import { encode } from "./properties";

/** The message classes of `pulumirpc.ResourceProvider`. */
export function protocol(): typeof messages {
  return require("@pulumi/pulumi/proto/provider_pb") as typeof messages;
}

/** The response to a check: the checked inputs, and what is wrong with them. */
export function checkResponse(
  inputs: Values,
  secrets: ReadonlySet<string>,
  failures: readonly Failure[],
): messages.CheckResponse {
  const { CheckFailure, CheckResponse } = protocol();
  const response = new CheckResponse();
  response.setInputs(encode(inputs, secrets));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

/**
 * The keys whose values differ, except the hidden ones of Pulumi's SDKs and this package, which begin with two
 * underscores.
 */
export function changedKeys(olds: Values, news: Values): string[] {
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...keys].filter((key) => !key.startsWith("__") && !isDeepStrictEqual(olds[key], news[key]));
}
