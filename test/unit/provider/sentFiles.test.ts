import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sentFiles } from "../../../src/provider/sentFiles";

const ENGINE = "127.0.0.1:12345";

describe("what the processes of one engine have sent with the same credential", () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "stream-sent-"));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  /** A process whose clock began at a moment of the date, in milliseconds. */
  const open = (budget: string, began: number, engine = ENGINE) => {
    let now = 0;
    const clock = {
      now: () => now,
      date: () => began + now,
      sleep: () => Promise.resolve(),
    };
    const files = sentFiles(engine, budget, clock, base);
    return { ...files, pass: (ms: number) => (now += ms) };
  };

  it("a process learns once when the others have sent, by its own clock, those that begin later too", () => {
    const [one, other] = [open("token", 1_000_000), open("token", 1_000_500)];
    one.tell(0);
    one.pass(700);
    one.tell(700);
    other.pass(200);
    expect(other.news()).to.deep.equal([-500, 200]);
    expect(other.news()).to.deep.equal([]);
    const third = open("token", 1_000_700);
    third.tell(0);
    other.pass(1000);
    expect(other.news()).to.deep.equal([200]);
    expect(third.news()).to.deep.equal([-700, 0]);
    expect(one.news(), "what it sent itself is no news").to.deep.equal([700]);
  });

  it("a process learns at once of one that begins, which may send a hundred requests in a second", () => {
    const [one, other] = [open("token", 0), open("token", 0)];
    expect(one.news()).to.deep.equal([]);
    other.tell(0);
    expect(one.news()).to.deep.equal([0]);
  });

  it("what another has sent is not in the future, where the machine's date has been set back", () => {
    open("token", 3_600_000).tell(0);
    expect(open("token", 0).news()).to.deep.equal([0]);
  });

  it("a process that begins to send deletes nothing that another has left behind, as the claims of one that has died", () => {
    const first = open("token", 0);
    first.tell(0);
    const [folder = ""] = readdirSync(base);
    const hash = createHash("sha256").update(ENGINE).digest("hex").slice(0, 16);
    // No process has this number.
    writeFileSync(join(base, folder, `${hash}.4194305`), "");
    open("token", 0).tell(0);
    expect(readdirSync(join(base, folder))).to.include(`${hash}.4194305`);
  });

  it("a process learns nothing of another credential or another engine, and leaves no file behind", () => {
    const processes = [open("token", 0), open("other-token", 0), open("token", 0, "127.0.0.1:1")];
    for (const one of processes) one.tell(0);
    for (const one of processes) expect(one.news()).to.deep.equal([]);
    const [folder = ""] = readdirSync(base);
    expect(readdirSync(join(base, folder))).to.have.length(3);
    expect(readdirSync(join(base, folder)).join()).to.not.contain("token");
    for (const one of processes) one.leave();
    expect(readdirSync(join(base, folder))).to.deep.equal([]);
  });
});
