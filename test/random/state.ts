/** The state of a stack as the oracle needs it: what each resource has, what is encrypted included. */
import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { isOwnType } from "../engine/hosts";
import { PASSPHRASE, SALT } from "../engine/newStack";

/** What the state has of one resource. */
export interface Held {
  readonly urn: string;
  /** Whether it is an old half that is still to be deleted. */
  readonly isOld: boolean;
  /** Those that exist, as far as the state knows: `<videoId>/<type>`. */
  readonly files: readonly string[];
  readonly urls: Readonly<Record<string, string>>;
  /** How many of its downloads failed. */
  readonly failures: number;
  /** Which properties are encrypted. */
  readonly secrets: readonly string[];
}

export interface StateView {
  readonly held: readonly Held[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The key by which the state tells a secret from other values. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

let key: Buffer | undefined;

/** Pulumi's encryption by a passphrase: AES-256-GCM, `v1:<nonce>:<text and tag>`. */
function decrypt(ciphertext: string): unknown {
  key ??= pbkdf2Sync(PASSPHRASE, Buffer.from(SALT.split(":")[1] ?? "", "base64"), 1_000_000, 32, "sha256");
  const [, nonce = "", sealed = ""] = ciphertext.split(":");
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(-16));
  const text = Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8");
  return JSON.parse(text);
}

function opened(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(opened);
  if (SIGNATURE in value && "ciphertext" in value) return opened(decrypt(String(value.ciphertext)));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, opened(each)]));
}

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly delete?: boolean;
  readonly outputs?: Record<string, unknown>;
}

type Table = Record<string, Record<string, unknown>>;

/** Reads a state file. */
export function viewOf(text: string): StateView {
  const state = JSON.parse(text) as { checkpoint: { latest: { resources?: Resource[] } } };
  const resources = state.checkpoint.latest.resources ?? [];
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return {
    held: resources.filter(({ type }) => isOwnType(type)).map(heldBy),
    outputs: opened(stack?.outputs ?? {}) as Record<string, unknown>,
  };
}

function heldBy({ urn, id = "", delete: isOld = false, outputs: raw = {} }: Resource): Held {
  const secrets = Object.entries(raw).flatMap(([name, value]) =>
    typeof value === "object" && value !== null && SIGNATURE in value ? [name] : [],
  );
  const outputs = opened(raw) as Record<string, unknown>;
  if (urn.includes(":StreamDownload::")) {
    const file = id.split("/").slice(1).join("/");
    const urls: Record<string, string> = typeof outputs.url === "string" ? { [file]: outputs.url } : {};
    return { urn, isOld, files: [file], urls, failures: 0, secrets };
  }
  const entries = (table: unknown) =>
    Object.entries((table ?? {}) as Table).flatMap(([videoId, row]) =>
      Object.entries(row).map(([type, value]): [string, unknown] => [`${videoId}/${type}`, value]),
    );
  const urls = Object.fromEntries(entries(outputs.urls)) as Record<string, string>;
  const files = [...new Set([...Object.keys(urls), ...entries(outputs.statuses).map(([file]) => file)])];
  return { urn, isOld, files, urls, failures: entries(outputs.failures).length, secrets };
}
