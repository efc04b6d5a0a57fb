import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { Fixture, FOREVER_MS, writes } from "./fixture";
import { eachHost, type Host, HOSTS, onBothHosts, PROGRAM_HEAD } from "./hosts";
import { providerPid } from "./processes";
import type { Stack } from "./stack";

/** Declares a library of these videos' MP4s. */
const library = (host: Host, name: string, ids: readonly number[], more = "") =>
  host.library(name, `videoIds: ${JSON.stringify(ids.map((n) => host.video(n)))}, ${more}`);
const filesOf = (host: Host, ...ids: number[]) => ids.map((id) => host.file(id)).sort();
/** Of the files, those of some videos. */
const existing = (emulator: Emulator, host: Host, ...ids: number[]) =>
  emulator.files().filter((file) => ids.some((id) => file.startsWith(host.video(id))));

describe("a StreamDownloads on the real engine", () => {
  const fixture = new Fixture("suite");
  const single = (host: Host) => host.download("one", 21);
  const typed = (host: Host) => library(host, "typed", [11], 'types: ["default", "audio"]');
  const listed = (host: Host) =>
    host.library(
      "typed",
      `downloads: [{ videoId: "${host.video(11)}", type: "audio" }, { videoId: "${host.video(12)}" }]`,
    );
  const drifting = (host: Host) => library(host, "drifting", [31, 32, 33]);
  const changed = (host: Host) => library(host, "all", [2, 3, 4]) + listed(host) + drifting(host);
  const last = (host: Host) => changed(host) + library(host, "giving", [21, 22]);
  const declared = ["all", "typed"].map(
    (name) => `exports["dynamic-${name}"].videoIds, exports["dynamic-${name}"].types`,
  );
  let emulator: Emulator;
  let stack: Stack;
  const outputs = async (host: Host, name: string) => {
    const resource = (await stack.resources()).find(({ urn }) => urn.endsWith(`::${host.named(name)}`));
    return resource?.outputs as
      { urls: Record<string, Record<string, string>>; statuses: Record<string, object> } | undefined;
  };
  const addVideos = (ids: readonly number[]) => {
    for (const host of HOSTS) for (const n of ids) emulator.addVideo({ videoId: host.video(n) });
  };

  before(async () => {
    emulator = await fixture.emulator({ strict: true, behavior: { repost: "restart" } });
    addVideos(Array.from({ length: 49 }, (_, n) => n + 1));
    for (const host of HOSTS) emulator.setDownload(host.video(33), "default", { status: "ready", percent: 100 });
    stack = await fixture.stack(
      emulator,
      onBothHosts(
        (host) =>
          library(host, "all", [1, 2, 3]) +
          typed(host) +
          drifting(host) +
          library(host, "giving", [21, 22]) +
          // Only the class has these: the state does not repeat the ids.
          (host.name === "plugin" ? "" : `exports.declared = pulumi.all([${declared}]);\n`),
      ),
    );
  });

  it("a library creates all downloads in one step, for each given type, with urls that work", async () => {
    const preview = await stack.mustRun("preview");
    expect(writes(emulator)).to.deep.equal([]);
    expect(preview.text).to.contain("checked at Cloudflare: ");
    expect(preview.text).to.match(new RegExp(`declared +: \\[\\n +\\[0\\]: \\[\\n +\\[0\\]: "${HOSTS[0]?.video(1)}"`));
    await eachHost((host) => {
      expect(host.linesAbout("all", preview.text)).to.contain("3 downloads of 3 videos, default\n");
      expect(host.linesAbout("typed", preview.text)).to.contain("2 downloads of 1 video, default and audio");
    });
    const created = await stack.mustUp();
    expect(created.text).to.contain("9 created").and.not.contain("downloads of");
    await eachHost(async (host) => {
      expect(host.linesAbout("all", created.text)).to.contain("3/3 ready").and.not.contain("existed already");
      expect(host.linesAbout("drifting", created.text))
        .to.contain(`warning: 3/3 ready, 1 existed already (${host.file(33)}): not generated again`)
        .and.contain("if another stack has them too, destroying one deletes them for both");
      const all = (await stack.outputs())[host.named("all")] as NonNullable<Awaited<ReturnType<typeof outputs>>>;
      expect(all.statuses).to.deep.equal(
        Object.fromEntries([1, 2, 3].map((n) => [host.video(n), { default: "ready" }])),
      );
      expect((await fetch(all.urls[host.video(2)]?.default ?? "")).status).to.equal(200);
      expect(existing(emulator, host, 11)).to.deep.equal([host.file(11, "audio"), host.file(11)]);
    });
    const [dynamic] = HOSTS;
    expect((await stack.outputs()).declared).to.deep.equal([
      [1, 2, 3].map((n) => dynamic?.video(n)),
      ["default"],
      [dynamic?.video(11)],
      ["default", "audio"],
    ]);
  });

  it("a library is left alone when unchanged", async () => {
    const before = emulator.requests.length;
    await stack.mustUp("--expect-no-changes");
    expect(emulator.requests.length).to.equal(before);
  });

  it("a refresh of a library finds which files are gone, and drops only those", async () => {
    for (const host of HOSTS) emulator.setDownload(host.video(32), "default", undefined);
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    await eachHost(async (host) =>
      expect(Object.keys((await outputs(host, "drifting"))?.urls ?? {})).to.deep.equal([
        host.video(31),
        host.video(33),
      ]),
    );
  });

  it("a library changes only what is added, removed or gone, and hands a video over to a StreamDownload unchanged", async () => {
    stack.program(onBothHosts((host) => changed(host) + library(host, "giving", [22]) + single(host)));
    const preview = await stack.mustRun("preview");
    emulator.clearRequests();
    await stack.mustUp();
    await eachHost((host) => {
      expect(preview.text)
        .to.contain(`1 to add (${host.file(4)}); 1 to remove (${host.file(1)})`)
        .and.contain(`1 to add (${host.file(32)})`);
      expect(host.linesAbout("all", preview.text)).to.not.contain("downloads of");
      expect(existing(emulator, host, 1, 2, 3, 4)).to.deep.equal(filesOf(host, 2, 3, 4));
      expect(existing(emulator, host, 31, 32, 33)).to.deep.equal(filesOf(host, 31, 32, 33));
      expect(writes(emulator, host.video(21))).to.deep.equal([]);
    });
    const touched = new Set(emulator.requests.map(({ videoId }) => videoId));
    const expected = HOSTS.flatMap((host) => [1, 4, 11, 12, 21, 32].map((n) => host.video(n)));
    expect([...touched].sort()).to.deep.equal(expected);
  });

  it("a library accepts a list of downloads instead of types for all videos", () =>
    eachHost((host) => {
      expect(existing(emulator, host, 11, 12)).to.deep.equal([host.file(11, "audio"), host.file(12)]);
      expect(writes(emulator, host.video(11))).to.deep.equal(["DELETE default"]);
    }));

  it("a library takes a video back without generating or deleting a file, and not while both declare it", async () => {
    // One host after the other: a preview ends at the first failure.
    await eachHost(async (host) => {
      stack.program(onBothHosts((each) => last(each) + (each === host ? single(each) : "")));
      expect((await stack.run("preview")).text).to.contain("already");
    });
    stack.program(onBothHosts(last));
    await stack.mustUp();
    await eachHost((host) => {
      for (const n of [21, 22]) expect(emulator.generations(host.video(n), "default")).to.equal(1);
      expect(existing(emulator, host, 21, 22)).to.deep.equal(filesOf(host, 21, 22));
    });
  });

  it("a library keeps what succeeded when some downloads fail, names the failures, and continues with only those", async () => {
    for (const host of HOSTS) {
      emulator.addVideo({ videoId: host.video(43), state: "error", errorReason: "not a video" });
      emulator.removeVideo(host.video(44));
    }
    stack.program(onBothHosts((host) => last(host) + library(host, "failing", [41, 42, 43, 44])));
    const run = await stack.up("--continue-on-error");
    expect(run.code).to.not.equal(0);
    await eachHost(async (host) => {
      expect(host.linesAbout("failing", run.text))
        .to.contain("2 of 4 failed (2 of 4 ready")
        .and.contain("not a video")
        .and.contain(`there is no video ${host.video(44)}`)
        .and.contain(host.file(43));
      const { urls = {} } = (await outputs(host, "failing")) ?? {};
      expect(Object.keys(urls)).to.deep.equal([host.video(41), host.video(42)]);
    });
    emulator.clearRequests();
    addVideos([43, 44]);
    await stack.mustUp();
    await eachHost((host) => {
      expect(existing(emulator, host, 41, 42, 43, 44)).to.deep.equal(filesOf(host, 41, 42, 43, 44));
      expect(emulator.requests.map(({ videoId }) => videoId)).to.not.include(host.video(41));
    });
  });

  it("a library fails in the preview with the path of what is wrong", () =>
    eachHost(async (host) => {
      const previewed = async (program: string) => {
        stack.program(PROGRAM_HEAD + program);
        return (await stack.run("preview")).text;
      };
      expect(await previewed(library(host, "twice", [1, 2, 1])))
        .to.contain("videoIds[2]")
        .and.contain("is the same download as videoIds[0]");
      expect(await previewed(library(host, "mixed", [1], 'types: ["default", "gif"], downloads: [], typo: 1')))
        .to.contain("cannot be combined with downloads")
        .and.contain("typo");
    }));

  it("a library deletes all files at destroy", async () => {
    for (const host of HOSTS) for (const n of [31, 32, 33]) emulator.setDownload(host.video(n), "default", undefined);
    const { text } = await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
    await eachHost((host) => {
      expect(host.linesAbout("drifting", text)).to.contain("0/3 deleted, 3 already gone").and.not.contain("3/3");
      expect(host.linesAbout("all", text)).to.contain("3/3 deleted").and.not.contain("gone");
    });
  });
});

describe("a StreamDownloads that is cut off on the real engine", () => {
  const fixture = new Fixture();

  it("a library that is cut off while it waits for the request budget names what was requested and what was not, and its statuses have only what exists", async () => {
    const numbers = Array.from({ length: 40 }, (_, n) => n + 1);
    const emulator = await fixture.emulator({ encodingMs: FOREVER_MS, rateLimit: { quota: 150 } });
    const stack = await fixture.stack(
      emulator,
      onBothHosts((host) => library(host, "all", numbers)),
    );
    const posted = (host: Host) =>
      emulator.requests.filter(
        ({ method, videoId }) => method === "POST" && videoId.startsWith(host.video(0).slice(0, 30)),
      );
    const running = stack.start("up", "--yes", "--skip-preview");
    await running.until(() => running.text().includes("for the account's request budget"));
    process.kill(running.child.pid ?? 0, "SIGINT");
    const { text } = await running.done;
    const states = await stack.resources();
    await eachHost((host) => {
      const requested = posted(host)
        .map(({ videoId }) => videoId)
        .sort();
      const outputs = states.find(({ urn }) => urn.endsWith(`::${host.named("all")}`))?.outputs;
      expect(Object.keys(outputs?.statuses as object).sort()).to.deep.equal(requested);
      expect(Object.keys(outputs?.failures as object)).to.have.length(40);
      const said = host.linesAbout("all", text);
      expect(said).to.contain("40 of 40 interrupted (0 of 40 ready");
      if (requested.length > 0) expect(said).to.contain(`${requested.length} x cancelled while waiting`);
      // The two processes share the budget: the faster one may have requested all of its own.
      if (requested.length < 40) expect(said).to.contain(`${40 - requested.length} x not requested yet: cancelled`);
    });
    expect(HOSTS.flatMap(posted).length).to.be.within(1, 79);
  });

  it("a library that is cut off resumes after a SIGKILL of the provider and after Ctrl-C, and generates nothing twice", async () => {
    const emulator = await fixture.emulator({ encodingMs: FOREVER_MS, behavior: { repost: "restart" } });
    const stack = await fixture.stack(
      emulator,
      onBothHosts((host) => library(host, "all", [1, 2, 3])),
    );
    const all = HOSTS.flatMap((host) => [1, 2, 3].map((n) => host.video(n)));
    const killed = stack.start("up", "--yes", "--skip-preview");
    await killed.until(() => emulator.files().length === all.length);
    for (const { name } of HOSTS) process.kill(providerPid(killed.child.pid, name), "SIGKILL");
    expect((await killed.done).code).to.not.equal(0);
    emulator.clearRequests();
    const checks = (id: string) => emulator.requests.filter(({ videoId }) => videoId === id).length;
    const cancelled = stack.start("up", "--yes", "--skip-preview");
    // One check finds the file, the next ones wait for it.
    await cancelled.until(() => all.every((id) => checks(id) > 1));
    process.kill(cancelled.child.pid ?? 0, "SIGINT");
    const { text } = await cancelled.done;
    await eachHost((host) => expect(host.linesAbout("all", text)).to.contain("cancelled while waiting"));
    const states = await stack.resources();
    expect(states).to.have.length(HOSTS.length);
    for (const { outputs } of states) expect(Object.keys(outputs?.statuses as object)).to.have.length(3);
    emulator.clock.advance(FOREVER_MS);
    await stack.mustUp();
    for (const id of all) expect(emulator.generations(id, "default")).to.equal(1);
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });
});
