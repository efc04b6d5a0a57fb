import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { Fixture, writes } from "./fixture";
import { eachHost, type Host, HOSTS, onBothHosts } from "./hosts";
import type { Stack } from "./stack";

describe("a download that exists before its resource, on the real engine", () => {
  const fixture = new Fixture("suite");
  /** The videos: two whose files exist, and one of a library that has none. */
  const [single, listed, fresh] = [1, 2, 3] as const;
  const FAILS = "the file exists already, and ifExists is";
  let emulator: Emulator;
  let stack: Stack;
  const one = (host: Host, name: string, more = "", options = "{}") => host.download(name, single, more, options);
  const many = (host: Host, videos: readonly number[], more = "") =>
    host.library("many", `videoIds: ${JSON.stringify(videos.map((n) => host.video(n)))}, ${more}`);
  const program = (of: (host: Host) => string) => onBothHosts(of);

  before(async () => {
    emulator = await fixture.emulator({ strict: true });
    for (const host of HOSTS) {
      for (const n of [single, listed, fresh]) emulator.addVideo({ videoId: host.video(n) });
      for (const n of [single, listed])
        emulator.setDownload(host.video(n), "default", { status: "ready", percent: 100 });
    }
    const fails = 'ifExists: "fail"';
    stack = await fixture.stack(
      emulator,
      program((host) => one(host, "one", fails) + many(host, [listed, fresh], fails)),
    );
  });

  it('with ifExists "fail" a download that exists already fails the update, which names the file and what to do, and all others are generated', async () => {
    const { code, text } = await stack.up("--continue-on-error");
    expect(code).to.not.equal(0);
    await eachHost((host) => {
      expect(host.linesAbout("one", text)).to.contain(
        `creating download "default" of video ${host.video(single)}: ${FAILS} "fail"`,
      );
      const library = host.linesAbout("many", text);
      expect(library).to.contain("1 of 2 failed (1 of 2 ready").and.contain(FAILS).and.contain(host.file(listed));
      expect(writes(emulator, host.video(listed))).to.deep.equal([]);
      expect(writes(emulator, host.video(fresh))).to.deep.equal(["POST default"]);
    });
  });

  it('with ifExists "fail" the next update fails for the same files: that it declared them does not make them its own', async () => {
    const { code, text } = await stack.up("--continue-on-error");
    expect(code).to.not.equal(0);
    await eachHost((host) => {
      expect(host.linesAbout("one", text)).to.contain(FAILS);
      expect(host.linesAbout("many", text)).to.contain(FAILS).and.contain(host.file(listed));
    });
  });

  it("a download that exists already is adopted with a warning of others that may have it, and a change of ifExists alone updates nothing", async () => {
    stack.program(program((host) => one(host, "one") + many(host, [listed, fresh])));
    const { text } = await stack.mustUp();
    await eachHost((host) => {
      expect(host.linesAbout("one", text))
        .to.contain("warning: the file already exists")
        .and.contain("if another stack has it too, destroying one deletes it for both");
      expect(host.linesAbout("many", text)).to.contain(
        `warning: 1/1 ready, 1 existed already (${host.file(listed)}): not generated again (if another stack has them too`,
      );
    });
    stack.program(
      program((host) => one(host, "one", 'ifExists: "fail"') + many(host, [listed, fresh], 'ifExists: "fail"')),
    );
    await stack.mustUp("--expect-no-changes");
  });

  it('with ifExists "fail" in the configuration, files of the stack itself may be renamed and moved where a refresh tells that they are its own', async () => {
    await stack.config({ "cloudflare-stream:ifExists": "fail" }, {});
    stack.program(program((host) => one(host, "renamed") + many(host, [listed, fresh])));
    const refused = await stack.up("--continue-on-error");
    await eachHost((host) => expect(host.linesAbout("renamed", refused.text)).to.contain(FAILS));

    const renamed = await stack.mustUp("--refresh");
    await eachHost((host) =>
      expect(host.linesAbout("renamed", renamed.text))
        .to.contain("the file already exists")
        .and.not.contain("if another stack"),
    );
    stack.program(program((host) => many(host, [single, listed, fresh])));
    await stack.mustUp("--refresh");
    stack.program(
      program((host) => many(host, [fresh]) + one(host, "back", "", `{ dependsOn: exports["${host.named("many")}"] }`)),
    );
    await stack.mustUp();
    await eachHost((host) => {
      expect(writes(emulator, host.video(single))).to.deep.equal([]);
      expect(emulator.files()).to.include(host.file(single)).and.not.include(host.file(listed));
    });
  });

  it('with ifExists "fail" a resource that --replace names keeps its file where a refresh precedes', async () => {
    const urns = (await stack.resources()).map(({ urn }) => urn).filter((urn) => /-(back|many)$/.test(urn));
    await stack.mustUp("--refresh", ...urns.flatMap((urn) => ["--replace", urn]));
    await eachHost((host) => expect(writes(emulator, host.video(single))).to.deep.equal([]));
  });
});
