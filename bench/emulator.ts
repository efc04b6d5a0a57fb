/** Whether the emulator's memory stays flat: one process of its command, and a long run of requests over real HTTP. */
import { execFileSync, spawn } from "node:child_process";
import http from "node:http";
import { join, resolve } from "node:path";
import { ACCOUNT, video } from "../test/support/inProcessApi";
import type { Section } from "./report";

const command = join(resolve(__dirname, ".."), "packages", "emulator", "dist", "cli.js");
const CONNECTIONS = 16;

/** What one video goes through; each with another token, so that users are invented as well. */
const REQUESTS = [
  ["GET", ""],
  ["HEAD", "/downloads"],
  ["POST", "/downloads/audio"],
  ["GET", "/downloads"],
  ["DELETE", "/downloads/audio"],
  ["GET", "/typo"],
] as const;

/** The resident memory of a process, in MiB. */
function memoryOf(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
}

export async function benchEmulator(requests = 300_000, warmUp = 50_000): Promise<Section> {
  const child = spawn(process.execPath, [command, "--port", "0", "--quiet"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const baseUrl = await new Promise<string>((found, failed) => {
      let text = "";
      child.on("exit", () => failed(new Error("the emulator has ended")));
      child.stdout.on("data", (data: Buffer) => {
        text += data;
        const [, url] = /CLOUDFLARE_BASE_URL=(\S+)/.exec(text) ?? [];
        if (url !== undefined) found(url);
      });
    });
    const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const send = (n: number) =>
      new Promise<void>((done, failed) => {
        const of = Math.floor(n / REQUESTS.length);
        const [method, path] = REQUESTS[n % REQUESTS.length] ?? ["GET", ""];
        const url = `${baseUrl}/accounts/${ACCOUNT}/stream/${video(of)}${path}`;
        const headers = { authorization: `Bearer token-${of}` };
        http
          .request(url, { agent, method, headers }, (response) => response.resume().on("end", done))
          .on("error", failed)
          .end();
      });
    let sent = 0;
    const sendUntil = async (end: number) => {
      const one = async () => {
        while (sent < end) await send((sent += 1));
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, one));
    };
    const rows: [requests: number, mebibytes: number, perSecond: number][] = [];
    for (let end = warmUp; end <= requests; end += warmUp) {
      const startedAt = performance.now();
      await sendUntil(end);
      rows.push([end, memoryOf(child.pid ?? 0), (warmUp / (performance.now() - startedAt)) * 1000]);
    }
    agent.destroy();
    const [first, last] = [rows[0]?.[1] ?? Number.NaN, rows.at(-1)?.[1] ?? Number.NaN];
    return {
      name: "emulator",
      title: `The emulator's memory over ${requests} requests`,
      text: `One process of the command, ${CONNECTIONS} connections, ever new videos and tokens. At the end ${(last / first).toFixed(2)} times what it took after the first ${warmUp}; at most 1.5 is allowed.`,
      header: ["requests", "resident memory (MiB)", "requests a second"],
      rows,
      data: { growth: last / first, rows },
    };
  } finally {
    child.kill("SIGTERM");
  }
}
