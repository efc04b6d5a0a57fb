import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import type { Behavior, Emulator } from "cloudflare-stream-emulator";
import { until } from "../../../test/support/until";
import { BEHAVIORS, type BehaviorName, Findings } from "../src/findings";
import { textOf } from "../src/report";
import { contractOn, emulatorFor, failuresOf } from "./support/contract";

const refusal = (status: number, code: number) => ({ status, code, message: `refused with ${code}` });

/** Every value of every setting; of those without an end, some. */
const VALUES: { readonly [Name in BehaviorName]: readonly Behavior[Name][] } = {
  videoNotReady: [refusal(400, 10005), refusal(409, 10011), refusal(503, 10001)],
  videoIsLive: [refusal(400, 10005), refusal(422, 10099)],
  videoUnusable: [refusal(400, 10005), refusal(403, 10012)],
  repost: ["same", "restart", "refuse"],
  repostAfterError: ["same", "restart", "refuse"],
  listNone: ["empty", "404"],
  deleteNone: ["404", "200"],
  postResponse: ["one", "all"],
  untypedPostShape: ["flat", "keyed"],
  typedPostShape: ["flat", "keyed"],
  percentFormat: ["number", "string"],
  progressCurve: ["linear", "steps", "late", "stuck"],
  urlWhileInProgress: ["present", "absent"],
  invalidTokenCode: [1000, 9109],
  messages: ["present", "absent"],
  listingLagMs: [0, 500, 2000, 9500],
};

/** Starts the emulator as a shell does that is given the command which a run has printed. */
function startPrinted(command: string): { child: ChildProcess; text: string } {
  const manifest = require.resolve("cloudflare-stream-emulator/package.json");
  const { bin } = require(manifest) as { bin: Record<string, string> };
  const env = { NODE: process.execPath, CLI: join(dirname(manifest), bin["cloudflare-stream-emulator"] ?? "") };
  const script = `exec ${command.replace("cloudflare-stream-emulator", '"$NODE" "$CLI"')} --port 0`;
  const run = { child: spawn("/bin/sh", ["-c", script], { stdio: ["ignore", "pipe", "pipe"], env }), text: "" };
  for (const stream of [run.child.stdout, run.child.stderr]) {
    stream?.on("data", (data: Buffer) => {
      run.text += data;
    });
  }
  return run;
}

describe("the settings of the emulator that the contract finds", () => {
  it("the contract has a probe for every setting of the emulator", async () => {
    const emulator = await emulatorFor();
    expect(Object.keys(emulator.behavior())).to.deep.equal(BEHAVIORS);
    await emulator.close();
  });

  const most = Math.max(...BEHAVIORS.map((name) => VALUES[name].length));
  for (let i = 0; i < most; i += 1) {
    it(`the contract prints the emulator's command so that a shell starts one with these settings (${i + 1} of ${most})`, async () => {
      const findings = new Findings();
      const settings = BEHAVIORS.map((name) => [name, VALUES[name][i % VALUES[name].length]] as const);
      for (const [name, value] of settings) findings.found(name, value as never);
      const printed = textOf({ findings, requests: 0, leftovers: [], interrupted: false });
      const [, command = ""] = /\n *(cloudflare-stream-emulator [^]*?)\n\n/.exec(printed) ?? [];
      const run = startPrinted(command);
      try {
        await until(() => run.text.includes("Ctrl-C") || run.child.exitCode !== null);
        const [, adminUrl = ""] = /admin API is at (\S+)\./.exec(run.text) ?? [];
        expect(adminUrl, run.text).to.not.equal("");
        expect(await (await fetch(`${adminUrl}/behavior`)).json()).to.deep.equal(Object.fromEntries(settings));
      } finally {
        run.child.kill();
      }
    });
  }
});

describe("the contract, run against the emulator", () => {
  let emulator: Emulator;
  afterEach(() => emulator.close());

  for (const name of BEHAVIORS) {
    for (const value of VALUES[name]) {
      it(`the contract finds ${name} to be ${typeof value === "object" ? `${value.status}/${value.code}` : value}, and all else as documented`, async () => {
        // A download that fails at first is what this one is about; the others are told without.
        const fails = name === "repostAfterError";
        emulator = await emulatorFor(
          { [name]: value },
          { encodingFails: (_video, type, generation) => fails && type === "audio" && generation === 1 },
        );
        const report = await contractOn(emulator);
        expect(failuresOf(report)).to.deep.equal([]);
        const { repostAfterError, ...others } = emulator.behavior();
        expect(Object.fromEntries(report.findings.settings)).to.deep.equal(
          fails ? { repostAfterError, ...others } : others,
        );
        expect(emulator.files()).to.deep.equal([]);
        expect(report.leftovers).to.deep.equal([]);
        expect(report.requests)
          .to.equal(emulator.requests.length + (fails && value !== "restart" ? 1 : 2))
          .and.to.be.lessThan(70);
      });
    }
  }

  it("the contract finds any combination of them, but for what cannot be seen from outside", async () => {
    const settings = fc.record(
      Object.fromEntries(BEHAVIORS.map((name) => [name, fc.constantFrom(...(VALUES[name] as unknown[]))])),
    ) as unknown as fc.Arbitrary<Behavior>;
    await fc.assert(
      fc.asyncProperty(settings, async (behavior) => {
        emulator = await emulatorFor(behavior, {
          encodingFails: (_video, type, generation) => type === "audio" && generation === 1,
        });
        try {
          const report = await contractOn(emulator);
          expect(failuresOf(report)).to.deep.equal([]);
          expect(emulator.files()).to.deep.equal([]);
          const { settings, reasons } = report.findings;
          const isFlat = behavior.untypedPostShape === "flat" && behavior.typedPostShape === "flat";
          for (const name of BEHAVIORS) {
            if (name === "postResponse" && isFlat) expect(reasons.get(name)).to.contain("no type beside it");
            else expect(settings.get(name), name).to.deep.equal(behavior[name]);
          }
        } finally {
          await emulator.close();
        }
      }),
      { numRuns: 40 },
    );
  });
});
