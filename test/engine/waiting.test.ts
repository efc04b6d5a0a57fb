import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { until } from "../support/until";
import { Fixture, FOREVER_MS, getsAfterPost, writes } from "./fixture";
import { eachHost, type Host, HOSTS, onBothHosts } from "./hosts";
import type { Run, RunningCli, Stack } from "./stack";

describe("what an update waits for on the real engine", () => {
  const fixture = new Fixture("suite");
  /** The videos, by what becomes of them. */
  const [shared, encoding, failsOnce, failsAlways, blocked] = [1, 2, 3, 4, 5] as const;
  /** By the client's own clock: long enough for a note, and longer than it pauses unless it is told to. */
  const BLOCKED_S = 11;
  let emulator: Emulator;
  let stack: Stack;
  let run: Run;
  /** How often the shared video was checked once its files were ready. */
  const checksAtTheEnd = new Map<Host, number>();
  /** When the blocked user's requests came, by this machine's clock. */
  const blockedAt: { readonly videoId: string; readonly at: number }[] = [];
  const isOneOf = (id: string, n: number) => HOSTS.some((host) => id === host.video(n));

  before(async () => {
    emulator = await fixture.emulator({
      strict: true,
      encodingMs: (id) => (isOneOf(id, blocked) ? 0 : isOneOf(id, failsAlways) ? 2 * FOREVER_MS : FOREVER_MS),
      onRequest: ({ videoId }) => void (isOneOf(videoId, blocked) && blockedAt.push({ videoId, at: Date.now() })),
      encodingFails: (id, _type, made) => isOneOf(id, failsAlways) || (isOneOf(id, failsOnce) && made === 1),
    });
    for (const host of HOSTS) {
      for (const n of [shared, failsOnce, failsAlways, blocked]) emulator.addVideo({ videoId: host.video(n) });
      emulator.addVideo({ videoId: host.video(encoding), state: "inprogress", readyAfterMs: FOREVER_MS });
      const headers = { "retry-after": `${BLOCKED_S}` };
      emulator.injectFault({ kind: "status", status: 429, videoId: host.video(blocked), headers });
    }
    // Another user's provider: a block holds up all requests of a user.
    stack = await fixture.stack(
      emulator,
      onBothHosts(
        (host) =>
          host.provider("other", 'apiToken: "blocked-token"') +
          host.download("mp4", shared) +
          host.download("audio", shared, 'type: "audio"') +
          host.download("encoding", encoding) +
          host.download("failsOnce", failsOnce) +
          host.download("failsAlways", failsAlways) +
          host.download("blocked", blocked, "", "{ provider: other }"),
      ),
    );
    const running = stack.start("up", "--yes", "--skip-preview", "--parallel", "32");
    const requested = (n: number, times: number) =>
      HOSTS.every((host) => emulator.generations(host.video(n), "default") === times);
    const checks = (host: Host) =>
      emulator.requests.filter(({ videoId, method }) => videoId === host.video(shared) && method === "GET").length;
    await running.until(
      () =>
        HOSTS.every(
          (host) =>
            writes(emulator, host.video(shared)).length === 2 &&
            getsAfterPost(emulator, host.video(shared)) >= 2 &&
            host.linesAbout("encoding", running.text()).includes("waiting for the video itself") &&
            emulator.requests.some(({ status, videoId }) => status === 429 && videoId === host.video(blocked)),
        ) &&
        requested(failsOnce, 1) &&
        requested(failsAlways, 1),
    );
    const before = new Map(HOSTS.map((host) => [host, checks(host)]));
    emulator.clock.advance(FOREVER_MS);
    await running.until(() => requested(encoding, 1) && requested(failsOnce, 2));
    emulator.setBehavior({ repostAfterError: "same" });
    emulator.clock.advance(2 * FOREVER_MS);
    await running.until(() => requested(failsAlways, 2));
    emulator.clock.advance(2 * FOREVER_MS);
    run = await running.done;
    for (const host of HOSTS) checksAtTheEnd.set(host, checks(host) - (before.get(host) ?? 0));
  });

  it("each video is polled once for all resources that wait on it", () =>
    eachHost((host) => {
      expect(checksAtTheEnd.get(host), "one look told both that they are ready").to.equal(1);
      expect(writes(emulator, host.video(shared)).sort()).to.deep.equal(["POST audio", "POST default"]);
    }));

  it("a video that is still encoding is waited for, then its download", () =>
    eachHost((host) => {
      expect(host.linesAbout("encoding", run.text)).to.match(/waiting for the video itself: video encoding \d+%/);
      // One POST is refused; then the video's details tell when the next one will not be.
      expect(writes(emulator, host.video(encoding))).to.deep.equal(["POST default", "POST default"]);
      expect(emulator.files()).to.include(host.file(encoding));
    }));

  it("a file that could not be generated is requested once more", () =>
    eachHost((host) => {
      const said = host.linesAbout("failsOnce", run.text);
      expect(said).to.contain("Cloudflare failed to generate the file; requesting it once more");
      expect(writes(emulator, host.video(failsOnce))).to.deep.equal(["POST default", "POST default"]);
    }));

  it("a file that can never be generated fails the update after one deletion and a new request, and is kept in the state", async () => {
    expect(run.code).to.not.equal(0);
    const unready = (await stack.resources()).filter(({ outputs }) => outputs?.status !== "ready");
    await eachHost((host) => {
      const requests = ["POST default", "POST default", "DELETE default", "POST default"];
      expect(writes(emulator, host.video(failsAlways))).to.deep.equal(requests);
      expect(host.linesAbout("failsAlways", run.text)).to.contain('Cloudflare reported the status "error" again');
      const kept = unready.find(({ outputs }) => outputs?.videoId === host.video(failsAlways));
      expect(kept?.outputs).to.include({ status: "error" });
    });
    expect(unready).to.have.length(HOSTS.length);
  });

  it("the resource of a blocked user waits for the end of the block while the others continue", () =>
    eachHost((host) => {
      expect(host.linesAbout("blocked", run.text)).to.match(/waiting \d+s for the account's request budget/);
      const [refused, next] = blockedAt.filter(({ videoId }) => videoId === host.video(blocked));
      expect((next?.at ?? 0) - (refused?.at ?? 0)).to.be.at.least(BLOCKED_S * 1000);
      expect(writes(emulator, host.video(blocked))).to.deep.equal(["POST default"]);
    }));

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
  const [unwaited, cancelled, limited] = [1, 2, 3] as const;
  const stateOf = async (host: Host, name: string) =>
    (await stack.resources()).find(({ urn }) => urn.endsWith(`::${host.named(name)}`));
  const isLimited = ({ text }: RunningCli) => HOSTS.every((host) => text().includes(`${host.named("limited")} **`));

  before(async () => {
    emulator = await fixture.emulator({ encodingMs: FOREVER_MS });
    stack = await fixture.stack(
      emulator,
      onBothHosts(
        (host) =>
          `const first = new ${host.name}.StreamDownload("${host.named("unwaited")}", { videoId: "${host.video(unwaited)}", waitForReady: false });
           exports["${host.named("status")}"] = first.status;\n` +
          host.download("cancelled", cancelled) +
          host.download("limited", limited, "", `{ dependsOn: first, customTimeouts: ${timeouts} }`),
      ),
    );
  });

  it("a wait that is cut off ends at the resource's time limit and at Ctrl-C, with what was started in the state, and was never begun with waitForReady false", async () => {
    const running = stack.start("up", "--yes", "--skip-preview");
    await running.until(
      () => HOSTS.every((host) => getsAfterPost(emulator, host.video(cancelled)) > 0) && isLimited(running),
    );
    process.kill(-(running.child.pid ?? 0), "SIGINT");
    const { code, text } = await running.done;
    expect(code).to.not.equal(0);
    await eachHost(async (host) => {
      const overLimit = host.linesAbout("limited", text);
      expect(overLimit).to.match(/the time limit of 6s was exceeded: it had reached 0% after \d+s/);
      expect(overLimit).to.contain("The encoding continues at Cloudflare; the next `pulumi up` resumes");
      expect(host.linesAbout("cancelled", text)).to.contain("cancelled while waiting: it had reached 0% after");
      for (const [n, name] of ["unwaited", "cancelled", "limited"].entries()) {
        const resource = await stateOf(host, name);
        expect(resource).to.include({ id: host.id(n + 1) });
        expect(resource?.outputs).to.include({ status: "inprogress" });
      }
    });
    expect(await stack.outputs()).to.deep.equal({});
  });

  it("a wait that is cut off resumes with the next update, and says how far it was when that ends at its time limit", async () => {
    emulator.clock.advance(FOREVER_MS / 2);
    const running = stack.start("up", "--yes", "--skip-preview");
    await running.until(() => isLimited(running));
    emulator.clock.advance(FOREVER_MS / 2);
    const { code, text } = await running.done;
    expect(code).to.not.equal(0);
    expect(text).to.not.contain("adopted");
    await eachHost(async (host) => {
      const said = host.linesAbout("limited", text);
      expect(said).to.match(/the time limit of 6s was exceeded: it had reached 5\d% after \d+s/);
      expect(said).to.match(/resumed: generating 5\d%/);
      expect((await stateOf(host, "cancelled"))?.outputs).to.include({ status: "ready" });
    });
  });

  it("a wait that is cut off says why there is more to do for what is not waited for, and moves it on with each refresh and update", async () => {
    const preview = await stack.mustRun("preview");
    await eachHost(async (host) => {
      expect((await stateOf(host, "unwaited"))?.outputs?.percentComplete).to.be.within(50, 51);
      expect(host.linesAbout("unwaited", preview.text))
        .to.match(/^ +still encoding when last checked, 5\d%/m)
        .and.not.contain(`${host.named("unwaited")}: still`);
    });
    const refresh = await stack.mustRun("refresh", "--yes", "--skip-preview");
    expect(refresh.text).to.not.contain("this update");
    await eachHost(async (host) =>
      expect((await stateOf(host, "unwaited"))?.outputs).to.include({ status: "ready", percentComplete: 100 }),
    );
  });

  it("a wait that was cut off completes, and no file was requested twice", async () => {
    await stack.mustUp();
    const outputs = await stack.outputs();
    await eachHost((host) => {
      expect(outputs).to.have.property(host.named("status"), "ready");
      for (const name of ["cancelled", "limited"]) expect(outputs[host.named(name)]).to.match(/default\.mp4$/);
      for (const n of [unwaited, cancelled, limited])
        expect(writes(emulator, host.video(n))).to.deep.equal(["POST default"]);
    });
    await stack.mustUp("--expect-no-changes");
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
    const stack = await fixture.stack(
      emulator,
      onBothHosts(
        (host) => host.download("a", 1) + host.library("many", `videoIds: ["${host.video(2)}", "${host.video(3)}"]`),
      ),
    );
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
    const isPolled = (host: Host) => [1, 2, 3].every((n) => getsAfterPost(emulator, host.video(n)) > 0);
    await until(() => ended || HOSTS.every(isPolled));
    emulator.clock.advance(0.4 * FOREVER_MS);
    const row = (host: Host) =>
      new RegExp(`StreamDownload +${host.named("a")} +creating[^\\n]*\\d+% generated, about \\S+ left`);
    const libraryRow = (host: Host) =>
      new RegExp(
        `StreamDownloads +${host.named("many")} +creating[^\\n]*0/2 ready, 2 in progress \\(\\d+% on average, about \\S+ left\\)`,
      );
    await until(() => ended || HOSTS.every((host) => row(host).test(text) && libraryRow(host).test(text)));
    emulator.clock.advance(FOREVER_MS);
    await until(() => ended);
    await eachHost((host) => {
      expect(text).to.match(row(host)).and.match(libraryRow(host));
      const [, diagnostics = ""] = text.split("Diagnostics:");
      expect(diagnostics, "what is as usual is no diagnostic").to.not.match(/ready after|2\/2 ready/);
    });
  });
});
