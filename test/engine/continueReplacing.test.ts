import { expect } from "chai";
import { OTHER_ACCOUNT, TOKEN } from "../support/ids";
import { Fixture } from "./fixture";
import { eachHost, type Host, HOSTS, onBothHosts } from "./hosts";

describe("--continue-on-error while what replaces a resource is not ready", () => {
  const fixture = new Fixture();

  it("an update with --continue-on-error deletes no file of a library that is replaced until all files of the new one are ready, and none that another provider's process or a resource with another URN replaces", async () => {
    const [OLD, NEW] = [1, 2];
    const [OLD_OF_ACCOUNT, NEW_OF_ACCOUNT] = [3, 4];
    const [OLD_OF_PROVIDER, NEW_OF_PROVIDER] = [5, 6];
    const [OLD_OF_RENAMED, NEW_OF_RENAMED, KEPT_BY_RENAMED] = [7, 8, 9];
    const [OLD_OF_RENAMED_SINGLE, NEW_OF_RENAMED_SINGLE] = [10, 11];
    const [OLD_OF_CHILD, NEW_OF_CHILD] = [12, 13];
    const olds = [OLD, OLD_OF_ACCOUNT, OLD_OF_PROVIDER, OLD_OF_RENAMED, OLD_OF_RENAMED_SINGLE, OLD_OF_CHILD];
    const news = [NEW, NEW_OF_ACCOUNT, NEW_OF_PROVIDER, NEW_OF_RENAMED, NEW_OF_RENAMED_SINGLE, NEW_OF_CHILD];
    let fails = true;
    const unready = HOSTS.flatMap((host) => news.map((n) => host.video(n)));
    const emulator = await fixture.emulator({ encodingFails: (id) => fails && unready.includes(id) });
    const of = (host: Host, ...ns: number[]) => `videoIds: ${JSON.stringify(ns.map((n) => host.video(n)))}`;
    const stack = await fixture.stack(
      emulator,
      onBothHosts(
        (host) =>
          host.library("exchanged", of(host, OLD)) +
          host.library("moved", of(host, OLD_OF_ACCOUNT)) +
          host.download("moved-by-provider", OLD_OF_PROVIDER) +
          host.library("library", of(host, OLD_OF_RENAMED, KEPT_BY_RENAMED)) +
          host.download("single", OLD_OF_RENAMED_SINGLE) +
          host.download("child", OLD_OF_CHILD),
      ),
    );
    await stack.mustUp();
    const other = `accountId: "${OTHER_ACCOUNT}"`;
    const renamedFrom = (host: Host, name: string) => `{ aliases: [{ name: "${host.named(name)}" }] }`;
    stack.program(
      onBothHosts(
        (host) =>
          host.library("exchanged", of(host, NEW)) +
          host.library("moved", `${of(host, NEW_OF_ACCOUNT)}, ${other}`) +
          host.provider("other", `apiToken: "${TOKEN}", ${other}`) +
          host.download("moved-by-provider", NEW_OF_PROVIDER, "", "{ provider: other }") +
          host.library("renamed-library", of(host, NEW_OF_RENAMED, KEPT_BY_RENAMED), renamedFrom(host, "library")) +
          host.download("renamed-single", NEW_OF_RENAMED_SINGLE, "", renamedFrom(host, "single")) +
          `const parent = new pulumi.ComponentResource("test:index:Parent", "${host.named("parent")}");\n` +
          host.download("child", NEW_OF_CHILD, "", "{ parent, aliases: [{ parent: pulumi.rootStackResource }] }"),
      ),
    );
    const failed = await stack.up("--continue-on-error");
    expect(failed.code).to.not.equal(0);
    const oldFiles = HOSTS.flatMap((host) => olds.map((n) => host.file(n)));
    expect(emulator.files()).to.include.members(oldFiles);
    await eachHost((host) => {
      for (const name of ["exchanged", "moved", "moved-by-provider", "library", "single", "child"])
        expect(host.linesAbout(name, failed.text)).to.contain("not deleted: what replaces this file is not ready");
    });
    const again = await stack.up("--continue-on-error");
    expect(again.code).to.not.equal(0);
    expect(emulator.files(), "after a second failure").to.include.members(oldFiles);

    fails = false;
    await stack.mustUp();
    expect(emulator.files()).to.have.members(
      HOSTS.flatMap((host) => [...news, KEPT_BY_RENAMED].map((n) => host.file(n))),
    );
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });
});
