import { expect } from "chai";
import { TOKEN, video } from "../support/ids";
import { Fixture, writes } from "./fixture";

describe("--continue-on-error on the real engine", () => {
  const fixture = new Fixture();
  const declare = (name: string, n: number, opts = "{}") =>
    `new StreamDownload("${name}", { videoId: "${video(n)}" }, ${opts});\n`;
  const library = (name: string, ...ns: number[]) =>
    `new (require("pulumi-cloudflare-stream-downloads").StreamDownloads)("${name}", { videoIds: ${JSON.stringify(ns.map(video))} });\n`;
  const provider = `const one = new pulumi.ProviderResource("pulumi-nodejs", "one", { "cloudflare:apiToken": "${TOKEN}" });\n`;
  const files = (...ns: number[]) => ns.map((n) => `${video(n)}/default`);

  it("an update with --continue-on-error leaves a file to the resource that has it when the one that takes it over fails; the next update hands it over, or deletes it where nobody wants it", async () => {
    // The worst an API can do: asking again makes the file once more.
    const emulator = await fixture.emulator({ behavior: { repost: "restart" } });
    const stack = await fixture.stack(
      emulator,
      ["a", "b", "c", "replaced"].map((name, i) => declare(name, i + 1)).join("") + library("giving", 5, 6),
    );
    await stack.mustUp();
    const written = writes(emulator);

    // Taken over by a single one, in another provider's process, by a library, and from a library; and a replacement.
    const y = declare("y", 1);
    const others =
      provider +
      declare("z", 2, "{ provider: one }") +
      library("taking", 3, 7) +
      library("giving", 5) +
      declare("x", 6) +
      declare("replaced", 8);
    stack.program(y + others);
    emulator.injectFault({ kind: "status", status: 403, operation: "listDownloads", times: 1000 });
    const failed = await stack.up("--continue-on-error");
    expect(failed.code).to.not.equal(0);
    for (const name of ["x", "y", "z", "taking"])
      expect(failed.text).to.contain(
        `not deleted: the resource "${name}" declares the same download and failed to take it over`,
      );
    expect(writes(emulator)).to.deep.equal(written);
    const names = (await stack.resources()).map(({ urn }) => urn.split("::").pop());
    // The library twice: as it is now, and with what it could not give away.
    expect(names).to.have.members(["a", "b", "c", "replaced", "giving", "giving", "taking"]);

    emulator.clearFaults();
    stack.program(others);
    await stack.mustUp();
    expect(emulator.files(), "of what y failed to take over nothing stays").to.deep.equal(files(2, 3, 5, 6, 7, 8));
    for (const n of [2, 3, 5, 6]) expect(emulator.generations(video(n), "default"), String(n)).to.equal(1);
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([]);
  });
});
