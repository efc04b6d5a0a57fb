/** What is to hold wherever the package is installed. */
import { expect } from "chai";
import type { Emulator } from "../../packages/emulator/src";
import type { Fixture } from "./fixture";
import { FILES } from "./projects";

/** Deploys the program in a folder, which declares what the library of `projects` does, refreshes it and destroys it. */
export async function livesIn(fixture: Fixture, folder: string, env: Record<string, string> = {}): Promise<void> {
  const emulator: Emulator = await fixture.emulator();
  const stack = await fixture.stack(emulator, "", { env });
  const run = (...args: string[]) =>
    stack.mustRun("--cwd", folder, "--stack", "dev", ...args, "--yes", "--skip-preview");
  await run("up");
  expect(emulator.files()).to.deep.equal(FILES);
  await run("destroy", "--refresh");
  expect(emulator.files()).to.deep.equal([]);
}
