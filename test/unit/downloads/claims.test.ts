import { expect } from "chai";
import { announcement } from "../../../src/downloads/announcement";
import type { Claim } from "../../../src/downloads/claimRules";
import { type ClaimPeers, Claims, ClaimTable, nameOf, notDeleted, type Refusal } from "../../../src/downloads/claims";
import { ACCOUNT, OTHER_ACCOUNT, video } from "../../support/ids";

const identity = { accountId: ACCOUNT, videoId: video(1), type: "default" } as const;
const DELETED = { do: "delete" };
const NOT_REPLACED = { do: "refuse", because: "replacement" };
const keptFor = (urn: string) => ({ do: "keep", for: urn });
const refusedFor = (urn: string) => ({ do: "refuse", because: "claimant", urn });
/** What a claim has of the other process, which here is a table. */
const reading = (table: ClaimTable): ClaimPeers => ({ publish: () => undefined, claims: () => table.values() });

describe("a claim", () => {
  it("the name in a URN is all that follows its type, which may contain what separates the parts", () => {
    for (const name of ["trailer", "a::b", "::", "urn:pulumi:dev::project::t::x"])
      expect(nameOf(`urn:pulumi:dev::project::acme:media:Group$a:b:C::${name}`)).to.equal(name);
  });

  it("a claim keeps a file that was created or adopted for another resource, or for the same one once more", () => {
    const claims = new Claims();
    expect(claims.onDelete("old", identity)).to.deep.equal(DELETED);
    claims.hold("new", [identity]);
    expect(claims.onDelete("old", identity)).to.deep.equal(keptFor("new"));
    expect(claims.onDelete("new", identity)).to.deep.equal(keptFor("new"));
  });

  it("a claim by declaration keeps a file from a resource that is replaced, while the declaring one may still come", () => {
    const claims = new Claims();
    claims.declare("a", [identity]);
    claims.declare("b", []);
    expect(claims.onDelete("b", identity)).to.deep.equal(keptFor("a"));
    expect(claims.onDelete("a", identity)).to.deep.equal(DELETED);
  });

  it("a claim by declaration alone takes nothing over from a resource that is gone from the program: that is deleted after all else", () => {
    const claims = new Claims();
    claims.declare("new", [identity]);
    expect(claims.onDelete("gone", identity)).to.deep.equal(refusedFor("new"));
  });

  it("a claim by declaration alone takes nothing over from an old half: the program has ended once a replacement has begun, or where nothing is replaced", () => {
    for (const isReplaced of [true, false]) {
      const claims = new Claims();
      const kept = { ...identity, type: "audio" } as const;
      claims.declare("a", [kept]);
      claims.declare("skipped", [identity]);
      claims.recordDiff("a", [identity, kept], { isChanged: isReplaced, isReplaced });
      if (isReplaced) {
        expect(claims.onDelete("a", identity), "deleted before it is replaced").to.deep.equal(keptFor("skipped"));
        claims.begin("a", []);
        claims.finish("a");
      }
      expect(claims.onDelete("a", identity)).to.deep.equal(refusedFor("skipped"));
    }
  });

  it("a claim of a resource that is skipped keeps what an earlier update left to be deleted, until a later one has found or made all as wanted", () => {
    const [next, current] = [{ ...identity, type: "audio" } as const, { ...identity, videoId: video(2) }];
    for (const asksForDiff of [true, false]) {
      for (const declared of [identity, next]) {
        const claims = new Claims();
        claims.declare("a", [declared]);
        claims.release("a", [current]);
        claims.markUndecided("a", [current]);
        if (asksForDiff) claims.recordDiff("a", [current], { isChanged: true, isReplaced: true });
        expect(claims.onDelete("a", identity), "the old half").to.deep.equal(NOT_REPLACED);
        expect(claims.onDelete("a", current), "with deleteBeforeReplace").to.deep.equal(DELETED);
        claims.begin("a", [declared]);
        claims.hold("a", [declared]);
        claims.finish("a");
        expect(claims.onDelete("a", current)).to.deep.equal(DELETED);
        if (declared === next) expect(claims.onDelete("a", identity)).to.deep.equal(DELETED);
      }
    }
    const settled = new Claims();
    settled.declare("a", [current]);
    settled.markUndecided("a", [current]);
    settled.recordDiff("a", [current], { isChanged: false, isReplaced: false });
    expect(settled.onDelete("a", identity)).to.deep.equal(DELETED);
  });

  it("a claim takes nothing over once its resource has failed, however it was declared", () => {
    const claims = new Claims();
    claims.declare("old", []);
    claims.declare("new", [identity]);
    claims.begin("new", [identity]);
    expect(claims.markFailed("new", [identity])).to.deep.equal([]);
    expect(claims.onDelete("old", identity)).to.deep.equal(refusedFor("new"));
    expect(claims.onDelete("gone", identity)).to.deep.equal(refusedFor("new"));
  });

  it("a claim keeps what a resource had before its replacement until all of that is as wanted, in whichever process", () => {
    const table = new ClaimTable();
    const claims = new Claims(reading(table));
    const replacing = new Claims({ publish: (line) => table.add(line), claims: () => [] });
    const next = { ...identity, type: "audio" } as const;
    replacing.begin("a", [next]);
    replacing.hold("a", [next]);
    const refusal = claims.onDelete("a", identity);
    expect(refusal).to.deep.equal(NOT_REPLACED);
    expect(notDeleted(refusal as Refusal)).to.contain("what replaces this file is not ready");
    expect(claims.onDelete("another", identity)).to.deep.equal(DELETED);
    replacing.finish("a");
    expect(claims.onDelete("a", identity)).to.deep.equal(DELETED);
  });

  it("a claim keeps what a resource gave up under its earlier URN until all that replaces it is as wanted", () => {
    const claims = new Claims();
    const kept = { ...identity, type: "audio" } as const;
    claims.declare("renamed", [kept]);
    claims.release("renamed", [identity, kept]);
    expect(claims.onDelete("former", identity), "nothing has begun").to.deep.equal(DELETED);
    claims.begin("renamed", [kept]);
    expect(claims.onDelete("former", identity)).to.deep.equal(NOT_REPLACED);
    claims.hold("renamed", [kept]);
    expect(claims.onDelete("former", identity)).to.deep.equal(NOT_REPLACED);
    expect(claims.onDelete("former", kept)).to.deep.equal(keptFor("renamed"));
    claims.finish("renamed");
    expect(claims.onDelete("former", identity)).to.deep.equal(DELETED);
  });

  it("a claim that fails after a file was kept for it learns of that file", () => {
    const claims = new Claims();
    claims.begin("new", [identity]);
    expect(claims.onDelete("old", identity)).to.deep.equal(keptFor("new"));
    expect(claims.markFailed("new", [identity])).to.deep.equal([identity]);
  });

  it("a claim protects what the program still declares from the old half of the same resource, and after a refresh alone keeps nothing", () => {
    const claims = new Claims();
    claims.recordDiff("a", [identity], { isChanged: false, isReplaced: false });
    expect(claims.onDelete("a", identity), "no program has run: this is a destroy").to.deep.equal(DELETED);
    const removed = { ...identity, type: "audio" } as const;
    claims.declare("a", [identity]);
    claims.recordDiff("a", [identity, removed], { isChanged: false, isReplaced: false });
    expect(claims.onDelete("a", identity)).to.deep.equal(keptFor("a"));
    expect(claims.onDelete("a", removed)).to.deep.equal(DELETED);
  });

  it("a claim of a resource that is deleted before it is replaced gets the file back into the state when the replacement fails", () => {
    const claims = new Claims();
    claims.declare("a", [identity]);
    claims.recordDiff("a", [identity], { isChanged: true, isReplaced: true });
    expect(claims.onDelete("a", identity)).to.deep.equal(keptFor("a"));
    claims.begin("a", [identity]);
    expect(claims.markFailed("a", [identity])).to.deep.equal([identity]);
  });

  it("a claim keeps the file of a resource that is deleted first because it moves to another provider, which the engine does not compare", () => {
    const table = new ClaimTable();
    const moving = new Claims({ publish: (line) => table.add(line), claims: () => [] });
    moving.declare("a", [identity]);
    moving.markUndecided("a", [identity]);
    expect(new Claims(reading(table)).onDelete("a", identity)).to.deep.equal(keptFor("a"));
    const forced = new Claims();
    forced.declare("a", [identity]);
    expect(forced.onDelete("a", identity), "--replace with deleteBeforeReplace").to.deep.equal(DELETED);
  });

  it("a claim that was only checked refuses the deletion of an old half once the program tells that its resource was skipped", () => {
    const said = new ClaimTable();
    const claims = new Claims(reading(said));
    claims.declare("a", [identity]);
    said.add(announcement("a", [identity]));
    expect(claims.onDelete("a", identity)).to.deep.equal(NOT_REPLACED);
  });

  it("a claim is freed when its resource declares something else", () => {
    const claims = new Claims();
    claims.declare("a", [identity]);
    claims.declare("a", []);
    expect(claims.onDelete("b", identity)).to.deep.equal(DELETED);
    expect(claims.declare("b", [identity])).to.equal(undefined);
    expect(claims.declare("a", [identity])).to.deep.equal({ urn: "b", identity });
  });

  it("a claim that fails in one process while another one decides is seen by at least one of them, whichever comes first", () => {
    // Each process does two things, one after the other: it tells, and it looks.
    for (const failsAt of ["before", "between", "after"] as const) {
      const tables = { creating: new ClaimTable(), deleting: new ClaimTable() };
      let between: () => void = () => undefined;
      const peersOf = (own: "creating" | "deleting"): ClaimPeers => ({
        publish: (line: Claim) => {
          tables[own].add(line);
          if (own === "deleting") between();
        },
        claims: () => tables[own === "creating" ? "deleting" : "creating"].values(),
      });
      const creating = new Claims(peersOf("creating"));
      const deleting = new Claims(peersOf("deleting"));
      let left: unknown[] = [];
      const fail = () => {
        left = creating.markFailed("new", [identity]);
      };
      creating.begin("new", [identity]);
      if (failsAt === "before") fail();
      if (failsAt === "between") between = fail;
      const decision = deleting.onDelete("old", identity);
      if (failsAt === "after") fail();
      const isInOldState = decision.do === "refuse";
      const isInNewState = left.length > 0;
      expect(isInOldState || isInNewState, failsAt).to.equal(true);
    }
  });

  it("a claim that only the program announces keeps a file, whatever account its provider has, until a check of the resource says more", () => {
    for (const accountId of [undefined, ACCOUNT.toUpperCase()]) {
      const said = new ClaimTable();
      const claims = new Claims(reading(said));
      said.add(announcement("new", [{ ...identity, accountId }]));
      expect(claims.onDelete("gone", identity)).to.deep.equal(refusedFor("new"));
      expect(claims.onDelete("gone", { ...identity, type: "audio" })).to.deep.equal(DELETED);
      claims.declare("new", []);
      expect(claims.onDelete("gone", identity)).to.deep.equal(DELETED);
    }
  });

  it("a claim of a resource that exists and was passed over keeps a file in an update, which checks some resource, and not in a destroy that runs the program; it never keeps the resource's own", () => {
    const said = new ClaimTable();
    const claims = new Claims(reading(said));
    said.add(announcement("existing", [identity], true));
    expect(claims.onDelete("gone", identity)).to.deep.equal(DELETED);
    claims.declare("other", []);
    expect(claims.onDelete("gone", identity)).to.deep.equal(refusedFor("existing"));
    expect(claims.onDelete("existing", { ...identity, type: "audio" })).to.deep.equal(DELETED);
  });

  it("a claim that the program announces for another account, or with an unknown video, keeps nothing; what its resource replaces stays all the same", () => {
    const said = new ClaimTable();
    const claims = new Claims(reading(said));
    const unknown = { ...identity, videoId: { isUnknown: true } };
    said.add(announcement("new", [{ ...identity, accountId: OTHER_ACCOUNT }, unknown]));
    expect(claims.onDelete("gone", identity)).to.deep.equal(DELETED);
    expect(claims.onDelete("new", identity)).to.deep.equal(NOT_REPLACED);
  });
});
