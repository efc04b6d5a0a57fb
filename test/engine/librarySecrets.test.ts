import { expect } from "chai";
import { Fixture } from "./fixture";
import { eachHost, type Host, HOSTS, onBothHosts, PROGRAM_HEAD } from "./hosts";

/** The videos, whose ids are secret. */
const [first, second, third] = [0xabcdef01, 0xabcdef02, 0xabcdef03] as const;
const ALL = [first, second, third] as const;

describe("the secret ids of a StreamDownloads, on the real engine", () => {
  const fixture = new Fixture();
  const library = (host: Host, args: string) =>
    host.library("all", `${args}, onFailure: "warn"`) +
    `exports["${host.named("url")}"] = exports["${host.named("all")}"].urls.apply((urls) => (urls["${host.video(first)}"] ?? {}).default);\n`;
  const listed = (host: Host) =>
    library(host, `videoIds: pulumi.secret(${JSON.stringify([host.video(first), host.video(third)])})`);
  const singly = (host: Host) =>
    library(
      host,
      `downloads: [{ videoId: pulumi.secret("${host.video(first)}") }, { videoId: pulumi.output("${host.video(second)}") }]`,
    );

  it("the secret ids of a library are in no log, no clear text of the state, and no output, whatever happens to the videos", async () => {
    const emulator = await fixture.emulator({ strict: true });
    for (const host of HOSTS) for (const n of [first, second]) emulator.addVideo({ videoId: host.video(n) });
    const [dynamic] = HOSTS as readonly [Host];
    const method = `exports.found = exports["${dynamic.named("all")}"].url(pulumi.secret("${dynamic.video(first)}"));`;
    const stack = await fixture.stack(emulator, onBothHosts(listed) + method);
    const texts: string[] = [];
    const run = async (...args: string[]) => texts.push((await stack.mustRun(...args)).text);
    const shown = async () => {
      texts.push((await stack.mustRun("stack", "output", "--json")).text, await stack.export());
      const outputs = await stack.outputs();
      await eachHost((host) => expect(outputs[host.named("url")]).to.contain(host.video(first)));
      return outputs;
    };
    await run("preview", "--diff");
    await run("up", "--yes", "--skip-preview", "--diff");
    expect(texts.join().match(/1 of 2 failed/g)).to.have.length.at.least(HOSTS.length);
    expect(texts.join()).to.contain("The output `failures` names them");
    expect((await shown()).found).to.contain(dynamic.video(first));
    for (const host of HOSTS) emulator.setDownload(host.video(first), "default", undefined);
    await run("refresh", "--yes", "--diff");
    await run("preview", "--diff");
    await run("up", "--yes", "--skip-preview", "--diff");
    stack.program(onBothHosts(singly));
    await run("preview", "--diff");
    expect(texts.at(-1)).to.contain("1 to add").and.not.contain("(000");
    await run("up", "--yes", "--skip-preview", "--diff");
    await shown();
    await run("up", "--yes", "--skip-preview", "--expect-no-changes");
    emulator.injectFault({ kind: "status", status: 403, operation: "listDownloads", times: 9 });
    texts.push((await stack.run("refresh", "--yes", "--skip-preview")).text);
    emulator.clearFaults();
    for (const videoId of HOSTS.map((host) => host.video(first)))
      emulator.injectFault({
        kind: "status",
        status: 400,
        operation: "listDownloads",
        videoId,
        message: `no ${videoId}`,
      });
    texts.push((await stack.run("refresh", "--yes", "--skip-preview")).text);
    expect(texts.at(-1)).to.contain("no <id>");
    emulator.clearFaults();
    await eachHost(async (host) => {
      stack.program(PROGRAM_HEAD + library(host, `videoIds: [pulumi.secret("${host.video(first)}x")]`));
      texts.push((await stack.run("preview")).text);
      expect(texts.at(-1)).to.contain("the value is secret");
    });
    // The engine prints the value of a top-level property that a check refuses.
    const twice = (host: Host) =>
      JSON.stringify([0, 1, 2, 3, 4, 5].flatMap(() => [host.video(first), host.video(second)]));
    const refused: readonly (readonly [args: (host: Host) => string, reason: string])[] = [
      [(host) => `videoIds: pulumi.secret(${twice(host)})`, "videoIds: names 5 more downloads twice"],
      [(host) => `videoIds: pulumi.secret("${host.video(first)},${host.video(second)}")`, "videoIds: must be a list"],
      [
        (host) => `videoIds: pulumi.secret(["${host.video(first)}"]), downloads: []`,
        "videoIds: cannot be combined with downloads",
      ],
    ];
    for (const [args, reason] of refused) {
      stack.program(PROGRAM_HEAD + HOSTS.map((host) => library(host, args(host))).join(""));
      texts.push((await stack.run("preview")).text);
      expect(texts.at(-1)).to.contain(reason);
    }
    await run("destroy", "--yes", "--diff");
    const ids = HOSTS.flatMap((host) => ALL.map((n) => host.video(n)));
    for (const [n, text] of texts.entries()) {
      for (const videoId of ids) expect(text, `text ${n}`).to.not.contain(videoId);
    }
    expect(emulator.files()).to.deep.equal([]);
  });
});
