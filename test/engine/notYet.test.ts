import { expect } from "chai";
import { isEngineSince } from "./engineVersion";
import { Fixture, FOREVER_MS } from "./fixture";
import { type Host, HOSTS, onBothHosts } from "./hosts";

describe("what only takes longer than its time limit", () => {
  const fixture = new Fixture();
  const [GENERATED, ENCODING, OF_LIBRARY, ENCODING_OF_LIBRARY, FREE] = [1, 2, 3, 4, 5];
  const plugin = HOSTS.find(({ name }) => name === "plugin") as Host;

  it("an update of the plugin that has only waited exits with 10 and leaves the state as it was, deploys what does not depend on it, and generates nothing twice", async () => {
    const slow = [GENERATED, OF_LIBRARY].map((n) => plugin.video(n));
    const emulator = await fixture.emulator({
      encodingMs: (id) => (slow.includes(id) ? FOREVER_MS : 300),
    });
    for (const n of [ENCODING, ENCODING_OF_LIBRARY])
      emulator.addVideo({ videoId: plugin.video(n), state: "inprogress", readyAfterMs: FOREVER_MS });
    const limit = '{ customTimeouts: { create: "8s", update: "8s" } }';
    const of = (n: number) => `videoIds: ["${plugin.video(n)}"]`;
    const first = (host: Host) =>
      host.download("generated", GENERATED, "", limit) + host.library("library", of(OF_LIBRARY), limit);
    const all = (host: Host) =>
      first(host) +
      host.download("encoding", ENCODING, "", limit) +
      host.library("encoding-library", of(ENCODING_OF_LIBRARY), limit) +
      host.download("free", FREE);
    const withPlugin = (program: (host: Host) => string) =>
      onBothHosts((host) => (host === plugin ? program(host) : ""));
    const stack = await fixture.stack(emulator, withPlugin(first));
    const requested = await stack.up("--continue-on-error");
    expect(requested.code, "a create that has requested a file has failed").to.not.be.oneOf([0, 10]);
    const before = (await stack.resources()).map(({ urn, outputs }) => ({ urn, outputs }));
    expect(before, requested.text).to.have.length(2);

    stack.program(withPlugin(all));
    const awaiting = await stack.up(...(isEngineSince(3, 274) ? [] : ["--continue-on-error"]));
    if (isEngineSince(3, 274)) expect(awaiting.code, awaiting.text).to.equal(10);
    else expect(awaiting.code).to.not.equal(0);
    for (const name of ["generated", "library", "encoding", "encoding-library"])
      expect(plugin.linesAbout(name, awaiting.text), awaiting.text).to.match(/the time limit of 8s was exceeded/);
    const after = (await stack.resources()).map(({ urn, outputs }) => ({ urn, outputs }));
    expect(after.map(({ urn }) => urn.split("::").pop())).to.have.members(
      ["generated", "library", "free"].map((name) => plugin.named(name)),
    );
    if (isEngineSince(3, 274)) expect(after).to.deep.include.members(before);

    emulator.clock.advance(FOREVER_MS);
    await stack.mustUp();
    for (const n of [GENERATED, ENCODING, OF_LIBRARY, ENCODING_OF_LIBRARY, FREE])
      expect(emulator.generations(plugin.video(n), "default"), String(n)).to.equal(1);
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });
});
