import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { installedEmulator } from "../../../test/support/installedEmulator";
import { until } from "../../../test/support/until";

const repository = resolve(__dirname, "../../..");
const page = readFileSync(join(__dirname, "../README.md"), "utf8");
const snippets = [...page.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([, language = "", code = ""]) => ({
  language,
  code,
}));
const ADDRESS = "127.0.0.1:8787";

/** What the page says is done from its top to its bottom, with one emulator, which a reader has started as it says. */
describe("the snippets of the emulator's page", () => {
  let command: ChildProcess;
  let address: string;
  let folder: string;
  before(async () => {
    // Below the repository, whose node_modules have what a reader installs.
    mkdirSync(join(repository, ".work"), { recursive: true });
    folder = mkdtempSync(join(repository, ".work", "emulator-readme-"));
    const [install, start = ""] = snippets[0]?.code.trim().split("\n") ?? [];
    expect(install).to.equal("npm install --save-dev cloudflare-stream-emulator");
    const [program = "", ...args] = start.split(" ");
    let said = "";
    // A group of its own: npx starts a process that outlives it.
    const options = { cwd: installedEmulator().folder, detached: true, stdio: ["ignore", "pipe", "inherit"] as const };
    command = spawn(program, [...args, "--port", "0"], { ...options, stdio: [...options.stdio] });
    command.stdout?.on("data", (data: Buffer) => {
      said += data;
    });
    await until(() => said.includes("Ctrl-C") || command.exitCode !== null);
    address = /emulator at http:\/\/(\S+)\/client/.exec(said)?.[1] ?? "";
    expect(address, said).to.match(/^127\.0\.0\.1:\d+$/);
  });
  after(() => {
    if (command.pid !== undefined) process.kill(-command.pid);
    rmSync(folder, { recursive: true, force: true });
  });
  const here = (code: string) => code.replaceAll(ADDRESS, address);
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const admin = async (method: string, path: string, body?: string) => {
    const headers = { "content-type": "application/json" };
    return fetch(`http://${address}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  };

  it("the page has no snippets but those that are run here", () => {
    expect(snippets.map(({ language }) => language)).to.deep.equal(["sh", "sh", "sh", "js", "js"]);
  });

  it("the page's lines of curl request a file, make it ready and fetch it", () => {
    const said = curl(snippets[1]?.code);
    expect(said).to.contain('"status":"inprogress"').and.contain('"status":"ready"');
    expect(statSync(join(folder, "sound.m4a")).size).to.be.greaterThan(100);
  });

  it("the page's lines of curl make things go wrong", async () => {
    curl(snippets[2]?.code);
    expect(await (await admin("GET", "/emulator/faults")).json()).to.deep.equal([
      { kind: "status", status: 503, times: 3 },
    ]);
    const videos = (await (await admin("GET", "/emulator/videos")).json()) as { generation?: string }[];
    expect(videos.filter(({ generation }) => generation === "fails")).to.have.length(1);
    await admin("DELETE", "/emulator/faults");
  });

  it("the page's program with Cloudflare's SDK requests, shows and deletes both downloads", async () => {
    writeFileSync(join(folder, "sdk.mjs"), here(snippets[3]?.code ?? ""));
    const said = run(process.execPath, "sdk.mjs");
    expect(said)
      .to.match(/audio: \{/)
      .and.match(/default: \{/);
    expect(said).to.contain("5d5bc37ffcf54c9b82e996823bffbb81 ready");
    const { files } = (await (await admin("GET", "/emulator")).json()) as { files: string[] };
    expect(files.filter((file) => file.startsWith("5d5bc37ffcf54c9b82e996823bffbb81"))).to.deep.equal([]);
  });

  it("the page's test passes under Mocha", () => {
    writeFileSync(join(folder, "program.test.mjs"), snippets[4]?.code ?? "");
    const mocha = join(repository, "node_modules", "mocha", "bin", "mocha.js");
    expect(run(process.execPath, mocha, "--no-config", "--no-package", "program.test.mjs")).to.contain("3 passing");
  });

  it("the page's bodies for the admin API are accepted where it says so", async () => {
    const rows = [...page.matchAll(/^\| (.*`.* \/emulator\S*) \| (.*) \|$/gm)];
    let sent = 0;
    for (const [, routes = "", about = ""] of rows) {
      const path = (/ (\/emulator[^`]*)`/.exec(routes)?.[1] ?? "")
        .replace("{videoId}", "ea95132c15732412d22c1476fa83f27a")
        .replace("{type}", "audio");
      const method = /PUT|PATCH|POST/.exec(routes)?.[0] ?? "";
      for (const [, body = ""] of about.matchAll(/`(\{[^`]*\})`/g)) {
        if (body.startsWith('{"videoIds"')) continue;
        const response = await admin(method, path, body);
        expect(response.ok, `${method} ${path} ${body}: ${await response.text()}`).to.equal(true);
        sent += 1;
      }
    }
    expect(sent).to.be.greaterThan(7);
  });

  /** Each line has to succeed. */
  function curl(lines = ""): string {
    return run("sh", "-ec", `curl() { command curl --silent --show-error --fail "$@"; }\n${here(lines)}`);
  }
});
