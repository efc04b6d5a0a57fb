/** Makes openapi.json from the schemas that the admin API checks its bodies with. */
import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";
import {
  budgetSchema,
  clockSchema,
  downloadSchema,
  faultSchema,
  manyVideosSchema,
  videoSchema,
} from "../src/adminSchemas";
import { OPERATIONS } from "../src/faults";
import { behaviorSchema } from "../src/behavior";

/** Without the key that says which dialect it is: OpenAPI 3.1 says so itself. */
function schemaOf(schema: GenericSchema): Record<string, unknown> {
  // How a fault's variants or a regular expression are worded in an error has no place in JSON Schema.
  const { $schema: _dialect, ...rest } = toJsonSchema(schema, { errorMode: "ignore" }) as Record<string, unknown>;
  return rest;
}

const json = (schema: object, description = "The response.") => ({
  description,
  content: { "application/json": { schema } },
});
const refused = json(
  { type: "object", properties: { error: { type: "string" } }, required: ["error"], additionalProperties: false },
  "What is wrong, in words.",
);
/** 400: what was sent is wrong; 403: the Host or the Origin is foreign. */
const refusals = { 400: refused, 403: refused };
const done = { description: "Done." };
const takes = (schema: object) => ({ required: true, content: { "application/json": { schema } } });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const list = (items: object) => ({ type: "array", items });
const object = (properties: Record<string, object>, required = Object.keys(properties)) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
const withBody = (summary: string, schema: string, success: Record<string, object>) => ({
  summary,
  requestBody: takes(ref(schema)),
  responses: { ...success, ...refusals, 413: refused, 415: refused },
});
const plain = (summary: string, success: Record<string, object>) => ({
  summary,
  responses: { ...success, ...refusals },
});
/** Without a body; the header is needed all the same. */
const write = (summary: string, success: Record<string, object>) => ({
  summary,
  responses: { ...success, ...refusals, 415: refused },
});
const parameter = (name: string, schema: object, description: string) => ({
  name,
  in: "query",
  required: false,
  schema,
  description,
});
const paged = (summary: string, item: string, after: object, description: string) => ({
  ...plain(summary, { 200: json(list(ref(item))) }),
  parameters: [
    parameter("after", after, description),
    parameter("limit", { type: "integer", minimum: 1, maximum: 1000, default: 1000 }, "How many at most."),
  ],
});

const videoId = { name: "videoId", in: "path", required: true, schema: { type: "string", pattern: "^[0-9a-f]{32}$" } };
const type = { name: "type", in: "path", required: true, schema: { enum: ["default", "audio"] } };

const clock = object({ now: { type: "number", description: "Milliseconds since the epoch." } });
const view = object({ status: { enum: ["ready", "inprogress", "error"] }, percent: { type: "number" } });

const DOCUMENT = {
  openapi: "3.1.0",
  info: {
    title: "cloudflare-stream-emulator, admin API",
    version: "1",
    description: "Controls the emulator: videos, downloads, faults, behavior, clock, budget, and the request log.",
  },
  servers: [{ url: "http://127.0.0.1:8787" }],
  paths: {
    "/emulator": {
      get: plain("How the emulator stands.", {
        200: json(
          object({
            baseUrl: { type: "string", description: "What CLOUDFLARE_BASE_URL is to be." },
            now: { type: "number", description: "Milliseconds since the epoch." },
            files: list({ type: "string", description: "<videoId>/<type>" }),
            requests: {
              type: "integer",
              description: "How many requests of the API there were, whether they are kept or not.",
            },
            openRequests: { type: "integer", description: "How many of them have no complete response yet." },
          }),
        ),
      }),
    },
    "/emulator/videos": {
      get: paged(
        "The videos that were declared or have downloads, in the order of their ids.",
        "VideoView",
        { type: "string" },
        "Only videos whose id comes after this.",
      ),
      post: withBody("Declares many videos, which differ in id, name and time of creation.", "Videos", {
        200: json(object({ videoIds: list({ type: "string" }) }), "Their ids, in the order of their creation."),
      }),
    },
    "/emulator/videos/{videoId}": {
      parameters: [videoId],
      put: withBody("Declares a video, or declares it again without downloads.", "Video", { 204: done }),
      patch: withBody("Changes some of a video, which keeps its downloads; null is the default.", "Video", {
        204: done,
        404: refused,
      }),
      delete: write("Deletes a video and its downloads.", { 204: done }),
    },
    "/emulator/videos/{videoId}/downloads/{type}": {
      parameters: [videoId, type],
      post: write("Starts making a download, as another client would.", { 204: done, 404: refused }),
      put: withBody("Puts a download into a state.", "Download", { 204: done, 404: refused }),
      delete: write("Deletes a download behind the client's back.", { 204: done, 404: refused }),
    },
    "/emulator/faults": {
      get: plain("The faults on order, with how often they will still strike.", { 200: json(list(ref("Fault"))) }),
      post: withBody("Injects a fault.", "Fault", { 204: done }),
      delete: {
        ...write("Cancels the faults on order.", { 204: done }),
        parameters: [parameter("videoId", { type: "string" }, "Only those of this video.")],
      },
    },
    "/emulator/behavior": {
      get: plain("How the API behaves where its documentation leaves that open.", { 200: json(ref("Behavior")) }),
      patch: withBody("Changes some of that.", "Behavior", { 200: json(ref("Behavior")) }),
    },
    "/emulator/clock": {
      get: plain("The emulator's time.", { 200: json(clock) }),
      post: withBody("Moves the emulator's time on.", "Clock", { 200: json(clock) }),
    },
    "/emulator/budget": {
      post: withBody("Spends a user's request budget, or blocks the user.", "Budget", { 204: done, 409: refused }),
    },
    "/emulator/requests": {
      get: paged(
        "The last requests of the API, oldest first.",
        "Request",
        { type: "integer" },
        "Only requests whose number is greater.",
      ),
      delete: write("Forgets the requests so far.", { 204: done }),
    },
  },
  components: {
    schemas: {
      Video: schemaOf(videoSchema),
      Videos: schemaOf(manyVideosSchema),
      VideoView: object(
        {
          videoId: { type: "string" },
          accountId: { type: "string", description: "Absent where the video is in every account." },
          state: { type: "string" },
          encodingMs: { type: "number", description: "Absent: as of other videos." },
          generation: { enum: ["succeeds", "fails"], description: "Absent: as of other videos." },
          downloads: { type: "object", properties: { default: view, audio: view }, additionalProperties: false },
        },
        ["videoId", "state", "downloads"],
      ),
      Download: schemaOf(downloadSchema),
      Fault: schemaOf(faultSchema),
      Behavior: schemaOf(behaviorSchema),
      Clock: schemaOf(clockSchema),
      Budget: schemaOf(budgetSchema),
      Request: object({
        number: { type: "integer", description: "Counts from 1." },
        at: { type: "number", description: "Milliseconds since the epoch, by the emulator's clock." },
        operation: { enum: OPERATIONS },
        method: { type: "string" },
        path: { type: "string" },
        videoId: { type: "string", description: "Empty in a list of videos." },
        type: { type: "string" },
        status: { type: "integer", description: "0 where the connection was cut or there was no response." },
      }),
    },
  },
};

/** The document as the file has it. */
export function openApiText(): string {
  return `${JSON.stringify(DOCUMENT, null, 2)}\n`;
}
