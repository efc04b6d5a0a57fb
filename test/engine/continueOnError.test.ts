import { expect } from "chai";
import { TOKEN, video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import { eachHost, type Host, HOSTS, onBothHosts } from "./hosts";

describe("--continue-on-error on the real engine", () => {
  const fixture = new Fixture();
  const declare = (name: string, n: number, opts = "{}") =>
    `new StreamDownload("${name}", { videoId: "${video(n)}" }, ${opts});\n`;
  const library = (name: string, ...ns: number[]) =>
    `new (require("pulumi-cloudflare-stream-downloads").StreamDownloads)("${name}", { videoIds: ${JSON.stringify(ns.map(video))} });\n`;
  const provider = `const one = new pulumi.ProviderResource("pulumi-nodejs", "one", { "cloudflare:apiToken": "${TOKEN}" });\n`;
  const files = (...ns: number[]) => ns.map((n) => `${video(n)}/default`);

  it("an update with --continue-on-error leaves a file to the resource that has it when the one that takes it over fails; the next update hands it over, or deletes it where nobody wants it; one whose replacement is not ready stays until it is", async () => {
    let fails = true;
    const ALL = [1, 2, 3, 4, 5, 6, 7, 8];
    const written = () => ALL.map((n) => writes(emulator, video(n)));
    // The worst an API can do: a second request generates the file once more.
    const emulator = await fixture.emulator({
      behavior: { repost: "restart" },
      encodingFails: (id) => fails && HOSTS.some((host) => id === host.video(10)),
    });
    const stack = await fixture.stack(
      emulator,
      ["a", "b", "c", "replaced"].map((name, i) => declare(name, i + 1)).join("") +
        library("giving", 5, 6) +
        onBothHosts((host) => host.download("unfinished", 9)),
    );
    await stack.mustUp();
    const before = written();

    // Taken over by a single one, in another provider's process, by a library, and from a library; and replacements.
    const y = declare("y", 1);
    const others =
      provider +
      declare("z", 2, "{ provider: one }") +
      library("taking", 3, 7) +
      library("giving", 5) +
      declare("x", 6) +
      declare("replaced", 8) +
      onBothHosts((host) => host.download("unfinished", 10));
    stack.program(y + others);
    for (const n of ALL)
      emulator.injectFault({ kind: "status", status: 403, operation: "listDownloads", times: 1000, videoId: video(n) });
    const failed = await stack.up("--continue-on-error");
    expect(failed.code).to.not.equal(0);
    for (const name of ["x", "y", "z", "taking"])
      expect(failed.text).to.contain(
        `not deleted: the resource "${name}" declares the same download, but failed or was skipped`,
      );
    expect(written()).to.deep.equal(before);
    await eachHost((host) => {
      expect(host.linesAbout("unfinished", failed.text)).to.contain(
        "not deleted: what replaces this file is not ready",
      );
      expect(emulator.files()).to.include(host.file(9));
    });
    const names = (await stack.resources()).map(({ urn }) => urn.split("::").pop());
    // The library twice: as it is now, and with what it could not give away.
    const unfinished = HOSTS.flatMap((host) => Array<string>(2).fill(host.named("unfinished")));
    expect(names).to.have.members(["a", "b", "c", "replaced", "giving", "giving", "taking", ...unfinished]);

    emulator.clearFaults();
    fails = false;
    stack.program(others);
    await stack.mustUp();
    expect(emulator.files(), "of what y failed to take over nothing stays").to.deep.equal([
      ...files(2, 3, 5, 6, 7, 8),
      ...HOSTS.map((host) => host.file(10)),
    ]);
    for (const n of [2, 3, 5, 6]) expect(emulator.generations(video(n), "default"), String(n)).to.equal(1);
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("an update with --continue-on-error leaves a file to the resource that gives it up while the one that takes it over is skipped because of what it depends on, also in a second update; the next clean one hands it over", async () => {
    const [KEPT, FROM_LIBRARY, OF_SINGLE, NEXT_OF_SINGLE, FAILING] = [1, 2, 3, 4, 5];
    let fails = true;
    const emulator = await fixture.emulator({
      behavior: { repost: "restart" },
      encodingFails: (id) => fails && HOSTS.some((host) => id === host.video(FAILING)),
    });
    const videoIds = (host: Host, ...ns: number[]) => `videoIds: ${JSON.stringify(ns.map((n) => host.video(n)))}`;
    const stack = await fixture.stack(
      emulator,
      onBothHosts(
        (host) => host.library("giving", videoIds(host, KEPT, FROM_LIBRARY)) + host.download("single", OF_SINGLE),
      ),
    );
    await stack.mustUp();
    stack.program(
      onBothHosts(
        (host) =>
          `const failing = new ${host.name}.StreamDownload("${host.named("failing")}", { videoId: "${host.video(FAILING)}" });\n` +
          host.library("giving", videoIds(host, KEPT)) +
          host.download("single", NEXT_OF_SINGLE) +
          host.library("taking", videoIds(host, FROM_LIBRARY, OF_SINGLE), "{ dependsOn: failing }"),
      ),
    );
    for (const attempt of ["first", "second"]) {
      const failed = await stack.up("--continue-on-error");
      expect(failed.code, attempt).to.not.equal(0);
      await eachHost((host) => {
        for (const name of ["giving", "single"])
          expect(host.linesAbout(name, failed.text), attempt).to.contain(
            `not deleted: the resource "${host.named("taking")}" declares the same download, but failed or was skipped`,
          );
        expect(emulator.files(), attempt).to.include.members([host.file(FROM_LIBRARY), host.file(OF_SINGLE)]);
      });
    }

    fails = false;
    await stack.mustUp();
    await eachHost((host) => {
      for (const n of [KEPT, FROM_LIBRARY, OF_SINGLE, NEXT_OF_SINGLE])
        expect(emulator.generations(host.video(n), "default"), String(n)).to.equal(1);
    });
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("an update with --continue-on-error that skips a resource deletes nothing that an earlier one left of it, whether the program declares that again or what replaces it is not ready", async () => {
    const [KEPT, OLD, NEW, OLD_OF_SINGLE, NEW_OF_SINGLE, NEEDED, FAILING] = [1, 2, 3, 4, 5, 6, 7];
    let failing: readonly number[] = [NEW, NEW_OF_SINGLE, FAILING];
    const emulator = await fixture.emulator({
      behavior: { repost: "restart" },
      encodingFails: (id) => HOSTS.some((host) => failing.some((n) => id === host.video(n))),
    });
    const program = (needed: number, second: number, single: number) =>
      onBothHosts(
        (host) =>
          `const needed = new ${host.name}.StreamDownload("${host.named("needed")}", { videoId: "${host.video(needed)}" });\n` +
          host.library(
            "library",
            `videoIds: ["${host.video(KEPT)}", "${host.video(second)}"]`,
            "{ dependsOn: needed }",
          ) +
          host.download("single", single, "", "{ dependsOn: needed }"),
      );
    const stack = await fixture.stack(emulator, program(NEEDED, OLD, OLD_OF_SINGLE));
    await stack.mustUp();
    const fails = async (what: string) => {
      expect((await stack.up("--continue-on-error")).code, what).to.not.equal(0);
      await eachHost((host) =>
        expect(emulator.files(), what).to.include.members([host.file(OLD), host.file(OLD_OF_SINGLE)]),
      );
    };
    stack.program(program(NEEDED, NEW, NEW_OF_SINGLE));
    await fails("the new files are not ready");
    stack.program(program(FAILING, NEW, NEW_OF_SINGLE));
    await fails("skipped while the new files are not ready");
    stack.program(program(FAILING, OLD, OLD_OF_SINGLE));
    await fails("skipped while the program declares the old files again");

    failing = [];
    stack.program(program(NEEDED, OLD, OLD_OF_SINGLE));
    await stack.mustUp();
    await eachHost((host) => {
      for (const n of [KEPT, OLD, OLD_OF_SINGLE])
        expect(emulator.generations(host.video(n), "default"), String(n)).to.equal(1);
    });
    const declared = [KEPT, OLD, OLD_OF_SINGLE, NEEDED];
    expect(emulator.files()).to.have.members(HOSTS.flatMap((host) => declared.map((n) => host.file(n))));
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });
});
