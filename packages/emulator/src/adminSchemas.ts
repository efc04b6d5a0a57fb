/** The bodies that the admin API takes. The OpenAPI document is generated from them (`npm run docs`). */
import * as v from "valibot";
import { OPERATIONS } from "./faults";
import { HEX_ID, VIDEO_STATES } from "./options";
import { timestampSchema } from "./timestamps";

/** Ten years: the largest value in milliseconds. */
const LONGEST_MS = 315_360_000_000;

/** More than any test counts to. */
const MOST = 1_000_000_000;

const milliseconds = v.pipe(v.number(), v.minValue(0), v.maxValue(LONGEST_MS));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST));
const hexId = v.pipe(v.string(), v.regex(HEX_ID, "must be 32 lower-case hexadecimal characters"));

/** Cloudflare's codes are whole numbers. */
export const errorCode = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST));
export { milliseconds };

/** What HTTP can carry; the length of a body is the server's to say. */
const headerName = v.pipe(
  v.string(),
  v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "is not a header's name"),
  v.regex(
    /^(?!(?:content-length|transfer-encoding|connection|trailer|upgrade|te|__proto__)$)/i,
    "is set by the server",
  ),
);
const headerValue = v.pipe(v.string(), v.regex(/^[\t\x20-\x7e\x80-\xff]*$/, "is not a header's value"));

const text = (longest: number) => v.pipe(v.string(), v.maxLength(longest));
const anyNumber = v.pipe(v.number(), v.maxValue(1e15));

/** What a video may be declared with; `null` is the default. */
const videoEntries = {
  accountId: v.nullish(v.pipe(hexId, v.description("The account it is in. Default: every account."))),
  state: v.nullish(v.pipe(v.picklist(VIDEO_STATES), v.description("Default: ready."))),
  readyAfterMs: v.nullish(
    v.pipe(milliseconds, v.description("Milliseconds until a video that is not ready becomes so. Default: never.")),
  ),
  errorReason: v.nullish(v.pipe(v.string(), v.description("Why the video is in state error."))),
  encodingMs: v.nullish(
    v.pipe(
      milliseconds,
      v.description(
        "How long generating each of its files takes, of those requested from now on. Default: as of other videos.",
      ),
    ),
  ),
  generation: v.nullish(
    v.pipe(
      v.picklist(["succeeds", "fails"]),
      v.description("What becomes of its files that are requested from now on. Default: as of other videos."),
    ),
  ),
  name: v.nullish(
    v.pipe(text(1024), v.description("The name in its meta. Default: video, and the beginning of its id.")),
  ),
  creator: v.nullish(v.pipe(text(64), v.description("Whose it is. Default: nobody's."))),
  created: v.nullish(v.pipe(timestampSchema, v.description("Default: the moment at which it is declared."))),
  duration: v.nullish(
    v.pipe(anyNumber, v.minValue(-1), v.description("In seconds. Default: 12.5 where it is ready, else -1: unknown.")),
  ),
  size: v.nullish(v.pipe(anyNumber, v.integer(), v.minValue(0), v.description("In bytes. Default: some."))),
  requireSignedURLs: v.nullish(v.pipe(v.boolean(), v.description("Only reported. Default: false."))),
  scheduledDeletion: v.nullish(v.pipe(timestampSchema, v.description("Only reported. Default: none."))),
  liveInput: v.nullish(v.pipe(text(32), v.description("The live input it was recorded from. Default: none."))),
};

/** `PUT …/videos/{videoId}` and `PATCH …/videos/{videoId}`. */
export const videoSchema = v.strictObject(videoEntries);

/** `POST …/videos`. */
export const manyVideosSchema = v.strictObject({
  ...videoEntries,
  count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000), v.description("How many.")),
  firstVideoId: v.optional(v.pipe(hexId, v.description("Ids count up from it. Default: 31 zeros and a one."))),
  createdEveryMs: v.optional(
    v.pipe(milliseconds, v.description("How long after each the next one was created; 0: with it. Default: 1000.")),
  ),
  name: v.nullish(v.pipe(text(1024), v.description("What each name begins with; a number follows. Default: video."))),
  created: v.nullish(
    v.pipe(timestampSchema, v.description("When the first was created. Default: so that the last is created now.")),
  ),
});

/** `PUT …/videos/{videoId}/downloads/{type}`. */
export const downloadSchema = v.strictObject({
  status: v.picklist(["ready", "inprogress", "error"]),
  percent: v.optional(
    v.pipe(v.number(), v.minValue(0), v.maxValue(100), v.description("Default: 100 where it is ready, else 0.")),
  ),
});

const when = {
  operation: v.optional(v.pipe(v.picklist(OPERATIONS), v.description("Default: every operation."))),
  videoId: v.optional(v.pipe(hexId, v.description("Default: every video."))),
  times: v.optional(v.pipe(count, v.description("How often. Default: 1."))),
  after: v.optional(v.pipe(count, v.description("How many matching requests pass unharmed before. Default: 0."))),
  probability: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1), v.description("Default: 1."))),
  afterProcessing: v.optional(
    v.pipe(
      v.boolean(),
      v.description("Whether the API does what was requested before the fault applies. Default: false."),
    ),
  ),
};

/** `POST …/faults`. */
export const faultSchema = v.variant("kind", [
  v.pipe(
    v.strictObject({
      kind: v.literal("status"),
      status: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)),
      code: v.optional(errorCode),
      message: v.optional(v.string()),
      headers: v.optional(v.record(headerName, headerValue)),
      body: v.optional(v.pipe(v.string(), v.description("Default: a proper envelope; 204, 205 and 304 have none."))),
      ...when,
    }),
    v.forward(
      v.check(
        ({ status, body }) => body === undefined || ![204, 205, 304].includes(status),
        "a response with status 204, 205 or 304 has no body",
      ),
      ["body"],
    ),
  ),
  v.strictObject({ kind: v.literal("body"), body: v.string(), contentType: v.optional(headerValue), ...when }),
  v.strictObject({ kind: v.literal("reset"), ...when }),
  v.strictObject({ kind: v.literal("half-body"), ...when }),
  v.strictObject({ kind: v.literal("trickle"), msPerByte: v.optional(milliseconds), ...when }),
  v.strictObject({ kind: v.literal("hang"), ...when }),
  v.strictObject({ kind: v.literal("delay"), ms: milliseconds, ...when }),
]);

/** `POST …/clock`. */
export const clockSchema = v.strictObject({
  advanceMs: v.pipe(milliseconds, v.description("Moves the emulator's time on.")),
});

/** `POST …/budget`. */
export const budgetSchema = v.strictObject({
  token: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(4096),
    v.description("Whose budget: the API token, or the email of a global key."),
  ),
  spend: v.optional(v.pipe(count, v.description("Spends so many requests, as another client would."))),
  blockMs: v.optional(v.pipe(milliseconds, v.description("Blocks the user, as after too many requests."))),
});

/** The page of a list. */
export const pageSchema = v.object({
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,6}$/, "must be a whole number"),
      v.transform(Number),
      v.minValue(1),
      v.maxValue(1000),
    ),
    "1000",
  ),
  after: v.optional(v.string()),
});

/**
 * Reads a body.
 *
 * @throws Error that names each wrong property by its path
 */
export function readBody<T extends v.GenericSchema>(schema: T, body: unknown): v.InferOutput<T> {
  const { success, output, issues } = v.safeParse(schema, body);
  if (success) return output;
  const reasons = issues.slice(0, 5).map((issue) => {
    const path = v.getDotPath(issue);
    return path === null ? issue.message : `${path}: ${issue.message}`;
  });
  throw new Error(reasons.join("; "));
}
