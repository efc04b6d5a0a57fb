/**
 * Property values as gRPC carries them: secrets are objects with a signature, and what is not known yet is a sentinel.
 */
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { UNKNOWN } from "../../core/values";
import { structMessages } from "../../provider/pulumiDependencies";

/** The key that marks an object as a special value, and its value for a secret (`pulumi.runtime.specialSigKey`). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** The engine has a sentinel for each type; here one stands for them all. */
const UNKNOWN_SENTINELS = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** Property values, and which of them are secret or contain secrets. */
export interface Properties {
  readonly values: Record<string, unknown>;
  readonly secrets: ReadonlySet<string>;
}

/** Reads what the engine sent. */
export function decode(struct: Struct | undefined): Properties {
  const secrets = new Set<string>();
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(struct?.toJavaScript() ?? {})) {
    values[key] = plain(value, () => secrets.add(key));
  }
  return { values, secrets };
}

/** Writes values for the engine. What has no value is left out. */
export function encode(values: Readonly<Record<string, unknown>>, secrets: ReadonlySet<string> = new Set()): Struct {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const wrapped = given.map(([key, value]) => [key, secrets.has(key) ? { [SIGNATURE]: SECRET, value } : value]);
  return structMessages().Struct.fromJavaScript(
    Object.fromEntries(wrapped) as Parameters<typeof Struct.fromJavaScript>[0],
  );
}

function plain(value: unknown, onSecret: () => void): unknown {
  if (typeof value === "string") return UNKNOWN_SENTINELS.has(value) ? UNKNOWN : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => plain(item, onSecret));
  const fields = value as Record<string, unknown>;
  if (fields[SIGNATURE] === SECRET) {
    onSecret();
    return plain(fields.value, onSecret);
  }
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, plain(field, onSecret)]));
}
