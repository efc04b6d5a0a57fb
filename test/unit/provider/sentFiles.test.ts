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

  const NOTHING = { sent: 0, ended: [] };

  it("a process learns once what the others have sent and when it ended by its own clock, of those that begin later too", () => {
    const [one, other] = [open("token", 1_000_000), open("token", 1_000_500)];
    one.send();
    one.end(0);
    one.pass(700);
    one.send();
    other.pass(200);
    expect(other.news()).to.deep.equal({ sent: 2, ended: [-500] });
    expect(other.news()).to.deep.equal(NOTHING);
    one.end(700);
    expect(other.news()).to.deep.equal({ sent: 0, ended: [200] });
    const third = open("token", 1_000_700);
    third.send();
    other.pass(1000);
    expect(other.news()).to.deep.equal({ sent: 1, ended: [] });
    expect(third.news()).to.deep.equal({ sent: 2, ended: [-700, 0] });
    expect(one.news(), "what it sent itself is no news").to.deep.equal({ sent: 1, ended: [] });
  });

  it("a process learns at once of one that begins, which may send a hundred requests in a second", () => {
    const [one, other] = [open("token", 0), open("token", 0)];
    expect(one.news()).to.deep.equal(NOTHING);
    other.send();
    expect(one.news()).to.deep.equal({ sent: 1, ended: [] });
  });

  it("what another has sent has not ended in the future, where the machine's date has been set back", () => {
    const [ahead, behind] = [open("token", 3_600_000), open("token", 0)];
    ahead.send();
    ahead.end(0);
    expect(behind.news()).to.deep.equal({ sent: 1, ended: [0] });
  });

  it("the requests of a process that has left, or was killed, have ended", () => {
    const [one, left] = [open("token", 0), open("token", 0)];
    left.send();
    const [folder = ""] = readdirSync(base);
    const [name = ""] = readdirSync(join(base, folder));
    // No process has this number.
    writeFileSync(join(base, folder, name.replace(`.${process.pid}.`, ".4194305.")), Buffer.alloc(8));
    expect(one.news()).to.deep.equal({ sent: 2, ended: [] });
    one.pass(100);
    left.leave();
    expect(one.news()).to.deep.equal({ sent: 0, ended: [100, 100] });
    expect(one.news()).to.deep.equal(NOTHING);
  });

  it("a process that begins to send deletes nothing that another has left behind, as the claims of one that has died", () => {
    const first = open("token", 0);
    first.send();
    const [folder = ""] = readdirSync(base);
    const hash = createHash("sha256").update(ENGINE).digest("hex").slice(0, 16);
    // No process has this number.
    writeFileSync(join(base, folder, `${hash}.4194305`), "");
    open("token", 0).send();
    expect(readdirSync(join(base, folder))).to.include(`${hash}.4194305`);
  });

  it("a process learns nothing of another credential or another engine, and leaves no file behind", () => {
    const processes = [open("token", 0), open("other-token", 0), open("token", 0, "127.0.0.1:1")];
    for (const one of processes) one.send();
    for (const one of processes) expect(one.news()).to.deep.equal(NOTHING);
    const [folder = ""] = readdirSync(base);
    expect(readdirSync(join(base, folder))).to.have.length(3);
    expect(readdirSync(join(base, folder)).join()).to.not.contain("token");
    for (const one of processes) one.leave();
    expect(readdirSync(join(base, folder))).to.deep.equal([]);
  });
});
