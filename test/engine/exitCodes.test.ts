import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { video } from "../support/ids";
import { FOREVER_MS, Fixture, getsAfterPost } from "./fixture";
import { eachHost, onBothHosts } from "./hosts";

/** What an update says that only needed longer. */
const RESUMES = "the next `pulumi up` resumes";

describe("the exit codes of the CLI", () => {
  const fixture = new Fixture();

  it("the exit codes that the page on pipelines names are those of the CLI", async () => {
    const emulator = await fixture.emulator();
    const declared = (n: number) => `new StreamDownload("one", { videoId: "${video(n)}" });`;
    const stack = await fixture.stack(emulator, declared(1));
    const up = ["up", "--yes", "--skip-preview"];
    const seen = new Map<number | null, string[]>();
    const run = async (what: string, ...args: string[]) => {
      const { code } = await stack.run(...args);
      seen.set(code, [...(seen.get(code) ?? []), what]);
    };

    await run("an update", ...up);
    await run("nothing to change", ...up, "--expect-no-changes");
    await run("not confirmed", "up");
    await run("no such stack", "preview", "--stack", "other");
    await run("no such option", "preview", "--nonsense");
    stack.program(declared(2));
    await run("a preview of a change", "preview", "--expect-no-changes");
    await run("an unexpected change", ...up, "--expect-no-changes");
    expect(emulator.files(), "it was made all the same").to.deep.equal([`${video(2)}/default`]);
    stack.program("throw new Error('wrong');");
    await run("a program that throws", "preview");
    emulator.removeVideo(video(3));
    stack.program(declared(3));
    await run("a resource that fails", ...up);
    stack.env.PULUMI_CONFIG_PASSPHRASE = "wrong";
    await run("a wrong passphrase", "preview");
    stack.env.PULUMI_BACKEND_URL = undefined;
    await run("no login", "preview");

    expect([...seen].sort(([a], [b]) => Number(a) - Number(b))).to.deep.equal([
      [0, ["an update", "nothing to change"]],
      [1, ["no such option", "a program that throws", "a resource that fails", "a wrong passphrase"]],
      [2, ["not confirmed"]],
      [3, ["no login"]],
      [6, ["no such stack"]],
      [7, ["a preview of a change", "an unexpected change"]],
    ]);
    const page = readFileSync(resolve(__dirname, "../../docs/pipelines.md"), "utf8");
    const named = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    expect(named).to.include.members([...seen.keys()]);
  });

  it("the exit code of a create that has requested its file and ends at its limit is 1, and it says that the next one resumes", async () => {
    const emulator = await fixture.emulator({ encodingMs: FOREVER_MS });
    const limited = `{ customTimeouts: { create: "3s" } }`;
    const stack = await fixture.stack(
      emulator,
      onBothHosts((host) => host.download("one", 1, "", limited)),
    );
    const { code, text } = await stack.run("up", "--yes", "--skip-preview");
    expect(code).to.equal(1);
    await eachHost((host) => {
      expect(host.linesAbout("one", text)).to.contain(RESUMES);
    });
  });

  it("the exit code of an update that is interrupted is 1, and the next one continues it", async () => {
    const emulator = await fixture.emulator({ encodingMs: FOREVER_MS });
    const stack = await fixture.stack(emulator, `new StreamDownload("one", { videoId: "${video(1)}" });`);
    const running = stack.start("up", "--yes", "--skip-preview");
    await running.until(() => getsAfterPost(emulator, video(1)) > 0);
    running.child.kill("SIGINT");
    expect((await running.done).code).to.equal(1);
    emulator.clock.advance(FOREVER_MS);
    await stack.mustUp();
    expect(emulator.requests.filter(({ method }) => method === "POST")).to.have.length(1);
  });

  it("the loop that the page on pipelines shows runs an update again on 10, on 1 where it says that the next one resumes, and on nothing else", () => {
    const page = readFileSync(resolve(__dirname, "../../docs/pipelines.md"), "utf8");
    const [, loop] = /```sh\n(set -o pipefail\nfor attempt in [\s\S]*?)```/.exec(page) ?? [];
    const folder = mkdtempSync(join(tmpdir(), "stream-loop-"));
    try {
      /** Runs the loop with a CLI that ends with these codes, one after the other; -1 is 1 of one that says that. */
      const run = (...codes: number[]) => {
        const calls = join(folder, "calls");
        rmSync(calls, { force: true });
        const script = `#!/bin/bash\necho >> ${calls}\ncodes=(0 ${codes.join(" ")})\ncode=\${codes[$(wc -l < ${calls})]}\n[ $code = -1 ] && echo '${RESUMES}' && code=1\nexit $code\n`;
        writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
        const env = { PATH: `${folder}:${process.env.PATH ?? ""}` };
        const { status } = spawnSync("bash", ["-eu", "-c", String(loop)], { env, cwd: folder });
        return { status, calls: readFileSync(calls, "utf8").length };
      };
      expect(run(10, 10, 0)).to.deep.equal({ status: 0, calls: 3 });
      expect(run(-1, 10, -1, 0)).to.deep.equal({ status: 0, calls: 4 });
      expect(run(-1, 1, 0)).to.deep.equal({ status: 1, calls: 2 });
      expect(run(10, 1, 0)).to.deep.equal({ status: 1, calls: 2 });
      expect(run(10, 10, 10, 10, 10, 0)).to.deep.equal({ status: 10, calls: 5 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
