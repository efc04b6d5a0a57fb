import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Fixture, writes } from "./fixture";
import { eachHost, type Host, HOSTS, onBothHosts } from "./hosts";
import { inlineProgram } from "./inlineProgram";

describe("resource hooks on the real engine", () => {
  const fixture = new Fixture();

  it("resource hooks run around a creation, an onError hook that retries resumes and requests nothing twice, and a failing hook leaves the file in the state", async () => {
    const [HOOKED, RETRIED, OF_LIBRARY, FAILING] = [1, 2, 3, 4];
    const emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    const stack = await fixture.stack(emulator, "");
    // Each is refused once after it has been requested.
    for (const n of [RETRIED, OF_LIBRARY])
      for (const host of HOSTS)
        emulator.injectFault({
          kind: "status",
          status: 403,
          operation: "listDownloads",
          videoId: host.video(n),
          after: 1,
        });
    const hooks = `
      const before = new pulumi.ResourceHook("before", ({ name }) => note("before " + name));
      const after = new pulumi.ResourceHook("after", ({ name, newOutputs }) => note("after " + name + " " + (newOutputs.url !== undefined)));
      const fails = new pulumi.ResourceHook("fails", () => { throw new Error("no webhook"); });
      const retry = new pulumi.ErrorHook("retry", ({ name }) => { note("retried " + name); return true; });\n`;
    const program = (host: Host) =>
      host.download("hooked", HOOKED, "", "{ hooks: { beforeCreate: [before], afterCreate: [after] } }") +
      host.download("retried", RETRIED, "", "{ hooks: { onError: [retry] } }") +
      host.library("library", `videoIds: ["${host.video(OF_LIBRARY)}"]`, "{ hooks: { onError: [retry] } }") +
      host.download("failing", FAILING, "", "{ hooks: { afterCreate: [fails] } }");
    const run = inlineProgram(stack, hooks + onBothHosts(program));
    const { message: failure } = await run("up").then(
      () => Promise.reject(new Error("the update went well")),
      (error: unknown) => error as Error,
    );
    await eachHost((host) =>
      expect(host.linesAbout("failing", failure)).to.contain('after hook "fails" failed: no webhook'),
    );
    const notes = readFileSync(join(stack.folder, "program", "notes"), "utf8")
      .trim()
      .split("\n");
    await eachHost((host) => {
      expect(notes).to.include.members([
        `before ${host.named("hooked")}`,
        `after ${host.named("hooked")} true`,
        `retried ${host.named("retried")}`,
        `retried ${host.named("library")}`,
      ]);
      for (const n of [HOOKED, RETRIED, OF_LIBRARY, FAILING])
        expect(writes(emulator, host.video(n)), String(n)).to.deep.equal(["POST default"]);
    });
    const names = (await stack.resources()).map(({ urn }) => urn.split("::").pop());
    expect(names).to.include.members(HOSTS.map((host) => host.named("failing")));
    await run("destroy");
    expect(emulator.files()).to.deep.equal([]);
  });
});
