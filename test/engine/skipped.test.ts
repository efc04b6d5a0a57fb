import { expect } from "chai";
import { TOKEN } from "../support/ids";
import { Fixture } from "./fixture";
import { eachHost, type Host, HOSTS, onBothHosts } from "./hosts";

/** Fails, so that --continue-on-error skips whatever depends on it; newer engines ask no provider about that. */
const BROKEN = `class Broken extends pulumi.dynamic.Resource {
  constructor(name) { super({ create: async () => { throw new Error("broken"); } }, name, {}); }
}
const broken = new Broken("broken");
`;
const SKIPPED = "{ dependsOn: broken }";

describe("what --continue-on-error skips", () => {
  const fixture = new Fixture();
  const videoIds = (host: Host, ...ns: number[]) => `videoIds: ${JSON.stringify(ns.map((n) => host.video(n)))}`;

  it("an update with --continue-on-error deletes no file that a skipped resource declares, renamed, moved to another provider or a library or declared late, and deletes what nobody declares", async () => {
    const [RENAMED, OF_LIBRARY, KEPT, TO_LIBRARY, MOVED, LATE, REMOVED] = [1, 2, 3, 4, 5, 6, 7];
    const emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    const stack = await fixture.stack(
      emulator,
      onBothHosts(
        (host) =>
          host.download("old", RENAMED) +
          host.library("giving", videoIds(host, OF_LIBRARY, KEPT)) +
          host.download("to-library", TO_LIBRARY) +
          host.download("to-provider", MOVED) +
          host.download("early", LATE) +
          host.download("removed", REMOVED),
      ),
    );
    await stack.mustUp();
    const program = (skipped: string) =>
      onBothHosts(
        (host) =>
          host.download("renamed", RENAMED, "", skipped) +
          host.library("giving", videoIds(host, KEPT)) +
          host.download("of-library", OF_LIBRARY, "", skipped) +
          host.library("taking", videoIds(host, TO_LIBRARY), skipped) +
          host.provider("other", `apiToken: "${TOKEN}"`) +
          host.download("in-provider", MOVED, "", skipped.replace("{", "{ provider: other,")) +
          `setTimeout(() => {\n${host.download("late", LATE, "", skipped)}}, 500);\n`,
      );
    stack.program(BROKEN + program(SKIPPED));
    const declared = [RENAMED, OF_LIBRARY, KEPT, TO_LIBRARY, MOVED, LATE];
    for (const attempt of ["first", "second"]) {
      const failed = await stack.up("--continue-on-error");
      expect(failed.code, attempt).to.not.equal(0);
      expect(emulator.files(), `${attempt}\n${failed.text}`).to.have.members(
        HOSTS.flatMap((host) => declared.map((n) => host.file(n))),
      );
      const takes = {
        old: "renamed",
        giving: "of-library",
        "to-library": "taking",
        "to-provider": "in-provider",
        early: "late",
      };
      await eachHost((host) => {
        for (const [name, taker] of Object.entries(takes))
          expect(host.linesAbout(name, failed.text), attempt).to.contain(
            `not deleted: the resource "${host.named(taker)}" declares the same download, but failed or was skipped`,
          );
      });
    }
    stack.program(program("{}"));
    await stack.mustUp();
    await eachHost((host) => {
      for (const n of declared) expect(emulator.generations(host.video(n), "default"), String(n)).to.equal(1);
    });
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
    expect(stack.claimFiles()).to.deep.equal([]);
  });

  it("an update with --continue-on-error that skips a resource deletes nothing of what an earlier one left of it under its old name", async () => {
    const [OLD, NEW] = [1, 2];
    let fails = true;
    const emulator = await fixture.emulator({
      encodingFails: (id) => fails && HOSTS.some((host) => id === host.video(NEW)),
    });
    const stack = await fixture.stack(
      emulator,
      onBothHosts((host) => host.download("first", OLD)),
    );
    await stack.mustUp();
    const renamed = (host: Host, options: string) =>
      host.download("second", NEW, "", `{ aliases: [{ name: "${host.named("first")}" }]${options} }`);
    stack.program(onBothHosts((host) => renamed(host, "")));
    expect((await stack.up("--continue-on-error")).code).to.not.equal(0);
    stack.program(BROKEN + onBothHosts((host) => renamed(host, ", dependsOn: broken")));
    const skipped = await stack.up("--continue-on-error");
    expect(skipped.code).to.not.equal(0);
    expect(emulator.files(), skipped.text).to.include.members(HOSTS.map((host) => host.file(OLD)));
    fails = false;
    stack.program(onBothHosts((host) => renamed(host, "")));
    await stack.mustUp();
    expect(emulator.files()).to.have.members(HOSTS.map((host) => host.file(NEW)));
  });

  it("an update that targets only what gives a file up, or excludes what takes it over, deletes no file that the program declares", async () => {
    const [RENAMED, TO_LIBRARY, REMOVED] = [1, 2, 3];
    const emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    // Of the plugin's resources the engine tells nobody.
    const onDynamic = (program: (host: Host) => string) =>
      onBothHosts((host) => (host.name === "dynamic" ? program(host) : ""));
    const [host] = HOSTS.filter(({ name }) => name === "dynamic") as [Host];
    const old = (name: string) => `**::${host.named(name)}`;
    const stack = await fixture.stack(
      emulator,
      onDynamic(
        () => host.download("old", RENAMED) + host.download("single", TO_LIBRARY) + host.download("removed", REMOVED),
      ),
    );
    await stack.mustUp();
    stack.program(
      onDynamic(() => host.download("renamed", RENAMED) + host.library("library", videoIds(host, TO_LIBRARY))),
    );
    const targeted = await stack.up("--target", old("old"), "--target", old("single"), "--target", old("removed"));
    expect(targeted.code).to.not.equal(0);
    expect(host.linesAbout("old", targeted.text)).to.contain("failed or was skipped, or is not a target");
    const kept = [RENAMED, TO_LIBRARY].map((n) => host.file(n));
    expect(emulator.files()).to.deep.equal(kept);
    const excluded = await stack.up("--exclude", old("renamed"), "--exclude", old("library"));
    expect(excluded.code).to.not.equal(0);
    expect(emulator.files()).to.deep.equal(kept);
    await stack.mustUp();
    for (const n of [RENAMED, TO_LIBRARY]) expect(emulator.generations(host.video(n), "default")).to.equal(1);
  });

  it("an update that targets only a library that gives files up deletes none that a resource which exists declares from now on", async () => {
    const [host] = HOSTS.filter(({ name }) => name === "dynamic") as [Host];
    const emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    const program = (single: number, shelf: readonly number[], giver: readonly number[]) =>
      onBothHosts(({ name }) =>
        name !== "dynamic"
          ? ""
          : host.download("single", single) +
            host.library("shelf", videoIds(host, ...shelf)) +
            host.library("giver", videoIds(host, ...giver)),
      );
    const stack = await fixture.stack(emulator, program(1, [2], [3, 4, 5]));
    await stack.mustUp();
    stack.program(program(3, [2, 4], [5]));
    const targeted = await stack.up("--target", `**::${host.named("giver")}`);
    expect(targeted.code).to.not.equal(0);
    expect(host.linesAbout("giver", targeted.text)).to.contain("failed or was skipped, or is not a target");
    expect(emulator.files()).to.deep.equal([1, 2, 3, 4, 5].map((n) => host.file(n)));
    await stack.mustUp();
    expect(emulator.files()).to.have.members([2, 3, 4, 5].map((n) => host.file(n)));
    for (const n of [3, 4]) expect(emulator.generations(host.video(n), "default")).to.equal(1);

    // A destroy that runs a changed program deletes what is in the state.
    stack.program(program(5, [2, 3], [4]));
    await stack.mustRun("destroy", "--yes", "--skip-preview", "--run-program");
    expect(emulator.files()).to.deep.equal([]);
  });
});
