import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import { Fixture, writes } from "./fixture";
import { eachHost, type Host, HOSTS, onBothHosts, PROGRAM_HEAD } from "./hosts";
import { ownProvider, PROGRAMS, V } from "./identityPrograms";
import type { Run, Stack } from "./stack";

const ADOPTED = "the file already exists: it is not generated again, and belongs to this resource";

describe("identity on the real engine: a file that is declared is never deleted, and one that is not never stays", () => {
  const fixture = new Fixture("suite");
  let emulator: Emulator;
  let stack: Stack;
  let urns: readonly string[];
  let run: Run;
  const urn = (host: Host, name: string) => urns.find((one) => one.endsWith(`::${host.named(name)}`)) ?? "";
  const update = async (n: number, flag?: string, targets: readonly string[] = []): Promise<Run> => {
    stack.program(PROGRAMS[n] ?? "");
    const flags = flag === undefined ? [] : targets.flatMap((target) => [flag, target]);
    const run = await stack.mustUp("--parallel", "32", ...flags);
    urns = (await stack.resources()).map((resource) => resource.urn);
    return run;
  };
  const of = (host: Host, n: number) => writes(emulator, host.video(n));
  const kept = (host: Host, name: string) =>
    `the file is kept: the resource "${host.named(name)}" declares the same download`;
  const POSTED = ["POST default"];

  before(async () => {
    // The worst case: another POST generates the file again.
    emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    stack = await fixture.stack(emulator, "");
    await update(0);
  });

  it("the provider keeps the file through a rename in two targeted steps", async () => {
    const renamed = HOSTS.map((host) => urn(host, "targeted").replace(/[^-]*$/, "retargeted"));
    const old = HOSTS.map((host) => urn(host, "targeted"));
    await update(1, "--target", renamed);
    expect(urns).to.include.members([...renamed, ...old]);
    // Only now do the old resources go, in an update in which nothing of them is created.
    await update(1);
    await eachHost((host) => {
      expect(urn(host, "targeted")).to.equal("");
      expect(of(host, V.targeted)).to.deep.equal(POSTED);
      expect(emulator.files()).to.include(host.file(V.targeted));
    });
  });

  it("the provider keeps the file when a resource is renamed without an alias, and says why", async () => {
    for (const host of HOSTS) await stack.mustRun("state", "delete", urn(host, "forgotten"), "--yes");
    // All that the tests down to the next update are about happens in this one.
    const forced = HOSTS.map((host) => urn(host, "forced"));
    run = await update(2, "--replace", forced);
    await eachHost((host) => {
      expect(run.text).to.contain(kept(host, "new-name"));
      expect(of(host, V.renamed)).to.deep.equal(POSTED);
    });
  });

  it("the provider changes nothing when a resource is renamed with an alias", () =>
    eachHost((host) => {
      expect(urn(host, "alias")).to.not.equal("");
      expect(urn(host, "aliased")).to.equal("");
      expect(run.text).to.not.contain(kept(host, "alias"));
      expect(of(host, V.aliased)).to.deep.equal(POSTED);
    }));

  it("the provider keeps the file when a resource moves into a component", () =>
    eachHost((host) => {
      expect(urns.filter((one) => one.endsWith(`::${host.named("into-component")}`))).to.have.length(1);
      expect(urn(host, "into-component")).to.contain("my:own:Group$");
      expect(of(host, V.adopted)).to.deep.equal(POSTED);
    }));

  it("the provider keeps the file at --replace", () =>
    eachHost((host) => {
      expect(run.text).to.contain(kept(host, "forced"));
      // It is the resource's own, and none that is adopted.
      expect(run.text).to.not.contain("adopted");
      expect(of(host, V.forced)).to.deep.equal(POSTED);
    }));

  it("the provider adopts files that are missing from the state", () =>
    eachHost((host) => {
      expect(host.linesAbout("forgotten", run.text)).to.contain(ADOPTED);
      expect(urn(host, "forgotten")).to.not.equal("");
      expect(of(host, V.forgotten)).to.deep.equal(POSTED);
    }));

  it("the provider generates and deletes nothing when two resources change places", async () => {
    const ids = Object.fromEntries((await stack.resources()).map((one) => [one.urn.split("::").pop(), one.id]));
    await eachHost((host) => {
      expect(of(host, V.swapped).sort()).to.deep.equal(["POST audio", "POST default"]);
      expect(ids).to.include({
        [host.named("mp4")]: host.id(V.swapped, "audio"),
        [host.named("sound")]: host.id(V.swapped),
      });
    });
  });

  it("the provider loses no file when two resources change their names with each other, also deleting before replacing", () =>
    eachHost((host) => {
      for (const n of [V.namesSwappedA, V.namesSwappedB]) expect(emulator.files()).to.include(host.file(n));
    }));

  it("the provider deletes the file of a resource that is removed while others of its provider and of another stay", () =>
    eachHost((host) => {
      expect(of(host, V.removed)).to.deep.equal(["POST default", "DELETE default"]);
      expect(of(host, V.besideRemoved)).to.deep.equal(POSTED);
    }));

  it("the provider generates the file again at --replace with deleteBeforeReplace", async () => {
    const forced = HOSTS.map((host) => urn(host, "forced"));
    const next = await update(3, "--replace", forced);
    await eachHost((host) => {
      expect(of(host, V.forced)).to.deep.equal(["POST default", "DELETE default", "POST default"]);
      expect(next.text).to.contain(kept(host, "wanders-far"));
    });
  });

  it("the provider deletes the old file of a replacement that failed half-way, once the new one is there", async () => {
    const fault = { kind: "status", status: 403, operation: "createDownload", times: 1_000_000 } as const;
    for (const host of HOSTS) emulator.injectFault({ ...fault, videoId: host.video(V.replacement) });
    stack.program(PROGRAMS[4] ?? "");
    // One after the other: the first failure ends an update.
    await eachHost(async (host) => {
      expect((await stack.up("--target", urn(host, "replaced"))).code).to.not.equal(0);
      expect(emulator.files()).to.include(host.file(V.replaced));
      expect(of(host, V.replacement)).to.include("POST default");
    });
    emulator.clearFaults();
    await update(4);
    await eachHost((host) =>
      expect(emulator.files()).to.include(host.file(V.replacement)).and.not.include(host.file(V.replaced)),
    );
  });

  it("the provider changes nothing when a resource moves to another provider and back", () =>
    eachHost((host) => expect(of(host, V.provided)).to.deep.equal(POSTED)));

  it("the provider keeps the file when a resource is renamed and moves to another provider, whose process is another", () =>
    eachHost((host) => {
      expect(urn(host, "wanders")).to.not.equal("");
      expect(of(host, V.renamedAndProvided)).to.deep.equal(POSTED);
    }));

  it("a move from the dynamic provider to the plugin and back, or the other way round, keeps every file of a download and of a library", () =>
    eachHost((host) => {
      expect(run.text).to.contain(kept(host, "moved"));
      for (const name of ["moved", "moved-library"])
        expect(
          urns.filter((one) => one.endsWith(`::${host.named(name)}`)),
          name,
        ).to.have.length(1);
      for (const n of [V.moved, V.movedInLibrary]) expect(of(host, n)).to.deep.equal(POSTED);
    }));

  it("the provider lets a second stack adopt the files of the first", async () => {
    const other = await fixture.stack(
      emulator,
      onBothHosts((host) => host.download("a", V.renamed)),
    );
    const { text } = await other.mustUp();
    await eachHost((host) => {
      expect(host.linesAbout("a", text)).to.contain(ADOPTED);
      expect(of(host, V.renamed)).to.deep.equal(POSTED);
    });
  });

  it("the provider refuses two resources with the same download also where their providers or their hosts differ", async () => {
    const [dynamic, plugin] = HOSTS as readonly [Host, Host];
    for (const [one, other] of [
      [dynamic, dynamic],
      [plugin, plugin],
      [dynamic, plugin],
    ] as const) {
      const declare = (name: string, by: Host, options: string) =>
        `new ${by.name}.StreamDownload("${name}", { videoId: "${one.video(99)}" }, ${options});\n`;
      const first = ownProvider(one, "own") + declare("a", one, "{ provider: own }");
      stack.program(PROGRAM_HEAD + first + declare("b", other, "{}"));
      const { code, text } = await stack.run("preview");
      expect(code).to.not.equal(0);
      expect(text, `${one.name} and ${other.name}`).to.match(/declared by the resource "[ab]" already/);
    }
  });

  it("the provider says once for each process that it cannot tell the others what it needs", async () => {
    const folder = mkdtempSync(join(tmpdir(), "unusable-"));
    writeFileSync(join(folder, `pulumi-cloudflare-stream-downloads-${process.getuid?.() ?? "user"}`), "");
    try {
      const declared = onBothHosts((host) => host.download("alone", 98) + host.download("other", 97));
      const alone = await fixture.stack(await fixture.emulator(), declared, { env: { TMPDIR: folder } });
      const { text } = await alone.mustUp();
      // The CLI prints a warning when it comes, and once more at the end.
      const said = text.match(/cannot be used, by which the provider processes of an update tell each other/g);
      expect(said).to.have.length(2 * HOSTS.length);
      await alone.mustRun("destroy", "--yes", "--skip-preview");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("the provider deletes every file at the end, and leaves no claims behind", async () => {
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
    expect(stack.claimFiles()).to.deep.equal([]);
  });
});
