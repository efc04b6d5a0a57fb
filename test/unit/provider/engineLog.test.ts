import { expect } from "chai";
import { engineLog } from "../../../src/provider/engineLog";
import { startSilentServer } from "../../support/silentServer";

describe("a line for the engine", () => {
  const line = { severity: "info", message: "a line", urn: "", ephemeral: false } as const;
  const NAMES = ["grpc_proxy", "https_proxy", "http_proxy"];
  const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
  afterEach(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });

  it("a line that the engine does not accept is dropped: nothing waits for it", async () => {
    const engine = await startSilentServer();
    try {
      await engineLog(`127.0.0.1:${engine.port}`)(line);
      expect(engine.connections()).to.equal(1);
    } finally {
      await engine.close();
    }
  });

  it("a line goes to the engine directly, whatever proxy the environment names for gRPC or http", async () => {
    const engine = await startSilentServer();
    const proxy = await startSilentServer();
    try {
      for (const name of NAMES) process.env[name] = `http://127.0.0.1:${proxy.port}`;
      await engineLog(`127.0.0.1:${engine.port}`)(line);
      expect([engine.connections(), proxy.connections()]).to.deep.equal([1, 0]);
    } finally {
      await Promise.all([engine.close(), proxy.close()]);
    }
  });
});
