import { expect } from "chai";
import type { Emulator, Fault } from "../../src/emulator";
import { video } from "../support/ids";
import { until } from "../support/until";
import { Fixture } from "./fixture";
import { isAlive, providerPid } from "./processes";
import type { RunningCli, Stack } from "./stack";

/** Where the process dies: a request that hangs is a moment that lasts. */
const POINTS: readonly {
  readonly name: string;
  readonly command: "up" | "destroy";
  readonly fault: Fault;
  readonly made: number;
}[] = [
  { name: "before the POST", command: "up", fault: { kind: "hang", operation: "listDownloads" }, made: 1 },
  {
    name: "between the POST and its answer",
    command: "up",
    fault: { kind: "hang", acts: true, operation: "createDownload" },
    made: 1,
  },
  {
    name: "between the answer and the return",
    command: "up",
    fault: { kind: "hang", operation: "listDownloads", after: 1 },
    made: 1,
  },
  {
    name: "during a later poll",
    command: "up",
    fault: { kind: "hang", operation: "listDownloads", after: 2 },
    made: 1,
  },
  { name: "before a DELETE acts", command: "destroy", fault: { kind: "hang", operation: "deleteDownload" }, made: 1 },
  {
    name: "after a DELETE acted",
    command: "destroy",
    fault: { kind: "hang", acts: true, operation: "deleteDownload" },
    made: 1,
  },
];

/** Who dies, and what Pulumi then asks for before it goes on. */
const VICTIMS: readonly {
  readonly name: string;
  readonly kill: (run: RunningCli) => Promise<void>;
  readonly recover: (stack: Stack) => Promise<unknown>;
}[] = [
  {
    name: "the provider",
    kill: async ({ child }) => void process.kill(providerPid(child.pid), "SIGKILL"),
    recover: async () => undefined,
  },
  {
    name: "the CLI",
    kill: async ({ child }) => {
      const provider = providerPid(child.pid);
      child.kill("SIGKILL");
      await until(() => !isAlive(provider));
    },
    recover: (stack) => stack.mustRun("cancel", "--yes"),
  },
];

describe("a crash on the real engine", () => {
  const fixture = new Fixture();
  const one = `new StreamDownload("a", { videoId: "${video(1)}" });`;
  /** The request that hangs is the last one that came. */
  const hanging = (emulator: Emulator) => until(() => emulator.requests.at(-1)?.status === 0);

  for (const victim of VICTIMS) {
    for (const point of POINTS) {
      it(`of ${victim.name} ${point.name} orphans nothing and makes nothing twice`, async () => {
        const emulator = await fixture.emulator({ encodingMs: 4000, unknowns: { repost: "restart" } });
        const stack = await fixture.stack(emulator, one);
        if (point.command === "destroy") await stack.mustUp();
        emulator.fault(point.fault);
        const run = stack.start(point.command, "--yes", "--skip-preview");
        await hanging(emulator);
        await victim.kill(run);
        await run.done;
        emulator.clearFaults();
        await victim.recover(stack);
        if (point.command === "up") await stack.mustUp();
        expect(emulator.generations(video(1), "default")).to.equal(point.made);
        await stack.mustRun("destroy", "--yes", "--skip-preview");
        expect(emulator.files()).to.deep.equal([]);
        expect(await stack.resources()).to.deep.equal([]);
      });
    }
  }
});
