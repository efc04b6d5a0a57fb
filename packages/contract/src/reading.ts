/**
 * Reads responses leniently, so that an unexpected shape fails one check and not the run, and says what in them is not
 * as documented.
 */
import { ERROR_CODES, FILE_NAMES } from "./constants";
import type { Observed } from "./client";

export type DownloadType = keyof typeof FILE_NAMES;
export const TYPES = Object.keys(FILE_NAMES) as readonly DownloadType[];

/** A download as a response has it. */
export interface SeenDownload {
  /** `ready`, `inprogress`, `error`, or whatever else it says, in lower case without other characters. */
  readonly status: string;
  readonly percent: number | undefined;
  readonly url: string | undefined;
  /** What is not as documented in it. */
  readonly problems: readonly string[];
  readonly percentFormat: "number" | "string" | undefined;
}

/** The downloads in a response, and the shape that they came in. */
export interface SeenDownloads {
  readonly shape: "keyed" | "flat" | "none" | "other";
  readonly byType: ReadonlyMap<DownloadType, SeenDownload>;
}

type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

export function succeeded({ status }: Observed): boolean {
  return status >= 200 && status < 300;
}

/** The result in an envelope; the whole body where there is no envelope. */
export function resultOf({ body }: Observed): unknown {
  const envelope = fieldsOf(body);
  return envelope !== undefined && ("result" in envelope || "success" in envelope) ? envelope.result : body;
}

/** The first error of an envelope, if it has one. */
export function errorOf({ body }: Observed): { code: number | undefined; message: string } {
  const errors = fieldsOf(body)?.errors;
  const first = fieldsOf(Array.isArray(errors) ? errors[0] : undefined);
  return {
    code: Number.isInteger(first?.code) ? (first?.code as number) : undefined,
    message: typeof first?.message === "string" ? first.message : "",
  };
}

/** A response in a few words. */
export function describe(observed: Observed): string {
  const { code, message } = errorOf(observed);
  if (code !== undefined) return `${observed.status}, code ${code}${message === "" ? "" : `: ${message}`}`;
  if (observed.body === undefined)
    return `${observed.status}, not JSON: ${observed.text.replace(/\s+/g, " ").trim() || "no body"}`;
  return String(observed.status);
}

/** Whether the endpoint has no such path, like an older one without types. */
export function isUnknownRoute(observed: Observed): boolean {
  const { code } = errorOf(observed);
  return (
    observed.status === 405 ||
    (observed.status === 404 && (code === ERROR_CODES.UNKNOWN_ROUTE || code === ERROR_CODES.NO_ROUTE))
  );
}

/** What is not as documented in the response to something that had to succeed. */
export function successProblems(observed: Observed): string[] {
  if (!succeeded(observed)) return [`status ${describe(observed)}`];
  const envelope = fieldsOf(observed.body);
  if (envelope === undefined) return [`no envelope: ${describe(observed)}`];
  const problems: string[] = [];
  if (envelope.success !== true)
    problems.push(`success is ${JSON.stringify(envelope.success)} with ${observed.status}`);
  if (envelope.errors !== undefined && !(Array.isArray(envelope.errors) && envelope.errors.length === 0)) {
    problems.push(`errors is not an empty list with ${observed.status}`);
  }
  return problems;
}

/** What is not as documented in the response to something that had to be refused. */
export function refusalProblems(observed: Observed): string[] {
  if (observed.status < 400 || observed.status >= 500) return [`not refused: status ${describe(observed)}`];
  const envelope = fieldsOf(observed.body);
  if (envelope === undefined) return [`no envelope: ${describe(observed)}`];
  const { code, message } = errorOf(observed);
  const problems: string[] = [];
  if (envelope.success !== false)
    problems.push(`success is ${JSON.stringify(envelope.success)} with ${observed.status}`);
  if (code === undefined || message === "")
    problems.push(`no error with a code and a message, with ${observed.status}`);
  return problems;
}

/**
 * The downloads in a response.
 *
 * @param requested the type that a flat response is about
 */
export function downloadsIn(observed: Observed, requested: DownloadType): SeenDownloads {
  const result = resultOf(observed);
  const none: SeenDownloads = { shape: "none", byType: new Map() };
  if (!succeeded(observed) || result === null || result === undefined) return none;
  // Not documented; read all the same, so that the rest of the run has what it needs.
  if (Array.isArray(result)) {
    const items = result.flatMap((item) => {
      const type = TYPES.find((known) => known === (fieldsOf(item)?.type ?? fieldsOf(item)?.download_type));
      return type === undefined ? [] : [[type, downloadOf(fieldsOf(item) ?? {})] as const];
    });
    return result.length === 0 ? none : { shape: "other", byType: new Map(items) };
  }
  const fields = fieldsOf(result);
  if (fields === undefined) return { shape: "other", byType: new Map() };
  const keyed = TYPES.flatMap((type) => {
    const download = fieldsOf(fields[type]);
    return download === undefined ? [] : [[type, downloadOf(download)] as const];
  });
  if (keyed.length > 0) return { shape: "keyed", byType: new Map(keyed) };
  if ("status" in fields || percentIn(fields) !== undefined) {
    return { shape: "flat", byType: new Map([[requested, downloadOf(fields)]]) };
  }
  return Object.keys(fields).length === 0 ? none : { shape: "other", byType: new Map() };
}

function downloadOf(fields: Fields): SeenDownload {
  const problems: string[] = [];
  const status = String(fields.status ?? fields.state ?? "")
    .toLowerCase()
    .replace(/[^a-z]/g, "");
  if (!["ready", "inprogress", "error"].includes(fields.status as string)) {
    problems.push(`status is ${JSON.stringify(fields.status)}`);
  }
  const given = percentIn(fields);
  const percent = typeof given === "string" ? Number.parseFloat(given) : typeof given === "number" ? given : Number.NaN;
  if (fields.percentComplete === undefined) problems.push("percentComplete is missing");
  else if (!(Number(fields.percentComplete) >= 0 && Number(fields.percentComplete) <= 100)) {
    problems.push(`percentComplete is ${JSON.stringify(fields.percentComplete)}`);
  }
  if (fields.url !== undefined && fields.url !== null && typeof fields.url !== "string")
    problems.push("url is not a text");
  return {
    status,
    percent: Number.isNaN(percent) ? undefined : percent,
    url: typeof fields.url === "string" && fields.url !== "" ? fields.url : undefined,
    problems,
    percentFormat:
      typeof given === "number" || typeof given === "string" ? (typeof given as "number" | "string") : undefined,
  };
}

function percentIn(fields: Fields): unknown {
  return fields.percentComplete ?? fields.percent_complete ?? fields.pctComplete;
}
