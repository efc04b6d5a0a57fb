/** Which arguments are secret, so that no message shows their values: the hidden input `__secretArguments`. Only a check gets it. */
import type { RawInputs } from "./inputFields";

/** The names of the secret arguments, of misspelt ones too. The input has `true` for each of them, or UNKNOWN while that is not known. */
export function secretArguments({ __secretArguments: marks }: RawInputs): ReadonlySet<string> {
  if (typeof marks !== "object" || marks === null) return new Set();
  return new Set(Object.entries(marks).flatMap(([name, mark]) => (mark === undefined || mark === null ? [] : [name])));
}

/** Inputs without the mark. */
export function withoutSecretArguments({ __secretArguments: _marks, ...inputs }: RawInputs): RawInputs {
  return inputs;
}
