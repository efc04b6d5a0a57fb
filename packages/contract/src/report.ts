/** What a run found, for a person and as JSON. Neither contains a credential, nor the video and the account. */
import { printable } from "./redact";
import { ASSUMED, type BehaviorName, BEHAVIORS, type CheckId, DOCUMENTED, type Setting } from "./findings";
import type { Report } from "./run";

/** The flag of the emulator's command that decides a setting. */
function flagOf(name: BehaviorName): string {
  return `--${name.replace(/Ms$/, "").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A setting as the flag takes it. */
function flagValueOf(name: BehaviorName, setting: Setting): string {
  if (typeof setting === "object") return `${setting.status}/${setting.code}/${setting.message}`;
  return name === "listingLagMs" ? `${setting}ms` : String(setting);
}

/** The longest line or text that is shown of a response. */
const LONGEST = 300;

/** Makes a text safe to show. What is secret is hidden before the text is cut, so that no half of it is left. */
type Hide = (text: string) => string;

const shown = (text: string, hide: Hide) => printable(hide(text), LONGEST);

/**
 * What was found, for a person.
 *
 * @param hide removes what is secret
 */
export function textOf(report: Report, hide: Hide = (text) => text): string {
  const { findings, leftovers, refused, interrupted, requests } = report;
  const checks = (
    title: string,
    catalogue: Readonly<Record<string, string>>,
    words: Readonly<Record<string, string>>,
  ) => [
    "",
    title,
    ...Object.entries(catalogue).map(([id, sentence]) => {
      const { verdict, detail } = findings.checks.get(id as CheckId) ?? { verdict: "unknown" };
      const reason =
        detail === undefined ? "" : `\n             ${verdict === "unknown" ? "could not tell: " : ""}${detail}`;
      return `  ${(words[verdict] ?? "?").padEnd(8)} ${sentence}${reason}`;
    }),
  ];
  const width = Math.max(...BEHAVIORS.map((name) => name.length));
  const flags = BEHAVIORS.flatMap((name) => {
    const setting = findings.settings.get(name);
    return setting === undefined ? [] : [`${flagOf(name)} ${quoted(flagValueOf(name, setting))}`];
  });
  const lines = [
    ...(refused === undefined ? [] : [`Nothing was checked: ${refused}`]),
    ...(refused === undefined
      ? [
          ...checks("Documented", DOCUMENTED, { passed: "ok", failed: "FAILED", unknown: "?" }),
          ...checks("Not documented, and in the emulator like this", ASSUMED, {
            passed: "same",
            failed: "differs",
            unknown: "?",
          }),
          "",
          "What the documentation leaves open",
          ...BEHAVIORS.map((name) => {
            const setting = findings.settings.get(name);
            const text =
              setting === undefined ? `could not tell: ${findings.reasons.get(name)}` : flagValueOf(name, setting);
            return `  ${name.padEnd(width)}  ${text}`;
          }),
          ...(flags.length === 0
            ? []
            : ["", "An emulator like this", `  cloudflare-stream-emulator ${flags.join(" \\\n    ")}`]),
        ]
      : []),
    ...(findings.notes.length === 0 ? [] : ["", "Notes", ...findings.notes.map((note) => `  ${note}`)]),
    "",
    ...(interrupted ? ["Interrupted: what is not decided above was not reached."] : []),
    ...(leftovers.length === 0 ? ["The video is as it was."] : leftovers.map((line) => `NOT CLEANED UP: ${line}`)),
    `${requests} requests; ${findings.failures().length} documented checks failed.`,
  ];
  const indented = (line: string) => `${/^\s*/.exec(line)?.[0]}${shown(line, hide)}\n`;
  return lines
    .flatMap((line) => line.split("\n"))
    .map(indented)
    .join("");
}

/** The same for a program; `behavior` is what `startEmulator` and `PATCH /emulator/behavior` take. */
export function jsonOf(report: Report, endpoint: string, date: Date, hide: Hide = (text) => text): string {
  const { findings, leftovers, refused, interrupted, requests } = report;
  const unknown = BEHAVIORS.filter((name) => !findings.settings.has(name));
  const checks = (catalogue: object) =>
    Object.fromEntries(
      Object.keys(catalogue).map((id) => [id, findings.checks.get(id as CheckId) ?? { verdict: "unknown" }]),
    );
  const document = {
    format: 1,
    date: date.toISOString().slice(0, 10),
    endpoint,
    requests,
    ...(refused === undefined ? {} : { refused }),
    interrupted,
    behavior: Object.fromEntries(
      BEHAVIORS.filter((name) => findings.settings.has(name)).map((name) => [name, findings.settings.get(name)]),
    ),
    unknown: Object.fromEntries(unknown.map((name) => [name, findings.reasons.get(name)])),
    documented: checks(DOCUMENTED),
    assumed: checks(ASSUMED),
    notes: findings.notes,
    leftovers,
  };
  const safe = (_key: string, value: unknown) => (typeof value === "string" ? shown(value, hide) : value);
  return `${JSON.stringify(document, safe, 2)}\n`;
}

/** Quoted for a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
