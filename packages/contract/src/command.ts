/** The command `npm run contract`: runs the contract against the endpoint that the environment names. */
import { accessSync, constants, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "./clock";
import { PUBLIC_BASE_URL } from "./constants";
import { parseDuration } from "./duration";
import { printable, redact } from "./redact";
import { jsonOf, textOf } from "./report";
import { type Report, runContract } from "./run";

const HELP = `npm run contract -- <flags>: checks an endpoint against the documentation, and finds how it behaves where
that leaves it open

  --video <id>         a throw-away video without downloads; it is left as it was
  --other-video <id>   a video that is not ready, live, or failed: tells how a POST for it is refused; may be repeated
  --json <file>        writes what was found, without credentials and ids
  --force              uses a video that has downloads: they are deleted, and requested again at the end
  --time-limit <time>  how long it may wait in all, for example 10m (default 30m)
  --allow-insecure     sends credentials over http to another machine
  --help               this text

CLOUDFLARE_API_TOKEN (or CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL) and CLOUDFLARE_ACCOUNT_ID say for whom, CLOUDFLARE_BASE_URL where
(default ${PUBLIC_BASE_URL}). It takes 21 requests, and one more for each check of files that are being generated.

It ends with 0 where all that is documented holds, 1 where something does not, 2 where nothing could be checked, 3 where a download is left, and
130 where it was interrupted.
`;

/** What of an environment variable counts. */
type Environment = Readonly<Record<string, string | undefined>>;

/** An address or an id that is safe in a path. */
const ID = /^[\w-]{1,64}$/;

/**
 * Runs the command.
 *
 * @returns its exit code
 * @throws Error that says what is wrong with what was given
 */
export async function contractCommand(
  args: readonly string[],
  environment: Environment = process.env,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      video: { type: "string" },
      "other-video": { type: "string", multiple: true, default: [] },
      json: { type: "string" },
      force: { type: "boolean", default: false },
      "time-limit": { type: "string", default: "30m" },
      "allow-insecure": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { baseUrl, account, credentials, secrets } = endpointOf(environment, values["allow-insecure"]);
  const videoId = idOf("--video", values.video);
  const otherVideos = values["other-video"].map((id) => idOf("--other-video", id));
  const timeLimitMs = parseDuration(values["time-limit"]);
  if (timeLimitMs === undefined || timeLimitMs <= 0) {
    throw new Error(`--time-limit must be a time such as 10m or 1h; got ${values["time-limit"]}`);
  }
  // Checked now, and not after half an hour of waiting.
  if (values.json !== undefined) accessSync(dirname(resolve(values.json)), constants.W_OK);

  const hide = (text: string) =>
    redact(text, [...secrets, account, videoId, ...otherVideos]).replace(/customer-\w+/g, "customer-[redacted]");
  const say = (line: string) => process.stderr.write(`${printable(hide(line), 300)}\n`);
  // The reader of the output may go away before the end of the run, which still has to clean up.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const interruption = interruptions(say);
  say(`Checking ${baseUrl}. Ctrl-C ends it, and leaves the video as it was.`);
  let report: Report;
  try {
    report = await runContract({
      baseUrl,
      account,
      credentials,
      videoId,
      otherVideos,
      force: values.force,
      timeLimitMs,
      clock: systemClock,
      signal: interruption.signal,
      progress: (line) => say(`  ${line}`),
    });
  } finally {
    interruption.end();
  }
  process.stdout.write(textOf(report, hide));
  if (values.json !== undefined) {
    const endpoint = baseUrl.startsWith(PUBLIC_BASE_URL) ? "Cloudflare" : "another";
    writeFileSync(values.json, jsonOf(report, endpoint, new Date(), hide));
  }
  return exitCodeOf(report);
}

function exitCodeOf({ findings, leftovers, refused, interrupted }: Report): number {
  if (leftovers.length > 0) return 3;
  if (interrupted) return 130;
  if (refused !== undefined) return 2;
  return findings.failures().length > 0 ? 1 : 0;
}

/** Ends the run at the first signal, and the process at the second. */
function interruptions(say: (line: string) => void) {
  const controller = new AbortController();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const onSignal = () => {
    if (controller.signal.aborted) {
      say("Ended without cleaning up: look at the video's downloads.");
      process.exit(130);
    }
    say("Interrupted: cleaning up. Once more ends it at once.");
    controller.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    end: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

/** Nothing leaves this machine on its way there. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function endpointOf(environment: Environment, allowsInsecure: boolean) {
  const of = (name: string) => environment[name]?.trim() || undefined;
  const baseUrl = of("CLOUDFLARE_BASE_URL") ?? PUBLIC_BASE_URL;
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
    throw new Error(`CLOUDFLARE_BASE_URL must be an address such as ${PUBLIC_BASE_URL}; got ${baseUrl}`);
  }
  const { protocol, hostname, username, password } = new URL(baseUrl);
  if (username !== "" || password !== "") throw new Error("CLOUDFLARE_BASE_URL must not have credentials in it");
  if (protocol === "http:" && !isLoopback(hostname) && !allowsInsecure) {
    throw new Error(
      "CLOUDFLARE_BASE_URL is plain http to another machine, which shows everyone the credentials: see --allow-insecure",
    );
  }
  const account = idOf("CLOUDFLARE_ACCOUNT_ID", of("CLOUDFLARE_ACCOUNT_ID"));
  const [token, key, email] = [of("CLOUDFLARE_API_TOKEN"), of("CLOUDFLARE_API_KEY"), of("CLOUDFLARE_EMAIL")];
  if (token !== undefined) {
    return { baseUrl, account, secrets: [token], credentials: { authorization: `Bearer ${token}` } };
  }
  if (key === undefined || email === undefined) {
    throw new Error("set CLOUDFLARE_API_TOKEN, or CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL");
  }
  return { baseUrl, account, secrets: [key, email], credentials: { "x-auth-key": key, "x-auth-email": email } };
}

function idOf(name: string, given: string | undefined): string {
  if (given !== undefined && ID.test(given)) return given;
  throw new Error(given === undefined ? `${name} is missing` : `${name} must be an id; got ${given}`);
}
