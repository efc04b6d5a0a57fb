#!/usr/bin/env node
/** The command `cloudflare-stream-emulator`. */
import { parseArgs } from "node:util";
import { parseDuration } from "../time/duration";
import { startEmulator } from "./emulator";

const HELP = `cloudflare-stream-emulator: Cloudflare Stream's downloads API on this machine

  --port <n>           the port to listen on (default 8787; 0 takes a free one)
  --host <address>     the address to listen on (default 127.0.0.1)
  --encoding <time>    how long a file is made, for example 5s or 2m (default 5s)
  --strict             only videos that were declared exist
  --video <id>         declares a video; may be repeated
  --token <token>      the only valid token; may be repeated (default: any)
  --no-rate-limit      no request budget
  --help               this text
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8787" },
      host: { type: "string", default: "127.0.0.1" },
      encoding: { type: "string", default: "5s" },
      strict: { type: "boolean", default: false },
      video: { type: "string", multiple: true, default: [] },
      token: { type: "string", multiple: true },
      "no-rate-limit": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port must be 0 to 65535; got ${values.port}`);
  const encodingMs = parseDuration(values.encoding);
  if (encodingMs === undefined) throw new Error(`--encoding must be a time such as 5s or 2m; got ${values.encoding}`);
  const badVideo = values.video.find((id) => !/^[0-9a-f]{32}$/.test(id));
  if (badVideo !== undefined) throw new Error(`--video must be 32 lower-case hexadecimal characters; got ${badVideo}`);
  const emulator = await startEmulator({
    port,
    host: values.host,
    encodingMs,
    strict: values.strict,
    ...(values.token === undefined ? {} : { tokens: values.token }),
    ...(values["no-rate-limit"] ? { rateLimit: false } : {}),
  });
  for (const videoId of values.video) emulator.addVideo({ videoId });
  const token = values.token?.[0] ?? "emulator-token";
  process.stdout.write(`Cloudflare Stream emulator at ${emulator.baseUrl}

  export CLOUDFLARE_BASE_URL=${emulator.baseUrl}
  export CLOUDFLARE_API_TOKEN=${token}
  export CLOUDFLARE_ACCOUNT_ID=023e105f4ecef8ad9ca31a8372d0c353

  curl -X POST -H "Authorization: Bearer ${token}" \\
    ${emulator.baseUrl}/accounts/023e105f4ecef8ad9ca31a8372d0c353/stream/ea95132c15732412d22c1476fa83f27a/downloads/audio

Ctrl-C ends it.
`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void emulator.close().then(() => process.exit(0));
    });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(
    `cloudflare-stream-emulator: ${error instanceof Error ? error.message : String(error)}\nSee --help.\n`,
  );
  process.exitCode = 2;
});
