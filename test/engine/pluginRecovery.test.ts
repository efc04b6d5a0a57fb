import { expect } from "chai";
import { video } from "../support/ids";
import { Fixture, FOREVER_MS, writes } from "./fixture";
import { PROGRAM_HEAD } from "./hosts";

describe("the plugin and what does not go to plan", () => {
  const fixture = new Fixture();
  const download = (name: string, n: number, opts = "{}") =>
    `exports.${name} = new plugin.StreamDownload("${name}", { videoId: "${video(n)}" }, ${opts}).url;\n`;

  it("the plugin keeps what exists after Ctrl-C, a time limit and a failure in a library, and goes on from there", async () => {
    const emulator = await fixture.emulator({ encodingMs: FOREVER_MS });
    emulator.setDownload(video(3), "default", { status: "ready", percent: 100 });
    emulator.injectFault({ kind: "status", status: 403, videoId: video(4) });
    const stack = await fixture.stack(
      emulator,
      `${PROGRAM_HEAD} ${download("slow", 1)} ${download("limited", 2, '{ customTimeouts: { create: "1s" } }')}
       new plugin.StreamDownloads("library", { videoIds: ["${video(3)}", "${video(4)}"], waitForReady: false });`,
    );
    const running = stack.start("up", "--yes", "--skip-preview", "--continue-on-error");
    const hasFailed = (name: string) =>
      stack.hasWritten((all) =>
        all.some(({ urn, initErrors }) => urn.endsWith(`::${name}`) && initErrors !== undefined),
      );
    await running.until(
      () => emulator.generations(video(1), "default") === 1 && hasFailed("limited") && hasFailed("library"),
    );
    process.kill(running.child.pid ?? 0, "SIGINT");
    const { code, text } = await running.done;
    expect(code).to.not.equal(0);
    for (const reason of ["cancelled while waiting", "the time limit of 1s is over", "1 of 2 failed"])
      expect(text).to.contain(reason);
    const states = (await stack.resources()).map(({ urn, outputs }) => [urn.split("::").pop(), outputs?.status]);
    expect(Object.fromEntries(states)).to.include({ slow: "inprogress", limited: "inprogress" });
    emulator.clock.advance(FOREVER_MS);
    await stack.mustUp();
    expect(await stack.outputs())
      .to.have.property("slow")
      .that.contains(video(1));
    expect(writes(emulator, video(1)), "it was requested once").to.deep.equal(["POST default"]);
    const library = (await stack.resources()).find(({ type }) => type.endsWith("StreamDownloads"));
    expect(library?.outputs).to.have.nested.property(`urls.${video(3)}.default`);
  });
});
