import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";
import { startEmulator } from "cloudflare-stream-emulator";

/** The program's folder: the provider is loaded from its node_modules. */
const workDir = fileURLToPath(new URL("..", import.meta.url));

describe("the program on the real engine", function () {
  this.timeout(600_000);
  let emulator;
  let stack;
  const state = mkdtempSync(join(tmpdir(), "stack-"));

  before(async () => {
    emulator = await startEmulator({ encodingMs: 500, strict: true });
    const envVars = {
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      CLOUDFLARE_BASE_URL: emulator.baseUrl,
      CLOUDFLARE_API_TOKEN: "any-token",
      CLOUDFLARE_ACCOUNT_ID: "023e105f4ecef8ad9ca31a8372d0c353",
    };
    stack = await LocalWorkspace.createOrSelectStack({ stackName: "test", workDir }, { envVars });
  });
  after(async () => {
    await stack?.destroy();
    await stack?.workspace.removeStack("test");
    await emulator?.close();
    rmSync(state, { recursive: true, force: true });
  });

  it("says which video is missing, and leaves what it could make", async () => {
    emulator.addVideo({ videoId: "ea95132c15732412d22c1476fa83f27a" });
    const failure = await stack.up().catch((error) => error.message);
    expect(failure).to.contain("6b9e68b07dfee8cc2d116e4c51d6a957");
    expect(emulator.files()).to.deep.equal(["ea95132c15732412d22c1476fa83f27a/default"]);
  });

  it("goes on once the videos are there, through an outage of the API", async () => {
    emulator.addVideo({ videoId: "6b9e68b07dfee8cc2d116e4c51d6a957" });
    emulator.addVideo({ videoId: "5d5bc37ffcf54c9b82e996823bffbb81" });
    emulator.injectFault({ kind: "status", status: 503, times: 2 });
    const { outputs } = await stack.up();
    const file = await fetch(outputs.trailerLink.value);
    expect(file.headers.get("content-disposition")).to.contain("trailer.mp4");
    expect(outputs.podcast.value).to.have.length(2);
  });
});
