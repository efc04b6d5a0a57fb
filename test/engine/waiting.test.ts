import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import type { Emulator } from "../../src/emulator";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { until } from "../support/until";
import { Fixture, writes } from "./fixture";
import { isAlive, providerPid } from "./processes";

/** Longer than any test waits. */
const FOREVER_MS = 3_600_000;

describe("waiting on the real engine", () => {
  const fixture = new Fixture();
  const one = `exports.url = new StreamDownload("a", { videoId: "${video(1)}" }).url;`;
  const polled = (emulator: Emulator) =>
    emulator.requests.filter(({ operation }) => operation === "listDownloads").length;
  const waiting = (emulator: Emulator) => until(() => emulator.files().length > 0 && polled(emulator) > 1);

  it("polls each video once for all resources that wait on it", async () => {
    const emulator = await fixture.emulator({ encodingMs: 6000 });
    const both = `for (const type of ["default", "audio"]) new StreamDownload(type, { videoId: "${video(1)}", type });`;
    const stack = await fixture.stack(emulator, both);
    await stack.mustUp();
    // Each resource looks once before it asks; the looks after that are made for both.
    const asked = emulator.requests.findIndex(({ method }) => method === "POST");
    const polls = emulator.requests.slice(asked).filter(({ method }) => method === "GET");
    expect(polls.length).to.be.within(2, 8);
    expect(writes(emulator).sort()).to.deep.equal(["POST audio", "POST default"]);
  });

  it("ends at Ctrl-C with the started download in the state, and resumes with the next update", async () => {
    const emulator = await fixture.emulator({ encodingMs: FOREVER_MS });
    const stack = await fixture.stack(emulator, one);
    const run = stack.start("up", "--yes", "--skip-preview");
    await waiting(emulator);
    process.kill(-(run.child.pid ?? 0), "SIGINT");
    const { code, text } = await run.done;
    expect(code).to.not.equal(0);
    expect(text).to.contain("cancelled while waiting: it had reached 0 % after");
    const [resource] = await stack.resources();
    expect(resource).to.include({ id: `${ACCOUNT}/${video(1)}/default` });
    expect(resource?.outputs).to.include({ status: "inprogress" });
    emulator.clock.advance(FOREVER_MS);
    await stack.mustUp();
    expect(writes(emulator)).to.deep.equal(["POST default"]);
    expect((await stack.outputs()).url).to.match(/default\.mp4$/);
  });

  it("loses nothing when the provider is killed, and asks for no second file", async () => {
    const emulator = await fixture.emulator({ encodingMs: FOREVER_MS, unknowns: { repost: "restart" } });
    const stack = await fixture.stack(emulator, one);
    const run = stack.start("up", "--yes", "--skip-preview");
    await waiting(emulator);
    process.kill(providerPid(run.child.pid), "SIGKILL");
    expect((await run.done).code).to.not.equal(0);
    emulator.clock.advance(FOREVER_MS);
    await stack.mustUp();
    expect(emulator.generations(video(1), "default")).to.equal(1);
    expect((await stack.outputs()).url).to.match(/default\.mp4$/);
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("leaves no provider behind when the CLI is killed, and goes on after pulumi cancel", async () => {
    const emulator = await fixture.emulator({ encodingMs: FOREVER_MS, unknowns: { repost: "restart" } });
    const stack = await fixture.stack(emulator, one);
    const run = stack.start("up", "--yes", "--skip-preview");
    await waiting(emulator);
    const provider = providerPid(run.child.pid);
    run.child.kill("SIGKILL");
    await until(() => !isAlive(provider));
    const polls = polled(emulator);
    await stack.mustRun("cancel", "--yes");
    emulator.clock.advance(FOREVER_MS);
    expect(polled(emulator)).to.equal(polls);
    await stack.mustUp();
    expect(emulator.generations(video(1), "default")).to.equal(1);
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("ends at the resource's time limit, says how far it was, and resumes", async () => {
    const emulator = await fixture.emulator({ encodingMs: FOREVER_MS });
    const limited = (timeouts: string) =>
      `exports.url = new StreamDownload("a", { videoId: "${video(1)}" }, { customTimeouts: ${timeouts} }).url;`;
    const stack = await fixture.stack(emulator, limited('{ create: "2s", update: "3s" }'));
    const created = await stack.up();
    expect(created.code).to.not.equal(0);
    expect(created.text).to.match(/the time limit of 2s is over: it had reached \d+ % after 2s/);
    expect(created.text).to.contain("The encoding goes on at Cloudflare; the next `pulumi up` resumes");
    emulator.clock.advance(FOREVER_MS / 2);
    const updated = await stack.up();
    expect(updated.text).to.match(/the time limit of 3s is over: it had reached 50 % after 3s/);
    emulator.clock.advance(FOREVER_MS);
    await stack.mustUp();
    expect(writes(emulator)).to.deep.equal(["POST default"]);
  });

  it("does not wait with waitForReady false, says why there is more to do, and moves on with each refresh and update", async () => {
    const emulator = await fixture.emulator({ encodingMs: FOREVER_MS });
    const stack = await fixture.stack(
      emulator,
      `const a = new StreamDownload("a", { videoId: "${video(1)}", waitForReady: false });
       exports.url = a.url; exports.status = a.status;`,
    );
    await stack.mustUp();
    expect(await stack.outputs()).to.deep.equal({ status: "inprogress" });
    emulator.clock.advance(0.4 * FOREVER_MS);
    await stack.mustUp();
    expect((await stack.resources())[0]?.outputs?.percentComplete).to.be.within(40, 41);
    const preview = await stack.mustRun("preview", "--diff");
    expect(preview.text).to.contain("still encoding when last checked, 40 %");
    emulator.clock.advance(FOREVER_MS);
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    expect((await stack.resources())[0]?.outputs).to.include({ status: "ready", percentComplete: 100 });
    await stack.mustUp("--expect-no-changes");
    expect(writes(emulator)).to.deep.equal(["POST default"]);
  });

  it("asks anew once for a file that could not be made", async () => {
    const emulator = await fixture.emulator({ encodingFails: (_video, _type, generation) => generation === 1 });
    const stack = await fixture.stack(emulator, one);
    const run = await stack.mustUp();
    expect(run.text).to.contain("Cloudflare could not make the file; asking for it once more");
    expect(emulator.generations(video(1), "default")).to.equal(2);
  });

  it("gives up on a file that can never be made, deletes what a POST does not mend, and keeps it in the state", async () => {
    const emulator = await fixture.emulator({ encodingFails: () => true, unknowns: { repostAfterError: "same" } });
    const stack = await fixture.stack(emulator, one);
    const run = await stack.up();
    expect(run.code).to.not.equal(0);
    expect(run.text).to.contain('Cloudflare reported the status "error" again');
    expect(writes(emulator)).to.deep.equal(["POST default", "POST default", "DELETE default", "POST default"]);
    expect((await stack.resources())[0]?.outputs).to.include({ status: "error" });
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("waits for a video that is still encoding, then for its download", async () => {
    const emulator = await fixture.emulator({ strict: true });
    emulator.addVideo({ videoId: video(1), state: "inprogress", readyAfterMs: 4000 });
    const stack = await fixture.stack(emulator, one);
    const run = await stack.mustUp();
    expect(run.text).to.match(/waiting for the video itself: video encoding \d+ %/);
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`]);
    // One POST is refused; then the video's details tell when the next one will not be.
    expect(writes(emulator)).to.deep.equal(["POST default", "POST default"]);
  });

  it("sits out a lock of the account", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(emulator, one);
    emulator.lock(TOKEN, 20_000);
    const run = await stack.mustUp();
    expect(run.text).to.match(/waiting 1\d+s for the account's request budget/);
    expect(emulator.requests.filter(({ status }) => status === 429)).to.have.length(1);
  });

  it("shows its progress in the resource's own row on a terminal", async function () {
    if (spawnSync("script", ["--version"]).status !== 0) this.skip();
    const emulator = await fixture.emulator({ encodingMs: 5000 });
    const stack = await fixture.stack(emulator, one);
    const command = "pulumi up --yes --skip-preview --color never";
    const { spawn } = await import("node:child_process");
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      cwd: join(stack.folder, "program"),
      env: Object.fromEntries(
        Object.entries({ ...stack.env, TERM: "xterm" }).filter(([, value]) => value !== undefined),
      ) as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    child.stdout.on("data", (data: Buffer) => {
      text += data;
    });
    await new Promise((resolve) => child.on("close", resolve));
    expect(text).to.match(/StreamDownload +a +creating[^\n]*download \d+ %, about \d+s left/);
    expect(text).to.match(/ready after \d+s/);
  });
});
