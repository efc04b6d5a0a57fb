import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { ACCOUNT, video } from "../support/ids";
import { until } from "../support/until";
import { Fixture, FOREVER_MS, getsAfterPost, writes } from "./fixture";
import type { Run, Stack } from "./stack";

const declare = (name: string, n: number, more = "", opts = "{}") =>
  `exports.${name} = new StreamDownload("${name}", { videoId: "${video(n)}"${more} }, ${opts}).url;\n`;

describe("what an update waits for on the real engine", () => {
  const fixture = new Fixture("suite");
  /** The videos, by what becomes of them. */
  const [shared, encoding, failsOnce, failsAlways, blocked] = [1, 2, 3, 4, 5] as const;
  /** By the client's own clock: long enough for a note, and longer than it pauses unless it is told to. */
  const BLOCKED_S = 11;
  let emulator: Emulator;
  let stack: Stack;
  let run: Run;
  let looksAtTheEnd: number;
  /** When the blocked user's requests came, by this machine's clock. */
  const blockedAt: number[] = [];

  before(async () => {
    emulator = await fixture.emulator({
      strict: true,
      encodingMs: (id) => (id === video(blocked) ? 0 : id === video(failsAlways) ? 2 * FOREVER_MS : FOREVER_MS),
      onRequest: ({ videoId }) => void (videoId === video(blocked) && blockedAt.push(Date.now())),
      encodingFails: (id, _type, made) => id === video(failsAlways) || (id === video(failsOnce) && made === 1),
    });
    for (const n of [shared, failsOnce, failsAlways, blocked]) emulator.addVideo({ videoId: video(n) });
    emulator.addVideo({ videoId: video(encoding), state: "inprogress", readyAfterMs: FOREVER_MS });
    // Another user's provider: a block holds up all requests of a user.
    stack = await fixture.stack(
      emulator,
      `const provider = new pulumi.ProviderResource("pulumi-nodejs", "blocked", { "cloudflare:apiToken": "blocked-token" });
       ${declare("mp4", shared)} ${declare("audio", shared, ', type: "audio"')} ${declare("encoding", encoding)}
       ${declare("failsOnce", failsOnce)} ${declare("failsAlways", failsAlways)} ${declare("blocked", blocked, "", "{ provider }")}`,
    );
    emulator.injectFault({
      kind: "status",
      status: 429,
      videoId: video(blocked),
      headers: { "retry-after": `${BLOCKED_S}` },
    });
    const running = stack.start("up", "--yes", "--skip-preview", "--parallel", "16");
    const requested = (n: number, times: number) => emulator.generations(video(n), "default") === times;
    const looks = () =>
      emulator.requests.filter(({ videoId, method }) => videoId === video(shared) && method === "GET");
    await running.until(
      () =>
        writes(emulator, video(shared)).length === 2 &&
        getsAfterPost(emulator, video(shared)) >= 2 &&
        running.text().includes("waiting for the video itself") &&
        requested(failsOnce, 1) &&
        requested(failsAlways, 1) &&
        emulator.requests.some(({ status }) => status === 429),
    );
    const looked = looks().length;
    emulator.clock.advance(FOREVER_MS);
    await running.until(() => requested(encoding, 1) && requested(failsOnce, 2));
    emulator.setBehavior({ repostAfterError: "same" });
    emulator.clock.advance(2 * FOREVER_MS);
    await running.until(() => requested(failsAlways, 2));
    emulator.clock.advance(2 * FOREVER_MS);
    run = await running.done;
    looksAtTheEnd = looks().length - looked;
  });

  it("each video is polled once for all resources that wait on it", () => {
    expect(looksAtTheEnd, "one look told both that they are ready").to.equal(1);
    expect(writes(emulator, video(shared)).sort()).to.deep.equal(["POST audio", "POST default"]);
  });

  it("a video that is still encoding is waited for, then its download", () => {
    expect(run.text).to.match(/waiting for the video itself: video encoding \d+ %/);
    // One POST is refused; then the video's details tell when the next one will not be.
    expect(writes(emulator, video(encoding))).to.deep.equal(["POST default", "POST default"]);
    expect(emulator.files()).to.include(`${video(encoding)}/default`);
  });

  it("a file that could not be generated is requested once more", () => {
    expect(run.text).to.contain("Cloudflare failed to generate the file; requesting it once more");
    expect(writes(emulator, video(failsOnce))).to.deep.equal(["POST default", "POST default"]);
  });

  it("a file that can never be generated fails the update after one deletion and a new request, and is kept in the state", async () => {
    expect(run.code).to.not.equal(0);
    expect(run.text).to.contain('Cloudflare reported the status "error" again');
    expect(writes(emulator, video(failsAlways))).to.deep.equal([
      "POST default",
      "POST default",
      "DELETE default",
      "POST default",
    ]);
    const unready = (await stack.resources()).filter(({ outputs }) => outputs?.status !== "ready");
    expect(unready.map(({ outputs }) => outputs?.videoId)).to.deep.equal([video(failsAlways)]);
    expect(unready[0]?.outputs).to.include({ status: "error" });
  });

  it("the resource of a blocked user waits for the end of the block while the others continue", () => {
    expect(run.text).to.match(/waiting \d+s for the account's request budget/);
    const [refused = 0, next = 0] = blockedAt;
    expect(next - refused).to.be.at.least(BLOCKED_S * 1000);
    expect(writes(emulator, video(blocked))).to.deep.equal(["POST default"]);
  });

  it("destroy deletes all of it, including what could not be generated", async () => {
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });
});

describe("a wait that is cut off on the real engine", () => {
  const fixture = new Fixture("suite");
  /** By the client's own clock; many times what its requests take, and the provider has made others before. */
  const timeouts = '{ create: "6s", update: "6s" }';
  let emulator: Emulator;
  let stack: Stack;
  const stateOf = async (name: string) => (await stack.resources()).find(({ urn }) => urn.endsWith(`::${name}`));

  before(async () => {
    emulator = await fixture.emulator({ encodingMs: FOREVER_MS });
    stack = await fixture.stack(
      emulator,
      `const unwaited = new StreamDownload("unwaited", { videoId: "${video(1)}", waitForReady: false });
       exports.status = unwaited.status;
       ${declare("cancelled", 2)} ${declare("limited", 3, "", `{ dependsOn: unwaited, customTimeouts: ${timeouts} }`)}`,
    );
  });

  it("a wait that is cut off ends at the resource's time limit and at Ctrl-C, with what was started in the state, and was never begun with waitForReady false", async () => {
    const running = stack.start("up", "--yes", "--skip-preview");
    await running.until(() => getsAfterPost(emulator, video(2)) > 0 && running.text().includes("limited **"));
    process.kill(-(running.child.pid ?? 0), "SIGINT");
    const { code, text } = await running.done;
    expect(code).to.not.equal(0);
    expect(text).to.match(/the time limit of 6s is over: it had reached 0 % after \d+s/);
    expect(text).to.contain("The encoding goes on at Cloudflare; the next `pulumi up` resumes");
    expect(text).to.contain("cancelled while waiting: it had reached 0 % after");
    for (const [n, name] of ["unwaited", "cancelled", "limited"].entries()) {
      const resource = await stateOf(name);
      expect(resource).to.include({ id: `${ACCOUNT}/${video(n + 1)}/default` });
      expect(resource?.outputs).to.include({ status: "inprogress" });
    }
    expect(await stack.outputs()).to.deep.equal({});
  });

  it("a wait that is cut off resumes with the next update, and says how far it was when that ends at its time limit", async () => {
    emulator.clock.advance(FOREVER_MS / 2);
    const running = stack.start("up", "--yes", "--skip-preview");
    await running.until(() => running.text().includes("limited **"));
    emulator.clock.advance(FOREVER_MS / 2);
    const { code, text } = await running.done;
    expect(code).to.not.equal(0);
    expect(text).to.match(/the time limit of 6s is over: it had reached 5\d % after \d+s/);
    expect(text)
      .to.match(/resumed: being generated, 5\d %/)
      .and.not.contain("adopted");
    expect((await stateOf("cancelled"))?.outputs).to.include({ status: "ready" });
  });

  it("a wait that is cut off says why there is more to do for what is not waited for, and moves it on with each refresh and update", async () => {
    expect((await stateOf("unwaited"))?.outputs?.percentComplete).to.be.within(50, 51);
    expect((await stack.mustRun("preview", "--diff")).text).to.contain("still encoding when last checked, 50 %");
    const refresh = await stack.mustRun("refresh", "--yes", "--skip-preview");
    expect(refresh.text).to.not.contain("this update");
    expect((await stateOf("unwaited"))?.outputs).to.include({ status: "ready", percentComplete: 100 });
  });

  it("a wait that was cut off completes, and no file was requested twice", async () => {
    await stack.mustUp();
    const outputs = await stack.outputs();
    expect(outputs).to.have.property("status", "ready");
    for (const name of ["cancelled", "limited"]) expect(outputs[name]).to.match(/default\.mp4$/);
    await stack.mustUp("--expect-no-changes");
    expect(writes(emulator)).to.deep.equal(["POST default", "POST default", "POST default"]);
  });
});

describe("a wait on a terminal", () => {
  const fixture = new Fixture();
  const terminals: ChildProcess[] = [];
  afterEach(() => {
    for (const terminal of terminals.splice(0)) terminal.kill();
  });

  it("a wait on a terminal shows its progress in the resource's own row", async function () {
    if (spawnSync("script", ["--version"]).status !== 0) this.skip();
    const emulator = await fixture.emulator({ encodingMs: FOREVER_MS });
    const stack = await fixture.stack(emulator, declare("a", 1));
    const command = "pulumi up --yes --skip-preview --color never";
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      cwd: join(stack.folder, "program"),
      env: Object.fromEntries(
        Object.entries({ ...stack.env, TERM: "xterm" }).filter(([, value]) => value !== undefined),
      ) as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    let ended = false;
    child.stdout.on("data", (data: Buffer) => {
      text += data;
    });
    child.on("close", () => {
      ended = true;
    });
    terminals.push(child);
    await until(() => ended || getsAfterPost(emulator, video(1)) > 0);
    emulator.clock.advance(0.4 * FOREVER_MS);
    const row = /StreamDownload +a +creating[^\n]*download \d+ %, about \S+ left/;
    await until(() => ended || row.test(text));
    emulator.clock.advance(FOREVER_MS);
    await until(() => ended);
    expect(text).to.match(row);
    expect(text).to.match(/ready after \d+/);
  });
});
