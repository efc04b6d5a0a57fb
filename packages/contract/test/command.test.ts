import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { type Emulator, type EmulatorOptions, startEmulator } from "cloudflare-stream-emulator";
import { contractCommand } from "../src/command";
import { ACCOUNT, TOKEN, video } from "../../../test/support/ids";
import { until } from "../../../test/support/until";

const command = resolve(__dirname, "../../../scripts/contract.mjs");

/** What the command reads. */
const environmentOf = (baseUrl: string) => ({
  CLOUDFLARE_BASE_URL: baseUrl,
  CLOUDFLARE_API_TOKEN: TOKEN,
  CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
});

describe("the command npm run contract", () => {
  let emulator: Emulator;
  let folder: string;
  const running = new Set<ChildProcess>();
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stream-contract-"));
  });
  afterEach(async () => {
    for (const child of running) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
    await emulator.close();
  });
  const emulate = async (encodingMs: number, more: EmulatorOptions = {}) => {
    emulator = await startEmulator({ encodingMs, strict: true, tokens: [TOKEN], ...more });
    emulator.addVideo({ videoId: video(1) });
  };
  const start = (args: readonly string[], environment: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [command, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        ...environmentOf(`${emulator.baseUrl}/`),
        ...environment,
      },
    });
    const run = { child, text: "", code: undefined as number | null | undefined };
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => {
        run.text += data;
      });
    }
    child.on("close", (code) => {
      running.delete(child);
      run.code = code;
    });
    return run;
  };
  const ended = async (run: ReturnType<typeof start>) => {
    await until(() => run.code !== undefined);
    return run.code;
  };

  it("npm run contract shows and writes what it found, without token, account and video, and counts its requests", async () => {
    await emulate(0);
    const file = join(folder, "contract.json");
    const run = start(["--video", video(1), "--other-video", video(2), "--json", file]);
    expect(await ended(run), run.text).to.equal(0);
    const json = readFileSync(file, "utf8");
    expect(JSON.parse(json).behavior).to.deep.include({ listNone: "empty", deleteNone: "404", invalidTokenCode: 1000 });
    const { requests } = JSON.parse(json);
    expect(run.text).to.contain(`${requests} requests; 0 documented checks failed.`);
    expect(requests)
      .to.equal(emulator.requests.length + 2)
      .and.to.be.lessThan(30);
    for (const secret of [TOKEN, ACCOUNT, video(1), video(2)]) expect(run.text + json).to.not.contain(secret);
    expect(run.text)
      .to.contain("cloudflare-stream-emulator --list-none empty")
      .and.to.contain("The video is as it was.");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("npm run contract takes a global key, hides what an API repeats of it, and ends with 1 where documented behaviour fails", async () => {
    const [key, email] = ["a-global-key-0123", "someone@example.com"];
    await emulate(0, { globalKeys: [{ key, email }] });
    emulator.injectFault({
      kind: "status",
      status: 400,
      message: `no, ${email} with ${key}, not for ${ACCOUNT}, see https://customer-abc123def.cloudflarestream.com`,
      operation: "createDownload",
      videoId: video(1),
    });
    const file = join(folder, "contract.json");
    const run = start(["--video", video(1), "--json", file], {
      CLOUDFLARE_API_TOKEN: "",
      CLOUDFLARE_API_KEY: key,
      CLOUDFLARE_EMAIL: email,
    });
    expect(await ended(run), run.text).to.equal(1);
    const all = run.text + readFileSync(file, "utf8");
    expect(all).to.contain("no, [redacted] with [redacted], not for [redacted], see https://customer-[redacted].");
    for (const secret of [key, email, ACCOUNT, "abc123def"]) expect(all).to.not.contain(secret);
  });

  it("npm run contract shows nothing of a secret that a page repeats in another case, or where its text is cut", async () => {
    await emulate(0);
    const secrets = [TOKEN.toUpperCase(), ACCOUNT.toUpperCase(), video(1).toUpperCase()];
    for (const margin of [41, 270]) {
      const page = "x".repeat(margin) + secrets.join(" ");
      emulator.injectFault({ kind: "body", body: page, contentType: "text/html", times: 100 });
      const file = join(folder, "contract.json");
      const run = start(["--video", video(1), "--json", file]);
      expect(await ended(run), run.text).to.equal(2);
      const all = run.text + readFileSync(file, "utf8");
      expect(all).to.contain("not JSON: xxx");
      for (const secret of secrets) expect(all).to.not.contain(secret.slice(0, 10));
    }
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`npm run contract deletes what it requested when it is ended by ${signal}, and writes what it had found`, async () => {
      await emulate(3_600_000);
      const file = join(folder, "contract.json");
      const run = start(["--video", video(1), "--json", file]);
      await until(() => run.text.includes("looking again"));
      expect(emulator.files()).to.have.length(2);
      run.child.kill(signal);
      expect(await ended(run), run.text).to.equal(130);
      expect(emulator.files()).to.deep.equal([]);
      expect(JSON.parse(readFileSync(file, "utf8"))).to.deep.include({ interrupted: true, leftovers: [] });
    });
  }

  it("npm run contract refuses a video that has downloads, with 2, and leaves them", async () => {
    await emulate(0);
    emulator.startDownload(video(1), "audio");
    const run = start(["--video", video(1)]);
    expect(await ended(run)).to.equal(2);
    expect(run.text).to.contain("Nothing was checked: the video has downloads (audio)");
    expect(emulator.files()).to.deep.equal([`${video(1)}/audio`]);
  });

  it("npm run contract ends with 3 where a download is left", async () => {
    await emulate(0);
    for (const operation of ["deleteDownload", "deleteDefaultDownload"] as const) {
      emulator.injectFault({ kind: "status", status: 403, operation, times: 100 });
    }
    const run = start(["--video", video(1)]);
    expect(await ended(run)).to.equal(3);
    expect(run.text).to.contain("NOT CLEANED UP: the default download is left: 403");
  });

  it("npm run contract explains itself with --help", async () => {
    await emulate(0);
    const run = start(["--help"]);
    expect(await ended(run)).to.equal(0);
    expect(run.text).to.contain("--other-video <id>");
  });

  it("npm run contract ends with 2 and points to its help where it is given something wrong", async () => {
    await emulate(0);
    const run = start(["--typo"]);
    expect(await ended(run)).to.equal(2);
    expect(run.text).to.contain("--typo").and.to.contain("See npm run contract -- --help");
  });
});

describe("what the contract is given", () => {
  for (const [what, args, environment, message] of [
    ["no video", [], {}, "--video is missing"],
    ["a video's id that is a path", ["--video", "a/b"], {}, "--video must be an id; got a/b"],
    ["no account", ["--video", "v"], { CLOUDFLARE_ACCOUNT_ID: "" }, "CLOUDFLARE_ACCOUNT_ID is missing"],
    ["no credentials", ["--video", "v"], { CLOUDFLARE_API_TOKEN: "" }, "set CLOUDFLARE_API_TOKEN, or"],
    ["http to another machine", ["--video", "v"], { CLOUDFLARE_BASE_URL: "http://example.com/v4" }, "--allow-insecure"],
    [
      "a base URL that is none",
      ["--video", "v"],
      { CLOUDFLARE_BASE_URL: "api" },
      "CLOUDFLARE_BASE_URL must be an address",
    ],
    [
      "credentials in the base URL",
      ["--video", "v"],
      { CLOUDFLARE_BASE_URL: "http://user:password@127.0.0.1:1/client/v4" },
      "CLOUDFLARE_BASE_URL must not have credentials in it",
    ],
    ["a time limit that is none", ["--video", "v", "--time-limit", "soon"], {}, "--time-limit must be a time"],
    ["no time at all", ["--video", "v", "--time-limit", "0s"], {}, "--time-limit must be a time"],
    ["a folder that does not exist", ["--video", "v", "--json", "/none/of/these.json"], {}, "/none/of"],
    ["an unknown flag", ["--typo"], {}, "--typo"],
  ] as const) {
    it(`npm run contract refuses ${what} and says what it wants`, async () => {
      const given = { ...environmentOf("http://127.0.0.1:1/client/v4"), ...environment };
      const failure = await contractCommand(args, given).catch((error: Error) => error.message);
      expect(failure).to.contain(message);
    });
  }
});
