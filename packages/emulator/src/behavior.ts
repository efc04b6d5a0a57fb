/**
 * The settings of {@link Behavior} in a form that can be checked: the values of each, how the command takes it, and
 * what it is about.
 */
import * as v from "valibot";
import { errorCode, milliseconds } from "./adminSchemas";
import { parseDuration } from "./duration";
import { DEFAULT_BEHAVIOR, type Behavior } from "./options";

const errorResponse = v.strictObject({
  status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
  code: errorCode,
  message: v.string(),
});

/** What the command and the admin API take; only a test can give a progress curve of its own. */
export const behaviorSchema = v.partial(
  v.strictObject({
    videoNotReady: v.pipe(errorResponse, v.description("the response to a POST for a video that is not ready")),
    videoIsLive: v.pipe(errorResponse, v.description("the response to a POST for a live stream in progress")),
    videoUnusable: v.pipe(
      errorResponse,
      v.description("the response to a POST for a video that failed or is too long"),
    ),
    repost: v.pipe(v.picklist(["same", "restart", "refuse"]), v.description("a POST for a download that exists")),
    repostAfterError: v.pipe(v.picklist(["same", "restart", "refuse"]), v.description("a POST for one that failed")),
    listNone: v.pipe(v.picklist(["empty", "404"]), v.description("a list of no downloads")),
    deleteNone: v.pipe(v.picklist(["404", "200"]), v.description("a DELETE of a download that does not exist")),
    postResponse: v.pipe(v.picklist(["one", "all"]), v.description("which types a POST returns")),
    untypedPostShape: v.pipe(
      v.picklist(["flat", "keyed"]),
      v.description("the shape of the response to a POST without a type"),
    ),
    typedPostShape: v.pipe(v.picklist(["flat", "keyed"]), v.description("the same with a type")),
    percentFormat: v.pipe(v.picklist(["number", "string"]), v.description("how percentComplete is written")),
    progressCurve: v.pipe(v.picklist(["linear", "steps", "late", "stuck"]), v.description("how percentComplete rises")),
    urlWhileInProgress: v.pipe(v.picklist(["present", "absent"]), v.description("url while a file is being generated")),
    invalidTokenCode: v.pipe(v.picklist([1000, 9109]), v.description("the code for an invalid token")),
    messages: v.pipe(v.picklist(["present", "absent"]), v.description("messages in an envelope")),
    listingLagMs: v.pipe(milliseconds, v.description("how long a list shows what was before a POST")),
  } satisfies Record<keyof Behavior, v.GenericSchema>),
);

/** One setting as the command takes it. */
interface BehaviorFlag {
  readonly name: keyof Behavior;
  /** Without the two dashes, for example `list-none`. */
  readonly flag: string;
  /** What may follow, for example `empty|404`. */
  readonly values: string;
  readonly about: string;
  /** The default, in the same form. */
  readonly usual: string;
  /** @throws Error that says what the flag takes */
  parse(text: string): unknown;
}

/** Every setting as a flag of the command. */
export const BEHAVIOR_FLAGS: readonly BehaviorFlag[] = Object.entries(behaviorSchema.entries).map(
  ([name, { wrapped }]) => {
    const flag = name.replace(/Ms$/, "").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const [schema] = wrapped.pipe;
    const { values, read } = formOf(schema);
    return {
      name: name as keyof Behavior,
      flag,
      values,
      about: v.getDescription(wrapped) ?? "",
      usual: written(DEFAULT_BEHAVIOR[name as keyof Behavior]),
      parse(text) {
        const value = read(text);
        if (value === undefined) throw new Error(`--${flag} must be ${values}; got ${text}`);
        return value;
      },
    };
  },
);

/** How a setting is written on a command line: one of its values, `<status>/<code>/<words>`, or a time. */
function formOf(schema: { readonly type: string; readonly options?: readonly (string | number)[] }): {
  values: string;
  read: (text: string) => unknown;
} {
  if (schema.options !== undefined) {
    const { options } = schema;
    return { values: options.join("|"), read: (text) => options.find((option) => String(option) === text) };
  }
  if (schema.type === "number") return { values: "<time>", read: parseDuration };
  return { values: "<status>/<code>/<words>", read: readErrorResponse };
}

function written(value: Behavior[keyof Behavior]): string {
  if (typeof value === "object") return `${value.status}/${value.code}/${value.message}`;
  return value === 0 ? "0s" : String(value);
}

function readErrorResponse(text: string): unknown {
  const [, status, code, message] = /^(\d{3})\/(\d+)(?:\/(.*))?$/.exec(text) ?? [];
  const response = { status: Number(status), code: Number(code), message: message ?? "refused" };
  return v.is(errorResponse, response) ? response : undefined;
}
