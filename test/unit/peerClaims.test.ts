import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type ClaimEntry, Claims } from "../../src/lifecycle/claims";
import { peerClaims } from "../../src/provider/peerClaims";
import { ACCOUNT, video } from "../support/ids";

const ENGINE = "127.0.0.1:12345";
const identity = (n: number) => ({ accountId: ACCOUNT, videoId: video(n), type: "default" as const });
const idOf = (n: number) => `${ACCOUNT}/${video(n)}/default`;

describe("the claims of other provider processes of the same engine", () => {
  let base: string;
  let folder: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "stream-claims-"));
    folder = join(base, `pulumi-cloudflare-stream-downloads-${process.getuid?.() ?? "user"}`);
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  /** What another process has told; that which started this one is surely alive. */
  const tell = (entry: ClaimEntry, { engine = ENGINE, pid = process.ppid } = {}) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const hash = createHash("sha256").update(engine).digest("hex").slice(0, 16);
    appendFileSync(join(folder, `${hash}.${pid}`), `${JSON.stringify(entry)}\n`);
  };

  it("keep a file that was created there, for whichever resource, and one that another resource declares there", () => {
    tell({ kind: "create", urn: "a", ids: [idOf(1)] });
    tell({ kind: "declare", urn: "b", ids: [idOf(2)] });
    const claims = new Claims(peerClaims(ENGINE, base));
    expect([claims.neededBy("a", identity(1)), claims.neededBy("x", identity(2))]).to.deep.equal(["a", "b"]);
    expect([claims.neededBy("b", identity(2)), claims.neededBy("a", identity(3))]).to.deep.equal([
      undefined,
      undefined,
    ]);
  });

  it("are read on as they come, and only the last of what a resource declares counts", () => {
    const claims = new Claims(peerClaims(ENGINE, base));
    expect(claims.neededBy("a", identity(1))).to.equal(undefined);
    tell({ kind: "declare", urn: "b", ids: [idOf(1)] });
    expect(claims.declare("a", [identity(1)])).to.deep.equal({ urn: "b", identity: identity(1) });
    tell({ kind: "declare", urn: "b", ids: [idOf(2)] });
    expect(claims.declare("a", [identity(1)])).to.equal(undefined);
  });

  it("of a process that has ended, or of another engine, do not count", () => {
    tell({ kind: "create", urn: "a", ids: [idOf(1)] }, { pid: 2 ** 22 + 1 });
    tell({ kind: "create", urn: "a", ids: [idOf(1)] }, { engine: "127.0.0.1:54321" });
    const claims = new Claims(peerClaims(ENGINE, base));
    expect(claims.neededBy("a", identity(1))).to.equal(undefined);
    expect(readdirSync(folder), "what the dead have left is cleared away").to.have.length(1);
  });

  it("are told in a file of one's own, which is taken back at the end", () => {
    const peers = peerClaims(ENGINE, base);
    new Claims(peers).create("a", [identity(1)]);
    expect(readdirSync(folder)).to.have.length(1);
    expect(readdirSync(folder)[0]).to.match(new RegExp(`\\.${process.pid}$`));
    peers.leave();
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("are neither told nor believed where others may write, or where there is no folder to be had", function () {
    if (process.platform === "win32") this.skip();
    tell({ kind: "create", urn: "a", ids: [idOf(1)] });
    chmodSync(folder, 0o777);
    const open = new Claims(peerClaims(ENGINE, base));
    open.create("b", [identity(2)]);
    expect([open.neededBy("a", identity(1)), open.neededBy("b", identity(2))]).to.deep.equal([undefined, "b"]);
    expect(readdirSync(folder)).to.have.length(1);
    const file = join(base, "file");
    writeFileSync(file, "");
    const none = new Claims(peerClaims(ENGINE, file));
    none.create("b", [identity(2)]);
    expect(none.neededBy("b", identity(2))).to.equal("b");
    expect(existsSync(file)).to.equal(true);
  });
});
