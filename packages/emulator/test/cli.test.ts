import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { ACCOUNT, video } from "../../../test/support/ids";
import { until } from "../../../test/support/until";
import { raw } from "./support/raw";

const command = join(resolve(__dirname, ".."), "dist", "cli.js");

/** A run of the command; `text` grows while it runs. */
function start(...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, [command, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const run = { child, text: "", code: undefined as number | null | undefined };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (data: Buffer) => {
      run.text += data;
    });
  }
  child.on("close", (code) => {
    run.code = code;
  });
  return run;
}

describe("the command cloudflare-stream-emulator", () => {
  it("the command prints its address, what to export and a curl line that works, and ends on SIGTERM", async () => {
    const run = start(
      "--port",
      "0",
      "--encoding",
      "1ms",
      "--strict",
      "--video",
      video(1),
      "--token",
      "the-token",
      "--no-rate-limit",
    );
    await until(() => run.text.includes("Ctrl-C"));
    const baseUrl = /CLOUDFLARE_BASE_URL=(\S+)/.exec(run.text)?.[1] ?? "";
    const send = (id: string, token: string) =>
      fetch(`${baseUrl}/accounts/${ACCOUNT}/stream/${id}/downloads`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
      });
    expect((await send(video(1), "the-token")).status).to.equal(200);
    expect((await send(video(2), "the-token")).status).to.equal(404);
    expect((await send(video(1), "another")).status).to.equal(401);
    run.child.kill("SIGTERM");
    await until(() => run.code !== undefined);
    expect(run.code).to.equal(0);
  });

  it("the command prints curl lines that work as they are, also where no video is declared yet", async () => {
    const run = start("--port", "0", "--strict");
    await until(() => run.text.includes("Ctrl-C"));
    const lines = run.text
      .replace(/\\\n/g, "")
      .split("\n")
      .filter((line) => line.startsWith("  curl "));
    expect(lines).to.have.length(2);
    const statuses: number[] = [];
    for (const line of lines) {
      const [, method = "", header = "", body, url = ""] =
        /curl -X (\w+) -H "([^"]*)"(?: -d '([^']*)')?\s+(\S+)$/.exec(line) ?? [];
      const [name = "", value = ""] = header.split(": ");
      statuses.push(
        (await fetch(url, { method, headers: { [name]: value }, ...(body === undefined ? {} : { body }) })).status,
      );
    }
    expect(statuses).to.deep.equal([204, 200]);
    run.child.kill("SIGTERM");
    await until(() => run.code !== undefined);
  });

  it("the command behaves as its flags say, counts the quota it is given, and prints each request unless it is to be quiet", async () => {
    const run = start(
      ...["--port", "0", "--list-none", "404", "--video-is-live", "422/10099/still live", "--listing-lag", "1s"],
      ...["--invalid-token-code", "9109", "--quota", "2", "--read-only-token", "reader"],
    );
    await until(() => run.text.includes("Ctrl-C"));
    const adminUrl = /admin API is at (\S+)\./.exec(run.text)?.[1] ?? "";
    const behavior = (await (await fetch(`${adminUrl}/behavior`)).json()) as object;
    expect(behavior).to.deep.include({
      listNone: "404",
      videoIsLive: { status: 422, code: 10099, message: "still live" },
      listingLagMs: 1000,
      invalidTokenCode: 9109,
    });
    const url = `${adminUrl.replace("/emulator", "/client/v4")}/accounts/${ACCOUNT}/stream/${video(1)}/downloads`;
    const statuses: number[] = [];
    for (const method of ["GET", "POST", "GET"]) {
      statuses.push((await fetch(url, { method, headers: { authorization: "Bearer reader" } })).status);
    }
    expect(statuses).to.deep.equal([404, 403, 404]);
    await until(() => run.text.includes("POST /client/v4/accounts"));
    expect((await fetch(url, { headers: { authorization: "Bearer reader" } })).headers.get("ratelimit")).to.contain(
      "r=0",
    );
    run.child.kill("SIGTERM");
    await until(() => run.code !== undefined);
  });

  it("the command goes on when nobody reads its output any more, and ends on SIGTERM", async () => {
    const run = start("--port", "0");
    await until(() => run.text.includes("Ctrl-C"));
    const baseUrl = /CLOUDFLARE_BASE_URL=(\S+)/.exec(run.text)?.[1] ?? "";
    run.child.stdout?.destroy();
    for (let n = 0; n < 5; n += 1) {
      const headers = { authorization: "Bearer any-token" };
      const { status } = await fetch(`${baseUrl}/accounts/${ACCOUNT}/stream/${video(1)}`, { headers });
      expect(status).to.equal(200);
    }
    run.child.kill("SIGTERM");
    await until(() => run.code !== undefined);
    expect(run.text).to.not.contain("EPIPE");
    expect(run.code).to.equal(0);
  });

  it("the command takes credentials, limits, hosts and an origin from its flags", async () => {
    const run = start(
      ...["--port", "0", "--encoding", "0s", "--global-key", "me@example.com:the:key", "--service-key", "v1.0-k"],
      ...["--requests-per-second", "5", "--keep-requests", "2", "--allow-host", "build-machine"],
      ...["--origin", "http://emulator:8787"],
    );
    await until(() => run.text.includes("Ctrl-C"));
    const adminUrl = /admin API is at (\S+)\./.exec(run.text)?.[1] ?? "";
    const url = `${adminUrl.replace("/emulator", "/client/v4")}/accounts/${ACCOUNT}/stream/${video(1)}/downloads`;
    const post = async (headers: Record<string, string>) => raw(url, { method: "POST", headers });
    expect((await post({ authorization: "Bearer any-token" })).status).to.equal(401);
    expect((await post({ "x-auth-user-service-key": "v1.0-k", host: "evil" })).status).to.equal(403);
    expect((await post({ "x-auth-user-service-key": "v1.0-k", host: "build-machine" })).status).to.equal(200);
    const response = await post({ "x-auth-email": "me@example.com", "x-auth-key": "the:key" });
    expect(response.body.toString()).to.contain(`"http://emulator:8787/${video(1)}/downloads/default.mp4"`);
    expect(await (await fetch(`${adminUrl}/requests`)).json()).to.have.length(2);
    // Not even the slowest machine takes so many seconds for them.
    const many = Array.from({ length: 100 }, () => post({ "x-auth-user-service-key": "v1.0-k" }));
    expect((await Promise.all(many)).map(({ status }) => status)).to.include(429);
    run.child.kill("SIGTERM");
    await until(() => run.code !== undefined);
  });

  it("the command has no request budget with --no-rate-limit", async () => {
    const run = start("--port", "0", "--no-rate-limit");
    await until(() => run.text.includes("Ctrl-C"));
    const baseUrl = /CLOUDFLARE_BASE_URL=(\S+)/.exec(run.text)?.[1] ?? "";
    const headers = { authorization: "Bearer any-token" };
    const response = await fetch(`${baseUrl}/accounts/${ACCOUNT}/stream/${video(1)}`, { headers });
    expect([response.status, response.headers.get("ratelimit")]).to.deep.equal([200, null]);
    run.child.kill("SIGTERM");
    await until(() => run.code !== undefined);
  });

  it("the command prints the version of its package with --version", async () => {
    const run = start("--version");
    await until(() => run.code !== undefined);
    const { version } = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8")) as { version: string };
    expect([run.text, run.code]).to.deep.equal([`${version}\n`, 0]);
  });

  it("the command explains itself with --help", async () => {
    const run = start("--help");
    await until(() => run.code !== undefined);
    expect(run.text).to.contain("--encoding <time>");
    expect(run.code).to.equal(0);
  });

  for (const args of [
    ["--port", "x"],
    ["--host", ""],
    ["--encoding", "soon"],
    ["--video", "1"],
    ["--quota", "-1"],
    ["--list-none", "maybe"],
    ["--video-is-live", "no"],
    ["--listing-lag", "long"],
    ["--origin", "emulator"],
    ["--global-key", "me"],
    ["--requests-per-second", "0"],
    ["--typo"],
  ]) {
    it(`the command refuses ${args.join(" ")} and says what it wants`, async () => {
      const run = start(...args);
      await until(() => run.code !== undefined);
      expect(run.code).to.equal(2);
      expect(run.text).to.contain(args[0]).and.contain("See --help");
    });
  }
});
