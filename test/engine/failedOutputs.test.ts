import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import engines from "../../tools/engines.json";
import { Fixture } from "./fixture";
import { eachHost, HOSTS, onBothHosts } from "./hosts";
import { installPackage } from "./installedPackage";

const newest = engines.find(({ name }) => name === "node24");

/** What SDKs make of the outputs of a resource that failed. */
const SDKS = [
  { what: "are unknown", sdk: undefined, node: undefined, rejects: false },
  { what: "are rejected, as from 3.252 to 3.270,", sdk: "3.260.0", node: "24", rejects: true },
  { what: "are unknown again", sdk: newest?.sdk, node: newest?.node, rejects: false },
] as const;

const [OF_SINGLE, OF_LIBRARY, MISSING, FINE, LATE] = [1, 2, 3, 4, 5];

/** One download and one library that fail, and what is made of their outputs: resources, functions, exports. */
const PROGRAM = `const pulumi = require("@pulumi/pulumi");
const { StreamDownload, getStreamDownloads, getStreamDownloadsOutput } = require("pulumi-cloudflare-stream-downloads");
class Page extends pulumi.dynamic.Resource {
  constructor(name, props) { super({ create: async (inputs) => ({ id: name, outs: inputs }) }, name, props); }
}
${onBothHosts(
  (host) => `
  const single = new ${host.name}.StreamDownload("${host.named("single")}", { videoId: "${host.video(OF_SINGLE)}" });
  const library = new ${host.name}.StreamDownloads("${host.named("library")}",
    { videoIds: ["${host.video(OF_LIBRARY)}", "${host.video(MISSING)}"] });
  const outputs = { url: single.url, urls: library.urls, statuses: library.statuses,
    ${host.name === "dynamic" ? `link: library.url("${host.video(OF_LIBRARY)}"),` : ""} };
  for (const [key, output] of Object.entries(outputs)) {
    const name = "${host.name}-" + key;
    new Page(name, { value: output });
    exports[name] = output;
    exports[name + "-length"] = output.apply((value) => value.length);
  }
  ${host.download("fine", FINE)}
  setTimeout(() => {
    ${host.download("late", LATE)}
  }, 500);
`,
)}`;

describe("the outputs of what failed under --continue-on-error", () => {
  const fixture = new Fixture();

  for (const { what, sdk, node, rejects } of SDKS)
    it(`where the outputs of a failed resource ${what} each failure is reported once${rejects ? ", with one line of the SDK's own" : " and without a stack trace"}, and everything that does not use them is made`, async () => {
      const emulator = await fixture.emulator();
      for (const n of [OF_SINGLE, MISSING]) for (const host of HOSTS) emulator.removeVideo(host.video(n));
      const stack = await fixture.stack(emulator, "");
      const args: string[] = [];
      let folder = stack.folder;
      try {
        if (sdk === undefined) writeFileSync(join(folder, "program", "index.js"), PROGRAM);
        else {
          ({ folder } = installPackage([`@pulumi/pulumi@${sdk}`, "typescript@5.9", `node@${node}`]));
          const modules = join(folder, "node_modules", ".bin");
          stack.env.PATH = `${modules}${delimiter}${process.env.PATH ?? ""}`;
          const program = join(folder, "program");
          mkdirSync(program);
          const plugins = `plugins:\n  providers:\n    - name: cloudflare-stream\n      path: ${modules}\n`;
          writeFileSync(join(program, "Pulumi.yaml"), `name: project\nruntime: nodejs\n${plugins}`);
          writeFileSync(join(program, "package.json"), '{ "main": "index.js", "private": true }\n');
          writeFileSync(join(program, "index.js"), PROGRAM);
          args.push("--cwd", program, "--stack", "dev");
        }
        const { code, text } = await stack.up("--continue-on-error", ...args);
        expect(code).to.not.equal(0);
        const [, diagnostics = ""] = text.split("Diagnostics:");
        const count = (pattern: RegExp) => diagnostics.match(pattern)?.length ?? 0;
        for (const host of HOSTS)
          for (const n of [OF_SINGLE, MISSING])
            expect(count(new RegExp(`there is no video ${host.video(n)}`, "g")), text).to.equal(1);
        // The SDK says so with a stack trace, also of a resource of Pulumi's own whose outputs nothing uses.
        expect(count(/failed to register/g), text).to.equal(rejects ? 2 * HOSTS.length : 0);
        if (!rejects) expect(text).to.not.match(/^\s+at /m);
        expect(text).to.not.match(/TypeError|ReferenceError/);
        await eachHost((host) =>
          expect(emulator.files(), text).to.include.members([OF_LIBRARY, FINE, LATE].map((n) => host.file(n))),
        );
      } finally {
        if (folder !== stack.folder) rmSync(folder, { recursive: true, force: true });
      }
    });
});
