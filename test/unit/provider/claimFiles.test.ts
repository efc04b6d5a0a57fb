import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Claim } from "../../../src/downloads/claimRules";
import { Claims, digestOf } from "../../../src/downloads/claims";
import { peerClaims, programClaims } from "../../../src/provider/claimFiles";
import { ACCOUNT, video } from "../../support/ids";

const ENGINE = "127.0.0.1:12345";
const identity = (n: number) => ({ accountId: ACCOUNT, videoId: video(n), type: "default" as const });
const neededBy = (claims: Claims, urn: string, download: ReturnType<typeof identity>) => {
  const decision = claims.onDelete(urn, download);
  if (decision.do === "refuse") return decision.because === "claimant" ? `not ${decision.urn}` : "what replaces it";
  return decision.do === "keep" ? decision.for : undefined;
};
const digest = (n: number) => digestOf(identity(n));

describe("the claims of other provider processes of the same engine", () => {
  let base: string;
  let folder: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "stream-claims-"));
    folder = join(base, `pulumi-cloudflare-stream-downloads-${process.getuid?.() ?? "user"}`);
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  /** What another process has told; that which started this one is surely alive. */
  const tell = (
    line: Claim,
    { engine = ENGINE, pid = process.ppid }: { engine?: string; pid?: number | string | undefined } = {},
  ) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const hash = createHash("sha256").update(engine).digest("hex").slice(0, 16);
    appendFileSync(join(folder, `${hash}.${pid}`), `${JSON.stringify(line)}\n`);
  };

  it("the claims of other processes are read although a file of the folder vanishes meanwhile, when a process begins and later", () => {
    const hash = createHash("sha256").update(ENGINE).digest("hex").slice(0, 16);
    /** A name that is listed, of a file that is not there any more. */
    const vanish = (name: string) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      symlinkSync(join(folder, "nothing"), join(folder, name));
    };
    vanish(`${"0".repeat(16)}.4194305`);
    const peers = peerClaims(ENGINE, base);
    const claims = new Claims(peers);
    claims.finish("own");
    expect(peers.unusableFolder).to.equal(undefined);
    // Before the other's file in the list.
    vanish(`${hash}.1`);
    tell({ urn: "a", progress: { [digest(1)]: "held" } });
    expect(neededBy(claims, "x", identity(1))).to.equal("a");
  });

  it("the claims of other processes keep a file that was created there, for whichever resource, and one that another resource declares there", () => {
    tell({ urn: "a", progress: { [digest(1)]: "held" } });
    tell({ urn: "b", wants: [digest(2)] });
    const claims = new Claims(peerClaims(ENGINE, base));
    expect([neededBy(claims, "a", identity(1)), neededBy(claims, "x", identity(2))]).to.deep.equal(["a", "not b"]);
    expect([neededBy(claims, "b", identity(2)), neededBy(claims, "a", identity(3))]).to.deep.equal([
      undefined,
      undefined,
    ]);
  });

  it("the claims of other processes are read as they arrive, and only the last declaration of a resource counts", () => {
    const claims = new Claims(peerClaims(ENGINE, base));
    expect(neededBy(claims, "a", identity(1))).to.equal(undefined);
    tell({ urn: "b", wants: [digest(1)] });
    expect(claims.declare("a", [identity(1)])).to.deep.equal({ urn: "b", identity: identity(1) });
    tell({ urn: "b", wants: [digest(2)] });
    expect(claims.declare("a", [identity(1)])).to.equal(undefined);
  });

  it("the claims of other processes count as long as their resource may still get the file, and say whether a file was kept for it", () => {
    const claims = new Claims(peerClaims(ENGINE, base));
    tell({ urn: "b", progress: { [digest(1)]: "pending", [digest(2)]: "pending" } });
    expect(neededBy(claims, "a", identity(1))).to.equal("b");
    tell({ urn: "b", progress: { [digest(1)]: "failed", [digest(2)]: "failed" } });
    expect([neededBy(claims, "a", identity(1)), neededBy(claims, "a", identity(2))]).to.deep.equal(["not b", "not b"]);
    claims.begin("c", [identity(3), identity(4)]);
    tell({ urn: "c", kept: [digest(3)] });
    expect(claims.markFailed("c", [identity(3), identity(4)])).to.deep.equal([identity(3)]);
  });

  it("claims that say something unknown are read without it", () => {
    const claims = new Claims(peerClaims(ENGINE, base));
    tell({ urn: "a", renames: [digest(1)] } as Claim);
    tell({ urn: "b", progress: { [digest(2)]: "held" } });
    expect([neededBy(claims, "x", identity(1)), neededBy(claims, "x", identity(2))]).to.deep.equal([undefined, "b"]);
  });

  it("the claims of a process that had ended before this one looked, or of another engine, do not count", () => {
    tell({ urn: "a", progress: { [digest(1)]: "held" } }, { pid: 2 ** 22 + 1 });
    tell({ urn: "a", progress: { [digest(1)]: "held" } }, { engine: "127.0.0.1:54321" });
    const claims = new Claims(peerClaims(ENGINE, base));
    expect(neededBy(claims, "a", identity(1))).to.equal(undefined);
    expect(readdirSync(folder), "what the dead have left is cleared away").to.have.length(1);
  });

  it("the claims of a process that dies in the same update count: what it created is in the state, and what it had not finished has failed", async () => {
    const claims = new Claims(peerClaims(ENGINE, base));
    expect(neededBy(claims, "x", identity(1))).to.equal(undefined);
    const peer = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"]);
    tell({ urn: "c", wants: [digest(3)] }, peer);
    tell({ urn: "b", progress: { [digest(2)]: "pending" } }, peer);
    expect(neededBy(claims, "x", identity(2)), "while it is alive").to.equal("b");
    tell({ urn: "a", progress: { [digest(1)]: "held" } }, peer);
    await new Promise((resolve) => peer.once("exit", resolve) && peer.kill("SIGKILL"));
    claims.declare("x", [identity(9)]);
    expect([1, 2, 3].map((n) => neededBy(claims, "x", identity(n)))).to.deep.equal(["a", "not b", "not c"]);
  });

  it("the file of a dead process of another engine stays for an hour, as that may still be running", () => {
    const other = { engine: "127.0.0.1:54321", pid: 2 ** 22 + 1 };
    tell({ urn: "a", progress: { [digest(1)]: "held" } }, other);
    new Claims(peerClaims(ENGINE, base)).hold("b", [identity(2)]);
    expect(readdirSync(folder)).to.have.length(2);
    const [file = ""] = readdirSync(folder).filter((name) => name.endsWith(`.${other.pid}`));
    utimesSync(join(folder, file), 0, Date.now() / 1000 - 3601);
    new Claims(peerClaims(ENGINE, base)).hold("b", [identity(2)]);
    expect(readdirSync(folder)).to.have.length(1);
  });

  it("what a program tells counts for a process that begins after its end, until the next program of that address tells something, and for an hour", () => {
    const told: Claim = { urn: "new", wants: [digest(1)], phase: "announced" };
    const dead = `${2 ** 22 + 1}.program`;
    tell(told, { pid: dead });
    const inNewProcess = () => neededBy(new Claims(peerClaims(ENGINE, base)), "old", identity(1));
    expect([inNewProcess(), inNewProcess()]).to.deep.equal(["not new", "not new"]);
    programClaims(ENGINE, base).publish({ ...told, wants: [digest(2)] });
    expect(inNewProcess()).to.equal(undefined);
    expect(readdirSync(folder)).to.have.length(1);
    // This process lives, as that of a portal does, which runs one program after the other.
    const age = (hours: number) => {
      const [file = ""] = readdirSync(folder);
      utimesSync(join(folder, file), 0, Date.now() / 1000 - hours * 3600 - 1);
      new Claims(peerClaims("127.0.0.1:2", base)).onDelete("old", identity(1));
      return readdirSync(folder).filter((name) => name.endsWith(".program")).length;
    };
    expect([age(1), age(24)]).to.deep.equal([1, 0]);
  });

  it("claims are published in a file of the process's own, which names no video and is deleted at the end", () => {
    const peers = peerClaims(ENGINE, base);
    const claims = new Claims(peers);
    claims.declare("a", [identity(1)]);
    claims.hold("a", [identity(1)]);
    const [file = "", ...others] = readdirSync(folder);
    expect(others).to.deep.equal([]);
    expect(file).to.match(new RegExp(`\\.${process.pid}$`));
    expect(readFileSync(join(folder, file), "utf8"))
      .to.contain('"wants"')
      .and.not.contain(video(1));
    peers.leave();
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("claims are neither published nor read where other users may write, or where there is no folder", function () {
    if (process.platform === "win32") this.skip();
    tell({ urn: "a", progress: { [digest(1)]: "held" } });
    chmodSync(folder, 0o777);
    const open = new Claims(peerClaims(ENGINE, base));
    open.hold("b", [identity(2)]);
    expect([neededBy(open, "a", identity(1)), neededBy(open, "b", identity(2))]).to.deep.equal([undefined, "b"]);
    expect(readdirSync(folder)).to.have.length(1);
    const file = join(base, "file");
    writeFileSync(file, "");
    const none = new Claims(peerClaims(ENGINE, file));
    none.hold("b", [identity(2)]);
    expect(neededBy(none, "b", identity(2))).to.equal("b");
    expect(existsSync(file)).to.equal(true);
  });
});
