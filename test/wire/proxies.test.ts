import { execFile } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { type Emulator, startEmulator } from "../../packages/emulator/src";
import { type Clock, systemClock } from "../../src/core/clock";
import { proxyFor } from "../../src/stream/proxy";
import type { TransportOptions } from "../../src/stream/transport";
import { explain, isTransient } from "../../src/downloads/failure";
import { type ConnectProxy, startConnectProxy } from "../support/connectProxy";
import { COMPANY_AUTHORITY, type HttpsServer, startHttpsServer } from "../support/httpsServer";
import { ACCOUNT, TOKEN, video } from "../support/ids";
import { openStream } from "../support/openStream";
import { startSilentServer } from "../support/silentServer";
import { until } from "../support/until";

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
    expect(refused)
      .to.contain(`the proxy ${proxy.url.slice(7)}, which HTTPS_PROXY names, requires credentials (407). `)
      .and.contain("HTTPS_PROXY=http://user:password@host:port");
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

  /** A list through the proxy of the environment, and what it fails with. */
  const failureThrough = async (address: string, options: Partial<TransportOptions> = {}, name = "HTTPS_PROXY") => {
    setProxies({ [name]: address });
    const { api } = openStream("https://api.stream.test/client/v4", { retries: 0, ...options });
    const error = await api.listDownloads(first).catch((failure: Error) => failure);
    if (!(error instanceof Error)) throw new Error("it went well");
    return error;
  };

  it("the credentials of a proxy's address are decoded, as curl, git and npm do; neither they nor their encoding is ever shown", async () => {
    const credentials = "DOMAIN\\user:p@ss:w/rd";
    await proxy.close();
    proxy = await startConnectProxy({ "api.stream.test:443": server.port }, credentials);
    const encoded = "DOMAIN%5Cuser:p%40ss:w%2Frd";
    const env = { NODE_EXTRA_CA_CERTS: COMPANY_AUTHORITY };
    await lookUp({ ...env, HTTPS_PROXY: proxy.url.replace("//", `//${encoded}@`) });
    expect(emulator.requests.map(({ status }) => status)).to.deep.equal([200]);
    const wrong = await failureThrough(proxy.url.replace("//", "//DOMAIN%5Cuser:wr0ng%40@"));
    expect(explain(wrong)).to.equal(
      `the proxy ${proxy.url.slice(7)}, which HTTPS_PROXY names, does not accept the credentials (407). ` +
        "Correct the user and the password in HTTPS_PROXY, with %40 for @, %3A for : and %5C for \\ in the user and the password.",
    );
    expect(isTransient(wrong)).to.equal(false);
  });

  it("a proxy's address without a scheme means http://", async () => {
    setProxies({ HTTPS_PROXY: proxy.url.replace("http://", "") });
    const { api } = openStream("https://api.stream.test/client/v4", { retries: 0 });
    await api.listDownloads(first).catch(() => undefined);
    expect(proxy.tunnels).to.deep.equal(["api.stream.test:443"]);
  });

  it("an address that is not an HTTP proxy's is refused at once, by the variable's name and without showing it", () => {
    const wrong = [
      "http://",
      "http://user:s3cret@",
      "http://DOMAIN\\user:s3cret@proxy",
      "http://user:s3cr#t@proxy",
      "socks5://user:s3cret@proxy",
      "http://proxy/s3cret.pac",
    ];
    for (const [name, address] of [...wrong.map((text) => ["HTTPS_PROXY", text]), ["all_proxy", wrong[4]]] as const) {
      setProxies({ [name as string]: address });
      expect(() => openStream("https://api.stream.test/client/v4"), address)
        .to.throw(`${name} is not the address of an HTTP proxy`)
        .with.property("message")
        .that.does.not.match(/s3cr|DOMAIN/);
      expect(() => openStream(emulator.baseUrl), "not asked for").to.not.throw();
    }
  });

  it("a proxy that refuses, is unknown, closes early, or does not allow the API is named instead of Cloudflare, and what may pass is tried again", async () => {
    const closing = createServer((socket) => socket.once("data", () => socket.end()));
    const otherThanHttp = createServer((socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n"));
    const otherThanTls = createServer((socket) =>
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\n\r\n<html>Sign in</html>")),
    );
    const others = [closing, otherThanHttp, otherThanTls];
    for (const other of others) await once(other.listen(0, "127.0.0.1"), "listening");
    const { port } = closing.address() as AddressInfo;
    const { port: sshPort } = otherThanHttp.address() as AddressInfo;
    const { port: pagePort } = otherThanTls.address() as AddressInfo;
    const allowsNothing = await startConnectProxy({}, undefined, 403);
    const isDown = await startConnectProxy({});
    const cases = [
      [
        "http://user:s3cret@127.0.0.1:1",
        "the proxy 127.0.0.1:1, which HTTPS_PROXY names, refused the connection (ECONNREFUSED)",
        true,
      ],
      [
        "http://user:s3cret@proxy.invalid:3128",
        "the proxy proxy.invalid:3128, which HTTPS_PROXY names, has a host name that could not be resolved",
        true,
      ],
      [`http://user:s3cret@127.0.0.1:${port}`, "closed the connection instead of opening a tunnel", true],
      [
        `http://user:s3cret@127.0.0.1:${sshPort}`,
        "did not respond as an HTTP proxy does (HPE_INVALID_CONSTANT)",
        false,
      ],
      [
        `http://user:s3cret@127.0.0.1:${pagePort}`,
        "opened a tunnel to api.stream.test:443 in which something responded without TLS (ERR_SSL_WRONG_VERSION_NUMBER)",
        false,
      ],
      [allowsNothing.url, "responded with 403 instead of opening a tunnel to api.stream.test:443", false],
      [isDown.url, "responded with 502 instead of opening a tunnel to api.stream.test:443", true],
      [`https://user:s3cret@127.0.0.1:${server.port}`, "made no trusted TLS connection possible", false],
    ] as const;
    try {
      for (const [address, problem, passes] of cases) {
        const error = await failureThrough(address);
        expect(explain(error), address)
          .to.contain(problem)
          .and.contain("which HTTPS_PROXY names")
          .and.not.contain("s3cret");
        expect(error, address).to.have.property("notProcessed", true);
        expect(isTransient(error), address).to.equal(passes);
      }
      await failureThrough(isDown.url, { retries: 2 });
      expect(isDown.tunnels).to.have.length(1 + 3);
    } finally {
      for (const other of others) other.close();
      await Promise.all([allowsNothing.close(), isDown.close()]);
    }
  });

  it("a proxy that stays silent, before or after it opens the tunnel, ends the request after 10 s, without another try", async () => {
    const silent = await startSilentServer();
    const behind = await startConnectProxy({ "api.stream.test:443": silent.port });
    try {
      for (const [address, problem] of [
        [`http://127.0.0.1:${silent.port}`, "opened no tunnel to api.stream.test:443 within 10 s"],
        [behind.url, "opened a tunnel to api.stream.test:443 in which nothing responded within 10 s"],
      ] as const) {
        const before = silent.connections();
        const heardBefore = silent.heard();
        const limits: number[] = [];
        const sleep: Clock["sleep"] = async (ms, signal) => {
          limits.push(ms);
          // What it hears behind the proxy is sent once the tunnel is open.
          if (ms === 10_000) return until(() => silent.heard() > heardBefore);
          return systemClock.sleep(ms, signal);
        };
        const error = await failureThrough(
          address,
          { clock: { now: Date.now, date: Date.now, sleep }, retries: 4 },
          "ALL_PROXY",
        );
        expect(explain(error), address).to.contain(`the proxy ${address.slice(7)}, which ALL_PROXY names, ${problem}`);
        expect(silent.connections(), address).to.equal(before + 1);
        expect(limits.filter((ms) => ms === 10_000)).to.have.length(1);
      }
    } finally {
      await Promise.all([silent.close(), behind.close()]);
    }
  });

  it("NO_PROXY lists hosts, domains with or without a dot before them, addresses and subnets, each perhaps with a port, as for curl, git and npm", () => {
    const isUsed = (baseUrl: string, noProxy: string) =>
      proxyFor(baseUrl, { HTTPS_PROXY: "http://proxy:3128", NO_PROXY: noProxy }) !== undefined;
    const name = "https://api.stream.test/client/v4";
    for (const entry of [
      "*",
      "api.stream.test",
      ".stream.test",
      "*.stream.test",
      "*stream.test",
      "stream.test",
      ".api.stream.test",
      "other.test, API.stream.test",
      "other api.stream.test:443",
    ])
      expect(isUsed(name, entry), entry).to.equal(false);
    for (const entry of [
      "",
      "api.stream.test:8443",
      "stream.test:8443",
      "pi.stream.test",
      ".pi.stream.test",
      "10.0.0.0/8",
      ".",
      ",",
    ])
      expect(isUsed(name, entry), entry).to.equal(true);
    for (const [address, entry] of [
      ["https://10.1.2.3/client/v4", "10.0.0.0/8"],
      ["https://10.1.2.3:8443/client/v4", "10.1.2.3:8443"],
      ["https://[fd00::1]/client/v4", "fd00::/8"],
      ["https://[fd00::1]:8443/client/v4", "[fd00::1]:8443"],
      ["https://[fd00::1]/client/v4", "fd00::1"],
    ] as const)
      expect(isUsed(address, entry), entry).to.equal(false);
    for (const entry of ["10.2.0.0/16", "10.1.2.3/99", "10.1.2.3/x", "fd00::/8", "10.1.2.3:444", "2.3", "1.2.3"])
      expect(isUsed("https://10.1.2.3/client/v4", entry), entry).to.equal(true);
  });
});
