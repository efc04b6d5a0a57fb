import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { Fixture, writes } from "./fixture";
import { isAlive } from "./processes";

describe("identity on the real engine: a file that is declared is never deleted, and one that is not never stays", () => {
  const fixture = new Fixture();
  const declare = (name: string, args: string, opts = "{}") => `new StreamDownload("${name}", ${args}, ${opts});\n`;
  const [first, second] = [`{ videoId: "${video(1)}" }`, `{ videoId: "${video(2)}" }`];
  const audio = `{ videoId: "${video(1)}", type: "audio" }`;
  const start = async (program: string) => {
    // The worst an API can do: asking again makes the file anew.
    const emulator = await fixture.emulator({ unknowns: { repost: "restart" } });
    const stack = await fixture.stack(emulator, program);
    await stack.mustUp();
    return { emulator, stack };
  };

  it("keeps the file when a resource is renamed without an alias, and says why", async () => {
    const { emulator, stack } = await start(declare("a", first));
    stack.program(declare("b", first));
    const run = await stack.mustUp();
    expect(run.text).to.contain('the file is kept: the resource "b" declares the same download');
    expect(writes(emulator)).to.deep.equal(["POST default"]);
  });

  it("changes nothing when a resource is renamed with an alias", async () => {
    const { emulator, stack } = await start(declare("a", first));
    stack.program(declare("b", first, '{ aliases: [{ name: "a" }] }'));
    await stack.mustUp();
    expect(writes(emulator)).to.deep.equal(["POST default"]);
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("keeps the file when a resource moves into a component", async () => {
    const { emulator, stack } = await start(declare("a", first));
    stack.program(
      `const parent = new pulumi.ComponentResource("my:own:Group", "group");\n${declare("a", first, "{ parent }")}`,
    );
    await stack.mustUp();
    expect(writes(emulator)).to.deep.equal(["POST default"]);
    expect((await stack.resources()).map(({ urn }) => urn)).to.have.length(1);
  });

  it("keeps the file at --replace, and makes it anew with deleteBeforeReplace", async () => {
    const { emulator, stack } = await start(declare("a", first));
    const [resource] = await stack.resources();
    const urn = resource?.urn ?? "";
    const kept = await stack.mustUp("--replace", urn);
    expect(kept.text).to.contain("the file is kept");
    expect(emulator.generations(video(1), "default")).to.equal(1);
    stack.program(declare("a", first, "{ deleteBeforeReplace: true }"));
    await stack.mustUp("--replace", urn);
    expect(emulator.generations(video(1), "default")).to.equal(2);
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`]);
  });

  it("keeps the file through a rename in two targeted steps", async () => {
    const { emulator, stack } = await start(declare("a", first) + declare("other", second));
    stack.program(declare("b", first) + declare("other", second));
    const urnOfB = (await stack.resources())[0]?.urn.replace(/::[^:]*$/, "::b") ?? "";
    await stack.mustUp("--target", urnOfB);
    expect(emulator.files()).to.include(`${video(1)}/default`);
    // Only now does the old resource go, in an update in which nothing is created.
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`, `${video(2)}/default`]);
    expect(writes(emulator)).to.deep.equal(["POST default", "POST default"]);
  });

  it("adopts what the state has forgotten", async () => {
    const { emulator, stack } = await start(declare("a", first));
    await stack.mustRun("state", "delete", (await stack.resources())[0]?.urn ?? "", "--yes");
    const run = await stack.mustUp();
    expect(run.text).to.contain("adopted: the file already exists");
    expect(writes(emulator)).to.deep.equal(["POST default"]);
  });

  it("lets a second stack adopt the file of the first", async () => {
    const { emulator } = await start(declare("a", first));
    const other = await fixture.stack(emulator, declare("a", first));
    expect((await other.mustUp()).text).to.contain("adopted");
    expect(writes(emulator)).to.deep.equal(["POST default"]);
  });

  it("makes and deletes nothing when two resources change places", async () => {
    const { emulator, stack } = await start(declare("a", first) + declare("b", audio));
    stack.program(declare("a", audio) + declare("b", first));
    await stack.mustUp();
    expect(writes(emulator).sort()).to.deep.equal(["POST audio", "POST default"]);
    const ids = Object.fromEntries((await stack.resources()).map(({ urn, id }) => [urn.split("::").pop(), id]));
    expect(ids).to.deep.equal({ a: `${ACCOUNT}/${video(1)}/audio`, b: `${ACCOUNT}/${video(1)}/default` });
  });

  it("makes and deletes nothing when two resources change their names with each other, also deleting before replacing", async () => {
    const opts = "{ deleteBeforeReplace: true }";
    const { emulator, stack } = await start(declare("a", first, opts) + declare("b", second, opts));
    stack.program(declare("a", second, opts) + declare("b", first, opts));
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal([`${video(1)}/default`, `${video(2)}/default`]);
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("deletes the old file of a replacement that failed half-way, once the new one is there", async () => {
    const { emulator, stack } = await start(declare("a", first));
    stack.program(declare("a", second));
    emulator.fault({ kind: "status", status: 500, operation: "createDownload", times: 3 });
    expect((await stack.up()).code).to.not.equal(0);
    expect(emulator.files()).to.include(`${video(1)}/default`);
    emulator.clearFaults();
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal([`${video(2)}/default`]);
  });

  const provider = (name: string) =>
    `const ${name} = new pulumi.ProviderResource("pulumi-nodejs", "${name}", { "cloudflare:apiToken": "${TOKEN}" });\n`;

  it("changes nothing when a resource moves to another provider and back", async () => {
    const { emulator, stack } = await start(declare("a", first));
    for (const moved of [provider("one") + declare("a", first, "{ provider: one }"), declare("a", first)]) {
      stack.program(moved);
      await stack.mustUp();
    }
    expect(writes(emulator)).to.deep.equal(["POST default"]);
  });

  it("keeps the file when a resource is renamed and moves to another provider, whose process is another", async () => {
    const { emulator, stack } = await start(declare("a", first));
    for (const moved of [
      provider("one") + declare("b", first, "{ provider: one }"),
      provider("one") + provider("two") + declare("c", first, "{ provider: two }"),
      declare("a", first),
    ]) {
      stack.program(moved);
      const run = await stack.mustUp();
      expect(run.text).to.match(/the file is kept: the resource "[abc]" declares the same download/);
    }
    expect(writes(emulator)).to.deep.equal(["POST default"]);
    await stack.mustRun("destroy", "--yes");
    expect(emulator.files()).to.deep.equal([]);
  });

  it("deletes the file of a resource that is removed while others of its provider and of another stay", async () => {
    const { emulator, stack } = await start(
      provider("one") +
        declare("a", first, "{ provider: one }") +
        declare("b", second) +
        declare("c", audio, "{ provider: one }"),
    );
    stack.program(provider("one") + declare("b", second) + declare("c", audio, "{ provider: one }"));
    await stack.mustUp();
    expect(emulator.files()).to.deep.equal([`${video(1)}/audio`, `${video(2)}/default`]);
  });

  it("refuses two resources with the same download also where their providers differ", async () => {
    const emulator = await fixture.emulator();
    const stack = await fixture.stack(
      emulator,
      provider("one") + declare("a", first, "{ provider: one }") + declare("b", first),
    );
    const run = await stack.run("preview");
    expect(run.code).to.not.equal(0);
    expect(run.text).to.match(/declared by the resource "[ab]" already/);
  });

  it("leaves no note of its claims behind", async () => {
    const folder = join(tmpdir(), `pulumi-cloudflare-stream-downloads-${process.getuid?.() ?? "user"}`);
    const before = new Set(existsSync(folder) ? readdirSync(folder) : []);
    await start(declare("a", first));
    const alive = (name: string) => isAlive(Number(name.split(".")[1]));
    expect(readdirSync(folder).filter((name) => !before.has(name) && !alive(name))).to.deep.equal([]);
  });
});
