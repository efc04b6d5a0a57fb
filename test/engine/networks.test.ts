import { expect } from "chai";
import { VERSION } from "../../src/core/version";
import { type ConnectProxy, startConnectProxy } from "../support/connectProxy";
import { COMPANY_AUTHORITY, type HttpsServer, startHttpsServer } from "../support/httpsServer";
import { video } from "../support/ids";
import { Fixture } from "./fixture";
import { PROGRAM_HEAD } from "./hosts";

describe("a company's network on the real engine", () => {
  const fixture = new Fixture();
  const open: (ConnectProxy | HttpsServer)[] = [];
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

  it("every request says in its User-Agent which version of this package sent it, and whom the configuration names beside it", async () => {
    const emulator = await fixture.emulator();
    const server = await startHttpsServer(emulator);
    open.push(server);
    const [own, named] = [1, 2].map((n) => `pulumi-cloudflare-stream-downloads/${VERSION}${n === 2 ? " acme/7" : ""}`);
    const env = {
      CLOUDFLARE_BASE_URL: `https://localhost:${server.port}/client/v4`,
      NODE_EXTRA_CA_CERTS: COMPANY_AUTHORITY,
    };
    const stack = await fixture.stack(emulator, "", { env });
    /** Runs an update of a program that sends requests in this way alone; returns what they said. */
    const sentBy = async (...declared: string[]) => {
      const before = server.userAgents.length;
      stack.program([PROGRAM_HEAD, ...declared].join("\n"));
      await stack.mustUp();
      return new Set(server.userAgents.slice(before));
    };
    const download = (host: string, n: number) => `new ${host}.StreamDownload("${host}", { videoId: "${video(n)}" });`;
    const look = (host: string) =>
      `exports.found = ${host}.getStreamDownloadsOutput({ videoId: "${video(3)}" }).apply(() => 1);`;

    expect([...(await sentBy(download("dynamic", 1)))]).to.deep.equal([own]);
    expect([...(await sentBy(download("dynamic", 1), download("plugin", 2)))]).to.deep.equal([own]);
    expect([...(await sentBy(look("dynamic"), look("plugin")))]).to.deep.equal([own]);
    await stack.config({ "cloudflare:userAgentOperatorSuffix": "acme/7" });
    expect([...(await sentBy(download("dynamic", 1), look("dynamic")))]).to.deep.equal([named]);
    await stack.config({ "cloudflare-stream:userAgentOperatorSuffix": "acme/7" });
    expect([...(await sentBy(download("plugin", 2), look("plugin")))]).to.deep.equal([named]);
  });
});
