/** Time limits that Pulumi cannot read, which it would report with a stack trace and without the resource's option. */
import type * as pulumi from "@pulumi/pulumi";
import { parseDuration } from "../core/duration";
import { runError } from "./runError";
import { isPlainObject, kindOf } from "./wrongValues";

/**
 * @throws RunError when a limit is not a duration that the engine can parse, in the format of Go, or is negative, which
 * it would ignore
 */
export function checkCustomTimeouts(name: string, opts: pulumi.CustomResourceOptions): void {
  const limits: unknown = opts.customTimeouts ?? {};
  if (!isPlainObject(limits))
    throw runError(
      `the resource "${name}": customTimeouts must be an object, as { create: "30m" }; got ${kindOf(limits)}`,
    );
  for (const operation of ["create", "read", "update", "delete"] as const) {
    const limit = limits[operation];
    if (limit === undefined || limit === null || limit === "") continue;
    if (typeof limit === "string" && limit === limit.trim() && (parseDuration(limit) ?? -1) >= 0) continue;
    throw runError(
      `the resource "${name}": customTimeouts.${operation} must be a duration such as "30m" or "1h30m"; got ${JSON.stringify(limit)}`,
    );
  }
}
