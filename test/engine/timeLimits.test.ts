import { expect } from "chai";
import { TOKEN, video } from "../support/ids";
import { isEngineSince } from "./engineVersion";
import { Fixture, FOREVER_MS } from "./fixture";
import { eachHost, HOSTS, onBothHosts } from "./hosts";

describe("time limits on the real engine", () => {
  const fixture = new Fixture();

  it("time limits are those of the options, of stack transformations and of transforms; more than a month is held, and zero is the default", async () => {
    // By the client's own clock: many times what it takes to request a download, which is to be in the state at the end.
    const slow = new Set([video(3), video(4)]);
    const emulator = await fixture.emulator({ encodingMs: (videoId) => (slow.has(videoId) ? FOREVER_MS : 300) });
    const stack = await fixture.stack(
      emulator,
      `pulumi.runtime.registerStackTransformation(({ name, props, opts }) =>
         name === "transformation" ? { props, opts: pulumi.mergeOptions(opts, { customTimeouts: { create: "8s" } }) } : undefined);
       new StreamDownload("month", { videoId: "${video(1)}" }, { customTimeouts: { create: "1h30m720h" } });
       new StreamDownload("zero", { videoId: "${video(2)}" }, { customTimeouts: { create: "0s" } });
       new StreamDownload("transformation", { videoId: "${video(3)}" });
       const transform = ({ props, opts }) => ({ props, opts: pulumi.mergeOptions(opts, { customTimeouts: { create: "9s" } }) });
       new StreamDownload("transform", { videoId: "${video(4)}" }, { transforms: [transform] });`,
    );
    const { code, text } = await stack.up();
    expect(code).to.not.equal(0);
    expect(text).to.match(/video 0+3: the time limit of 8s was exceeded/);
    expect(text).to.match(/video 0+4: the time limit of 9s was exceeded/);
    const statuses = (await stack.resources()).map(({ urn, outputs }) => [urn.split("::").pop(), outputs?.status]);
    expect(Object.fromEntries(statuses)).to.deep.equal({
      month: "ready",
      zero: "ready",
      transformation: "inprogress",
      transform: "inprogress",
    });
  });

  it("a time limit that ends before anything could be requested says what it waited for, and what to do", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(
      emulator,
      onBothHosts((host) => host.download("blocked", 1, "", '{ customTimeouts: { create: "6s" } }')),
    );
    emulator.block(TOKEN, 240_000);
    const { code, text } = await stack.up();
    expect(code).to.not.equal(0);
    await eachHost((host) =>
      expect(host.linesAbout("blocked", text)).to.match(
        /exceeded while the account's request budget allows no request for (3m5\ds|4m)\. Run the command again, or raise customTimeouts\./,
      ),
    );
    expect(await stack.resources()).to.deep.equal([]);
  });

  it("time limits take effect when nothing else changes, for the deletion too, although the update finds no change", async () => {
    const emulator = await fixture.emulator();
    const program = (options: string) => `new StreamDownload("a", { videoId: "${video(1)}" }, ${options});`;
    const stack = await fixture.stack(emulator, program("{}"));
    await stack.mustUp();
    stack.program(program('{ customTimeouts: { delete: "2s" } }'));
    await stack.mustUp("--expect-no-changes");
    emulator.injectFault({ kind: "hang", operation: "deleteDownload" });
    const { code, text } = await stack.run("destroy", "--yes", "--skip-preview");
    expect(code).to.not.equal(0);
    expect(text).to.match(/deleting download "default" of video 0+1: the time limit of 2s was exceeded/);
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`]);
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("time limits of reads end a refresh, and the resources stay in the state", async function () {
    // Older engines know no time limit of a read.
    if (!isEngineSince(3, 246)) this.skip();
    const emulator = await fixture.emulator();
    const limit = '{ customTimeouts: { read: "2s" }, dependsOn: [first] }';
    const stack = await fixture.stack(
      emulator,
      onBothHosts(
        (host) =>
          // The first read of a process may have the default limit, and without a dependency it may be that of any of them.
          `const first = new ${host.name}.StreamDownload("first-${host.name}", { videoId: "${host.video(3)}" });\n` +
          host.download("one", 1, "", limit) +
          host.library("many", `videoIds: ["${host.video(2)}"]`, limit),
      ),
    );
    await stack.mustUp("--parallel", "1");
    for (const host of HOSTS)
      for (const n of [1, 2])
        emulator.injectFault({ kind: "hang", operation: "listDownloads", videoId: host.video(n), times: 9 });
    const { code, text } = await stack.run("refresh", "--yes", "--skip-preview", "--parallel", "1");
    expect(code).to.not.equal(0);
    await eachHost((host) => {
      for (const name of ["one", "many"])
        expect(host.linesAbout(name, text), text).to.contain("the time limit of 2s was exceeded");
    });
    expect(await stack.resources()).to.have.length(6);
  });

  it("time limits that Pulumi cannot read are refused in the preview: in one line where the resource has them, else in Pulumi's words", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(
      emulator,
      `new StreamDownload("a", { videoId: "${video(1)}" }, { customTimeouts: { create: "ten minutes" } });`,
    );
    const refused = await stack.run("preview");
    expect(refused.code).to.not.equal(0);
    expect(refused.text.replace(/\s+/g, " ")).to.contain(
      'error: the resource "a": customTimeouts.create must be a duration such as "30m" or "1h30m"; got "ten minutes"',
    );
    expect(refused.text).to.not.match(/^\s+at /m);
    stack.program(`new StreamDownload("a", { videoId: "${video(1)}" }, { customTimeouts: { update: "-5m" } });`);
    expect((await stack.run("preview")).text).to.contain("customTimeouts.update must be a duration such as");
    stack.program(
      `const opts = { customTimeouts: { update: "1d" } };
       pulumi.runtime.registerStackTransformation(({ props }) => ({ props, opts }));
       new StreamDownload("a", { videoId: "${video(1)}" });`,
    );
    const { code, text } = await stack.run("preview");
    expect(code).to.not.equal(0);
    expect(text).to.contain("unable to parse customTimeout Value 1d");
  });
});
