#!/usr/bin/env node
/** The command `cloudflare-stream-emulator`. */
import { parseArgs } from "node:util";
import { parseDuration } from "./duration";
import { startEmulator } from "./emulator";
import { type GlobalKey, HEX_ID, type LoggedRequest, type Behavior } from "./options";
import { BEHAVIOR_FLAGS } from "./behavior";
import { VERSION } from "./version";

const HELP = `cloudflare-stream-emulator: Cloudflare Stream's downloads API on this machine

  --port <n>              the port to listen on (default 8787; 0 takes a free one)
  --host <address>        the address to listen on (default 127.0.0.1)
  --encoding <time>       how long generating a file takes, for example 5s or 2m (default 5s)
  --strict                only videos that were declared exist
  --video <id>            declares a video; may be repeated
  --token <token>         a valid token; may be repeated. Where any credentials are given, no others are valid
  --global-key <e:key>    a valid global key, as <email>:<key>; may be repeated
  --service-key <key>     a valid service key; may be repeated
  --read-only-token <t>   a token that may only read; may be repeated
  --quota <n>             requests in 5 minutes before every request gets a 429 (default 1200)
  --no-rate-limit         no request budget
  --requests-per-second <n>
                          requests in a second from one address (default: no limit; Cloudflare's is 200)
  --keep-requests <n>     how many requests the log keeps (default 10000)
  --allow-host <name>     a name besides localhost by which it is reached; may be repeated; * for any
  --origin <url>          where the files are said to be (default: the address that the client used)
  --quiet                 does not print each request
  --version               prints the version
  --help                  this text

Where Cloudflare's documentation leaves open how the API behaves, a flag decides:

${BEHAVIOR_FLAGS.map(({ flag, values, about, usual }) => `  --${flag} ${values}\n      ${about} (default ${usual})`).join("\n")}

The admin API under /emulator declares videos, injects faults, moves the clock and shows the requests.
`;

// The reader of the output may close it (`| head -1`); the emulator continues.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8787" },
      host: { type: "string", default: "127.0.0.1" },
      encoding: { type: "string", default: "5s" },
      strict: { type: "boolean", default: false },
      video: { type: "string", multiple: true, default: [] },
      token: { type: "string", multiple: true },
      "read-only-token": { type: "string", multiple: true, default: [] },
      "global-key": { type: "string", multiple: true },
      "service-key": { type: "string", multiple: true },
      quota: { type: "string" },
      "requests-per-second": { type: "string" },
      "keep-requests": { type: "string" },
      "allow-host": { type: "string", multiple: true, default: [] },
      origin: { type: "string" },
      "no-rate-limit": { type: "boolean", default: false },
      quiet: { type: "boolean", default: false },
      version: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      ...Object.fromEntries(BEHAVIOR_FLAGS.map(({ flag }) => [flag, { type: "string" as const }])),
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (values.version) {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  if (values.host.trim() === "") throw new Error("--host must be an address or a name, for example 127.0.0.1");
  const port = integer("--port", values.port, 0, 65_535);
  const quota = optionalInteger("--quota", values.quota);
  const requestsPerSecond = optionalInteger("--requests-per-second", values["requests-per-second"]);
  const keepRequests = optionalInteger("--keep-requests", values["keep-requests"]);
  const encodingMs = parseDuration(values.encoding);
  if (encodingMs === undefined) throw new Error(`--encoding must be a time such as 5s or 2m; got ${values.encoding}`);
  const badVideo = values.video.find((id) => !HEX_ID.test(id));
  if (badVideo !== undefined) throw new Error(`--video must be 32 lower-case hexadecimal characters; got ${badVideo}`);
  const given = values as Record<string, unknown>;
  const behavior = BEHAVIOR_FLAGS.flatMap(({ name, flag, parse }) => {
    const text = given[flag];
    return typeof text === "string" ? [[name, parse(text)]] : [];
  });
  const emulator = await startEmulator({
    port,
    host: values.host,
    encodingMs,
    strict: values.strict,
    behavior: Object.fromEntries(behavior) as Partial<Behavior>,
    readOnlyTokens: values["read-only-token"],
    allowedHosts: values["allow-host"],
    ...(values.origin === undefined ? {} : { origin: values.origin }),
    ...(values.token === undefined ? {} : { tokens: values.token }),
    ...(values["global-key"] === undefined ? {} : { globalKeys: values["global-key"].map(globalKey) }),
    ...(values["service-key"] === undefined ? {} : { serviceKeys: values["service-key"] }),
    ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
    ...(keepRequests === undefined ? {} : { keepRequests }),
    ...(quota === undefined ? {} : { rateLimit: { quota } }),
    ...(values["no-rate-limit"] ? { rateLimit: false } : {}),
    ...(values.quiet ? {} : { onRequest: print }),
  });
  for (const videoId of values.video) emulator.addVideo({ videoId });
  const token = values.token?.[0] ?? "emulator-token";
  const video = values.video[0] ?? "ea95132c15732412d22c1476fa83f27a";
  // Where only declared videos exist, the line that declares one comes first.
  const declare = `  curl -X PUT -H "content-type: application/json" -d '{}' ${emulator.adminUrl}/videos/${video}\n`;
  process.stdout.write(`Cloudflare Stream emulator at ${emulator.baseUrl}

  export CLOUDFLARE_BASE_URL=${emulator.baseUrl}
  export CLOUDFLARE_API_TOKEN=${token}
  export CLOUDFLARE_ACCOUNT_ID=023e105f4ecef8ad9ca31a8372d0c353

${values.strict && values.video.length === 0 ? declare : ""}  curl -X POST -H "Authorization: Bearer ${token}" \\
    ${emulator.baseUrl}/accounts/023e105f4ecef8ad9ca31a8372d0c353/stream/${video}/downloads/audio

The admin API is at ${emulator.adminUrl}. Ctrl-C ends it.
`);
  if (!/^(127\.|localhost$|::1$)/.test(values.host)) {
    process.stdout.write(`It listens on ${values.host}: whoever reaches this machine can use it and its admin API.\n`);
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void emulator.close().then(() => process.exit(0));
    });
  }
}

/** Prints a line for each request, so that users see their requests arrive. */
function print({ at, method, path, status }: LoggedRequest): void {
  const time = new Date(at).toISOString().slice(11, 19);
  process.stdout.write(`${time} ${method} ${path} ${status === 0 ? "cut off" : status}\n`);
}

function globalKey(text: string): GlobalKey {
  const [, email, key] = /^([^\s:@]+@[^\s:]+):(\S+)$/.exec(text) ?? [];
  if (email === undefined || key === undefined) throw new Error("--global-key must be <email>:<key>");
  return { email, key };
}

function optionalInteger(flag: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : integer(flag, text, 1, Number.MAX_SAFE_INTEGER);
}

function integer(flag: string, text: string, from: number, to: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= from && value <= to) return value;
  throw new Error(`${flag} must be a whole number, ${from} to ${to}; got ${text}`);
}

main().catch((error: unknown) => {
  process.stderr.write(
    `cloudflare-stream-emulator: ${error instanceof Error ? error.message : String(error)}\nSee --help.\n`,
  );
  process.exitCode = 2;
});
