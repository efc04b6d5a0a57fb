import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { Fixture } from "./fixture";

const repository = resolve(__dirname, "../..");
const examples = readdirSync(join(repository, "examples"), { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
);

/** What the examples look up is there. */
const EXISTING = "ea95132c15732412d22c1476fa83f27a";

describe("each example", () => {
  const fixture = new Fixture();

  for (const { name } of examples) {
    it(`${name} is deployed, is unchanged by a second update, and is destroyed`, async () => {
      const emulator = await fixture.emulator();
      if (name === "existing") emulator.setDownload(EXISTING, "default", { status: "ready", percent: 100 });
      const before = emulator.files();
      // The root's Pulumi.yaml leads to the quickstart.
      const folder = name === "quickstart" ? repository : join(repository, "examples", name);
      const stack = await fixture.stack(emulator, "");
      const config = join(stack.folder, "Pulumi.example.yaml");
      const inExample = (...args: string[]) => stack.mustRun("--cwd", folder, ...args);
      await inExample("stack", "init", "example");
      const options = ["--stack", "example", "--config-file", config];
      await inExample("up", "--yes", "--skip-preview", ...options);
      if (name !== "existing") expect(emulator.files()).to.not.deep.equal(before);
      // What was not waited for is still being looked at; everything else is done.
      const expectation = name === "fire-and-forget" ? [] : ["--expect-no-changes"];
      await inExample("up", "--yes", "--skip-preview", ...expectation, ...options);
      await inExample("destroy", "--yes", "--skip-preview", ...options);
      expect(emulator.files()).to.deep.equal(before);
    });
  }
});
