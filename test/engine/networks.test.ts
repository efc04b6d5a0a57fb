import { expect } from "chai";
import { type ConnectProxy, startConnectProxy } from "../support/connectProxy";
import { COMPANY_AUTHORITY, type HttpsServer, startHttpsServer } from "../support/httpsServer";
import { video } from "../support/ids";
import { type SilentServer, startSilentServer } from "../support/silentServer";
import { Fixture, FOREVER_MS } from "./fixture";
import { eachHost, HOSTS, onBothHosts } from "./hosts";

describe("a company's network on the real engine", () => {
  const fixture = new Fixture();
  const open: (ConnectProxy | HttpsServer | SilentServer)[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()));
  });

  it("requests leave a company's network through its proxy, trusting its own authority; loopback addresses are reached directly", async () => {
    const emulator = await fixture.emulator();
    const server = await startHttpsServer(emulator);
    const proxy = await startConnectProxy({ "api.stream.test:443": server.port });
    open.push(server, proxy);
    const program = (...others: string[]) =>
      [
        `exports.url = new StreamDownload("one", { videoId: "${video(1)}" }).url;`,
        `exports.found = getStreamDownloadsOutput({ videoId: "${video(3)}" }).apply(({ default: mp4 }) => mp4?.status);`,
        ...others,
      ].join("\n");
    const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: COMPANY_AUTHORITY };
    const stack = await fixture.stack(emulator, program(), { env });
    emulator.setDownload(video(3), "default", { status: "ready", percent: 100 });

    await stack.mustUp();
    expect(emulator.requests.length).to.be.greaterThan(3);
    expect(proxy, "nothing of this machine's own endpoint").to.deep.include({ tunnels: [], inTheClear: [] });

    stack.env.CLOUDFLARE_BASE_URL = "https://api.stream.test/client/v4";
    stack.program(
      program(
        'const { StreamDownloads } = require("pulumi-cloudflare-stream-downloads");',
        `new StreamDownloads("two", { videoIds: ["${video(2)}"] });`,
      ),
    );
    await stack.mustUp();
    await stack.mustRun("refresh", "--yes", "--skip-preview");
    expect(await stack.outputs()).to.include({ found: "ready" });
    await stack.mustRun("destroy", "--yes", "--skip-preview");
    expect(emulator.files()).to.deep.equal([`${video(3)}/default`]);

    expect(new Set(proxy.tunnels)).to.deep.equal(new Set(["api.stream.test:443"]));
    expect(proxy.inTheClear).to.deep.equal([]);
  });

  it("a proxy that refuses connections is named by every resource of both hosts, without its credentials, and nothing is requested", async () => {
    const emulator = await fixture.emulator();
    const program = onBothHosts(
      (host) => host.download("one", 1) + host.library("many", `videoIds: ["${host.video(2)}"]`),
    );
    const env = {
      HTTPS_PROXY: "http://clerk:s3cret@127.0.0.1:1",
      CLOUDFLARE_BASE_URL: "https://api.stream.test/client/v4",
    };
    const stack = await fixture.stack(emulator, program, { env });
    const { code, text } = await stack.up("--continue-on-error");
    expect(code).to.not.equal(0);
    await eachHost((host) => {
      for (const name of ["one", "many"])
        expect(host.linesAbout(name, text)).to.contain(
          "the proxy 127.0.0.1:1, which HTTPS_PROXY names, refused the connection (ECONNREFUSED). Check HTTPS_PROXY",
        );
    });
    expect(text).to.not.match(/s3cret|clerk/);
  });

  it("refresh and destroy reach the engine without the proxies of the environment, whether those stay silent or refuse; no row is lost", async () => {
    const silent = await startSilentServer();
    const refusing = await startConnectProxy({});
    open.push(silent, refusing);
    const emulator = await fixture.emulator({ encodingMs: FOREVER_MS });
    const program = onBothHosts((host) => host.download("one", 1, "waitForReady: false"));
    for (const proxy of [`http://127.0.0.1:${silent.port}`, refusing.url]) {
      const stack = await fixture.stack(emulator, program);
      await stack.mustUp();
      for (const name of ["http_proxy", "https_proxy", "all_proxy", "grpc_proxy"]) {
        stack.env[name] = proxy;
        stack.env[name.toUpperCase()] = proxy;
      }
      await stack.mustRun("refresh", "--yes", "--skip-preview");
      for (const host of HOSTS) emulator.setDownload(host.video(1), "default", undefined);
      const destroy = await stack.mustRun("destroy", "--yes", "--skip-preview");
      await eachHost((host) => {
        expect(host.linesAbout("one", destroy.text), proxy).to.contain("already gone");
      });
      expect(silent.connections(), proxy).to.equal(0);
      expect(refusing.tunnels, proxy).to.deep.equal([]);
    }
  });
});
