import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { type Emulator, startEmulator } from "../../packages/emulator/src";
import { type ConnectProxy, startConnectProxy } from "../support/connectProxy";
import { COMPANY_AUTHORITY, type HttpsServer, startHttpsServer } from "../support/httpsServer";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { openStream } from "../support/openStream";

const repository = resolve(__dirname, "../..");
const first = { accountId: ACCOUNT, videoId: video(1) };
const NAMES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

describe("a company's proxy", () => {
  let emulator: Emulator;
  let server: HttpsServer;
  let proxy: ConnectProxy;
  const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
  const setProxies = (values: Readonly<Record<string, string | undefined>>) => {
    for (const name of NAMES) {
      if (values[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = values[name];
    }
  };
  beforeEach(async () => {
    setProxies({});
    emulator = await startEmulator();
    server = await startHttpsServer(emulator);
    proxy = await startConnectProxy({ "api.stream.test:443": server.port });
  });
  afterEach(async () => {
    setProxies(before);
    await Promise.all([proxy.close(), server.close(), emulator.close()]);
  });

  /** Looks up in a process of its own; what it prints. */
  const lookUp = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [resolve(__dirname, "../fixtures/lookUp.cjs"), video(1)],
      {
        cwd: repository,
        env: {
          ...process.env,
          CLOUDFLARE_BASE_URL: "https://api.stream.test/client/v4",
          CLOUDFLARE_API_TOKEN: TOKEN,
          CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
          ...env,
        },
      },
    );
    return stdout.trim();
  };

  it("requests go through a company's proxy in a tunnel, in which the company's own authority signs for the API; it sees no credentials", async () => {
    emulator.setDownload(video(1), "default", { status: "ready", percent: 100 });
    const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: COMPANY_AUTHORITY };
    expect(JSON.parse(await lookUp(env))).to.have.nested.property("default.status", "ready");
    expect(proxy).to.deep.include({ tunnels: ["api.stream.test:443"], inTheClear: [] });
    const untrusted = await lookUp({ HTTPS_PROXY: proxy.url });
    expect(untrusted).to.contain("no trusted TLS connection could be established").and.contain("NODE_EXTRA_CA_CERTS");
  });

  it("a company's proxy is not used where NO_PROXY names the endpoint", async () => {
    setProxies({ HTTPS_PROXY: proxy.url, NO_PROXY: "api.stream.test" });
    const { api } = openStream("https://api.stream.test/client/v4", { retries: 0 });
    const error = await api.listDownloads(first).catch((failure: Error) => failure);
    expect(error).to.have.property("fault", "dns");
    expect(proxy.tunnels).to.deep.equal([]);
  });

  it("a company's proxy that requires credentials gets those of its address, and is named when they are missing", async () => {
    await proxy.close();
    proxy = await startConnectProxy({ "api.stream.test:443": server.port }, "clerk:secret");
    const env = { NODE_EXTRA_CA_CERTS: COMPANY_AUTHORITY };
    const refused = await lookUp({ ...env, HTTPS_PROXY: proxy.url });
    expect(refused).to.contain("407").and.contain("HTTPS_PROXY");
    await lookUp({ ...env, HTTPS_PROXY: proxy.url.replace("//", "//clerk:secret@") });
    expect(emulator.requests.map(({ status }) => status)).to.deep.equal([200]);
  });

  it("a company's proxy is never used for loopback addresses, over http or https", async () => {
    setProxies({ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url });
    const { port } = new URL(emulator.baseUrl);
    for (const host of ["127.0.0.1", "localhost"]) {
      expect(await openStream(`http://${host}:${port}/client/v4`).api.listDownloads(first)).to.deep.equal({});
    }
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    try {
      const { api } = openStream(`https://localhost:${server.port}/client/v4`);
      expect(await api.listDownloads(first)).to.deep.equal({});
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
    expect(proxy).to.deep.include({ tunnels: [], inTheClear: [] });
  });

  it("a company's proxy never sees credentials in the clear: a plain http endpoint is reached directly, or not at all", async () => {
    setProxies({ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, ALL_PROXY: proxy.url });
    const { api } = openStream("http://api.stream.test/client/v4", { retries: 0 });
    const error = await api.listDownloads(first).catch((failure: Error) => failure);
    expect(error).to.have.property("fault", "dns");
    expect(proxy).to.deep.include({ tunnels: [], inTheClear: [] });
  });
});
