/**
 * Makes text of a response safe to show. It is decoded before credentials are looked for, because an encoding would
 * hide them: `\/` in JSON, `&#47;` in a page, `%2F` in an address. Only what is shown is changed, never data.
 */
import { printable, redact } from "./redact";

/** Makes a text one line without credentials and control characters, of at most so many characters (default 500). */
export type Show = (text: string, maxLength?: number) => string;

/** Rounds of decoding; what is still encoded then is not shown. */
const MAX_ROUNDS = 4;

/** The named entities of characters that a credential may contain. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  ast: "*",
  bsol: "\\",
  colon: ":",
  comma: ",",
  commat: "@",
  dollar: "$",
  equals: "=",
  excl: "!",
  gt: ">",
  hat: "^",
  lowbar: "_",
  lt: "<",
  nbsp: " ",
  num: "#",
  percnt: "%",
  period: ".",
  plus: "+",
  quest: "?",
  quot: '"',
  semi: ";",
  sol: "/",
  vert: "|",
};

/** Shows texts without these credentials. */
export function showWithout(secrets: readonly string[]): Show {
  return (text, maxLength) => {
    const line = decode(text.replace(/\s+/g, " ")).replace(/\s+/g, " ");
    const redacted = redact(printable(line, Number.POSITIVE_INFINITY), secrets);
    return hides(redacted, secrets) ? "" : printable(redacted, maxLength);
  };
}

/** Shorter ones may stand in any text, once what separates words is left out. */
const LEAST_HIDDEN = 16;

/**
 * Whether a text still contains a credential: broken up by spaces, backslashes or invisible characters, or in base64.
 */
function hides(text: string, secrets: readonly string[]): boolean {
  const joined = joinedUp(text);
  return secrets
    .filter(({ length }) => length >= LEAST_HIDDEN)
    .flatMap((secret) => [joinedUp(secret), ...inBase64(secret)])
    .some((form) => joined.includes(form));
}

function joinedUp(text: string): string {
  return text.replace(/[\s\\\u00ad\u200b-\u200f\u2060\ufeff]/g, "");
}

/** The parts that base64 has of a text wherever that begins in what is encoded. */
function inBase64(secret: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from("-".repeat(before) + secret).toString("base64");
    // The first and the last characters depend on what surrounds the text.
    return encoded.slice(before === 0 ? 0 : 4, -4).replace(/=+$/, "");
  });
}

function decode(text: string): string {
  let result = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = decodeOnce(result);
    if (next === result) return result;
    result = next;
  }
  return decodeOnce(result) === result ? result : "";
}

function decodeOnce(text: string): string {
  return text
    .replace(/\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/gi, (_all, long?: string, short?: string) =>
      character(Number.parseInt(long ?? short ?? "", 16)),
    )
    .replace(/\\(["'/\\])/g, "$1")
    .replace(/&#x([0-9a-f]{1,6});?/gi, (_all, hex: string) => character(Number.parseInt(hex, 16)))
    .replace(/&#(\d{1,7});?/g, (_all, digits: string) => character(Number(digits)))
    .replace(/&([a-z]{2,6});/gi, (all, name: string) => ENTITIES[name.toLowerCase()] ?? all)
    .replace(/%([2-7][0-9a-f])/gi, (_all, hex: string) => character(Number.parseInt(hex, 16)));
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}
