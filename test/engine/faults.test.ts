import { expect } from "chai";
import type { OperationName } from "../../packages/emulator/src";
import { FAULTS } from "../faults/faultTable";
import { video } from "../support/ids";
import { Fixture, FOREVER_MS } from "./fixture";

describe("faults on the real engine", () => {
  const fixture = new Fixture();
  // Those that need another endpoint, or half a minute for each try, are left to the matrix.
  const faults = FAULTS.filter(({ name, fault }) => fault !== undefined && !/no response|trickle|429/.test(name));
  /** The video after theirs: its POST is cut off, and the look that is to tell what became of it fails. */
  const unknown = video(faults.length);
  const declared = [...faults.keys(), faults.length];
  const declare = (n: number, more = "") => `new StreamDownload("v${n}", { videoId: "${video(n)}"${more} });`;
  const program = (more = "") => declared.map((n) => declare(n, more)).join("\n");
  const all = declared.map((n) => `${video(n)}/default`).sort();

  const phases: readonly { readonly name: string; readonly operation: OperationName }[] = [
    { name: "creating", operation: "createDownload" },
    { name: "resuming", operation: "listDownloads" },
    { name: "destroying", operation: "deleteDownload" },
  ];
  for (const { name, operation } of phases) {
    it(`${name} ${faults.length} downloads with a fault each: every message names its cause, and the next command mends all`, async () => {
      // What is to be resumed must not be ready by then; everything else is at the first look.
      let encodingMs = name === "resuming" ? FOREVER_MS : 0;
      const emulator = await fixture.emulator({
        encodingMs: () => encodingMs,
        rateLimit: false,
        behavior: { repost: "restart" },
      });
      const stack = await fixture.stack(emulator, program(name === "resuming" ? ", waitForReady: false" : ""));
      if (name !== "creating") {
        if (name === "destroying")
          for (const [n] of faults.entries())
            emulator.setDownload(video(n), "default", { status: "ready", percent: 100 });
        await stack.mustUp();
      }
      for (const [n, { name: faultName, fault }] of faults.entries()) {
        // A 404 must be true: after it there is nothing left to delete, and what is not listed does not exist.
        const more = faultName === "404" && operation === "deleteDownload" ? { afterProcessing: true } : {};
        if (faultName === "404" && operation === "listDownloads") emulator.setDownload(video(n), "default", undefined);
        if (fault !== undefined)
          emulator.injectFault({ ...fault, ...more, operation, videoId: video(n), times: 1_000_000 });
      }
      if (name === "creating") {
        emulator.injectFault({ kind: "reset", afterProcessing: true, operation, videoId: unknown });
        emulator.injectFault({
          kind: "status",
          status: 403,
          operation: "listDownloads",
          videoId: unknown,
          after: 1,
          times: 9,
        });
      }
      const verb = name === "destroying" ? "destroy" : "up";
      const { code, text } = await stack.run(
        verb,
        "--yes",
        "--skip-preview",
        "--continue-on-error",
        "--parallel",
        "64",
      );
      expect(code).to.not.equal(0);
      const known = new Set((await stack.resources()).map(({ id }) => id?.split("/").slice(1).join("/")));
      if (name === "creating") expect(emulator.files()).to.include(`${unknown}/default`);
      for (const file of emulator.files()) expect([...known], "no file is orphaned").to.include(file);
      const silent = faults.filter(({ says, name: faultName }) => !says.test(text) && faultName !== "404");
      // After a POST whose fate is unknown a look tells that it acted: that is no failure.
      const survived = name === "creating" ? /after it acted|half|success false|empty|wrong type/ : /^$/;
      expect(silent.filter((fault) => !survived.test(fault.name)).map((fault) => fault.name)).to.deep.equal([]);
      expect(text).to.not.match(/^\s+at .*\.[jt]s:\d+/m);

      emulator.clearFaults();
      encodingMs = 0;
      emulator.clock.advance(FOREVER_MS);
      if (name === "destroying") {
        await stack.mustRun("destroy", "--yes", "--skip-preview");
        expect(emulator.files()).to.deep.equal([]);
        return;
      }
      await stack.mustUp("--parallel", "64");
      expect(emulator.files()).to.deep.equal(all);
    });
  }
});
