import { mkdtempSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { News } from "../../../src/budget/sentLog";
import { sentFiles } from "../../../src/provider/sentFiles";

/** No process has this number. */
const DEAD = ".4194305.";

describe("what the processes of a machine have sent with the same credential", () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "stream-sent-"));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  /** A process whose clock began at a moment of the date, in milliseconds. */
  const open = (budget: string, began: number) => {
    let now = 0;
    const clock = {
      now: () => now,
      date: () => began + now,
      sleep: () => Promise.resolve(),
    };
    const files = sentFiles(budget, clock, base);
    return { ...files, pass: (ms: number) => (now += ms) };
  };

  const NOTHING = { sent: 0, ended: [] as number[] };
  /** Without what others send, which has a test of its own. */
  const newsOf = (process: { news: () => News }) => {
    const { sent, ended } = process.news();
    return { sent, ended };
  };

  it("a process learns once what the others have sent and when it ended by its own clock, of those that begin later too", () => {
    const [one, other] = [open("token", 1_000_000), open("token", 1_000_500)];
    one.send(0);
    one.end(0);
    one.pass(700);
    one.send(0);
    other.pass(200);
    expect(newsOf(other)).to.deep.equal({ sent: 2, ended: [-500] });
    expect(newsOf(other)).to.deep.equal(NOTHING);
    one.end(700);
    expect(newsOf(other)).to.deep.equal({ sent: 0, ended: [200] });
    const third = open("token", 1_000_700);
    third.send(0);
    other.pass(1000);
    expect(newsOf(other)).to.deep.equal({ sent: 1, ended: [] });
    expect(newsOf(third)).to.deep.equal({ sent: 2, ended: [-700, 0] });
    expect(newsOf(one), "what it sent itself is no news").to.deep.equal({ sent: 1, ended: [] });
  });

  it("a process learns at once of one that begins, which may send a hundred requests in a second", () => {
    const [one, other] = [open("token", 0), open("token", 0)];
    expect(newsOf(one)).to.deep.equal(NOTHING);
    other.send(0);
    expect(newsOf(one)).to.deep.equal({ sent: 1, ended: [] });
  });

  it("a process learns until when Cloudflare refuses all requests, by its own clock, and believes no more than a quarter of an hour", () => {
    const [one, other] = [open("token", 1_800_000_000_000), open("token", 1_800_000_000_500)];
    expect(one.news().blockedUntil).to.equal(Number.NEGATIVE_INFINITY);
    other.pass(500);
    other.block(60_500);
    expect(one.news()).to.deep.include({ sent: 0, ended: [], blockedUntil: 61_000 });
    other.block(Number.MAX_SAFE_INTEGER / 2);
    expect(one.news().blockedUntil).to.equal(900_000);
  });

  it("a process learns how many others send, and what they need, until they have ended or been silent for a minute", () => {
    const [one, other, third] = [open("token", 1_000_000), open("token", 1_000_000), open("token", 1_000_000)];
    other.send(70);
    third.send(9);
    third.send(8);
    expect(one.news()).to.include({ senders: 2, needs: 78 });
    one.pass(50_000);
    other.send(60);
    expect(one.news()).to.include({ senders: 2, needs: 68 });
    one.pass(20_000);
    expect(one.news(), "the third is silent").to.include({ senders: 1, needs: 60 });
    other.send(50);
    const [folder = ""] = readdirSync(base);
    const names = readdirSync(join(base, folder)).sort();
    for (const name of names)
      renameSync(join(base, folder, name), join(base, folder, name.replace(`.${process.pid}.`, DEAD)));
    const late = open("token", 1_000_000);
    expect(late.news(), "they have ended").to.include({ sent: 5, senders: 0, needs: 0 });
  });

  it("what another has sent has not ended in the future, where the machine's date has been set back", () => {
    const [ahead, behind] = [open("token", 3_600_000), open("token", 0)];
    ahead.send(0);
    ahead.end(0);
    expect(newsOf(behind)).to.deep.equal({ sent: 1, ended: [0] });
  });

  it("what a process has sent that has ended or was killed counts all the same; of its requests none is under way any more", () => {
    const [one, ended] = [open("token", 1_000_000), open("token", 1_000_000)];
    ended.send(0);
    ended.end(0);
    ended.send(0);
    const [folder = ""] = readdirSync(base);
    const [name = ""] = readdirSync(join(base, folder));
    renameSync(join(base, folder, name), join(base, folder, name.replace(`.${process.pid}.`, DEAD)));
    one.pass(100);
    expect(newsOf(one)).to.deep.equal({ sent: 2, ended: [0, 100] });
    expect(newsOf(one)).to.deep.equal(NOTHING);
    expect(newsOf(open("token", 1_000_000)), "one that begins later").to.deep.equal({ sent: 2, ended: [0, 0] });
  });

  it("a process that begins to send removes what an ended one has written ten minutes ago, and nothing else", () => {
    const first = open("token", 0);
    first.send(0);
    const [folder = ""] = readdirSync(base);
    const [own = ""] = readdirSync(join(base, folder));
    const digest = own.split(".")[0] ?? "";
    const names = { old: `${digest}${DEAD}1`, late: `${digest}${DEAD}2`, claims: `${digest}.4194305` };
    for (const name of Object.values(names)) writeFileSync(join(base, folder, name), "");
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    utimesSync(join(base, folder, names.late), minutesAgo(9), minutesAgo(9));
    for (const name of [own, names.old, names.claims])
      utimesSync(join(base, folder, name), minutesAgo(11), minutesAgo(11));
    open("token", 0);
    expect(readdirSync(join(base, folder))).to.have.members([own, names.late, names.claims]);
  });

  it("a process learns nothing of another credential, of which no file's name tells", () => {
    const processes = [open("token", 0), open("other-token", 0)];
    for (const one of processes) one.send(0);
    for (const one of processes) expect(newsOf(one)).to.deep.equal(NOTHING);
    const [folder = ""] = readdirSync(base);
    expect(readdirSync(join(base, folder))).to.have.length(2);
    expect(readdirSync(join(base, folder)).join()).to.not.contain("token");
  });
});
