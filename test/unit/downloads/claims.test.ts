import { expect } from "chai";
import { announcement } from "../../../src/downloads/announcement";
import { type ClaimPeers, Claims, nameOf, notDeleted } from "../../../src/downloads/claims";
import { type ClaimEntry, ClaimTable } from "../../../src/downloads/claimTable";
import { ACCOUNT, OTHER_ACCOUNT, video } from "../../support/ids";

const identity = { accountId: ACCOUNT, videoId: video(1), type: "default" } as const;

describe("a claim", () => {
  it("the name in a URN is all that follows its type, which may contain what separates the parts", () => {
    for (const name of ["trailer", "a::b", "::", "urn:pulumi:dev::project::t::x"])
      expect(nameOf(`urn:pulumi:dev::project::acme:media:Group$a:b:C::${name}`)).to.equal(name);
  });

  it("a claim keeps a file that was created or adopted for another resource, or for the same one once more", () => {
    const claims = new Claims();
    expect(claims.claimant("old", identity)).to.equal(undefined);
    claims.hold("new", [identity]);
    expect(claims.claimant("old", identity)).to.deep.equal({ urn: "new", takesOver: true });
    expect(claims.claimant("new", identity)).to.deep.equal({ urn: "new", takesOver: true });
  });

  it("a claim by declaration keeps a file from a resource that is replaced, while the declaring one may still come", () => {
    const claims = new Claims();
    claims.tryDeclare("a", [identity]);
    claims.tryDeclare("b", []);
    expect(claims.claimant("b", identity)).to.deep.equal({ urn: "a", takesOver: true });
    expect(claims.claimant("a", identity)).to.equal(undefined);
  });

  it("a claim by declaration alone takes nothing over from a resource that is gone from the program: that is deleted after all else", () => {
    const claims = new Claims();
    claims.tryDeclare("new", [identity]);
    expect(claims.claimant("gone", identity)).to.deep.equal({ urn: "new", takesOver: false });
  });

  it("a claim by declaration alone takes nothing over from an old half: the program has ended once a replacement has begun, or where nothing is replaced", () => {
    for (const isReplaced of [true, false]) {
      const claims = new Claims();
      const kept = { ...identity, type: "audio" } as const;
      claims.tryDeclare("a", [kept]);
      claims.tryDeclare("skipped", [identity]);
      claims.keepDeclared("a", [identity, kept], { isChanged: isReplaced, isReplaced });
      if (isReplaced) {
        const mayStillCome = { urn: "skipped", takesOver: true };
        expect(claims.claimant("a", identity), "deleted before it is replaced").to.deep.equal(mayStillCome);
        claims.begin("a", []);
        claims.finish("a");
      }
      expect(claims.claimant("a", identity)).to.deep.equal({ urn: "skipped", takesOver: false });
    }
  });

  it("a claim of a resource that is skipped keeps what an earlier update left to be deleted, until a later one has found or made all as wanted", () => {
    const [next, current] = [{ ...identity, type: "audio" } as const, { ...identity, videoId: video(2) }];
    for (const asksForDiff of [true, false]) {
      for (const declared of [identity, next]) {
        const claims = new Claims();
        claims.tryDeclare("a", [declared]);
        claims.giveUp("a", [current]);
        claims.awaitDecision("a", [current]);
        if (asksForDiff) claims.keepDeclared("a", [current], { isChanged: true, isReplaced: true });
        const isKept = { urn: "a", takesOver: false, isReplacement: true };
        expect(claims.claimant("a", identity), "the old half").to.deep.equal(isKept);
        expect(claims.claimant("a", current), "with deleteBeforeReplace").to.equal(undefined);
        claims.begin("a", [declared]);
        claims.hold("a", [declared]);
        claims.finish("a");
        expect(claims.claimant("a", current)).to.equal(undefined);
        if (declared === next) expect(claims.claimant("a", identity)).to.equal(undefined);
      }
    }
    const settled = new Claims();
    settled.tryDeclare("a", [current]);
    settled.awaitDecision("a", [current]);
    settled.keepDeclared("a", [current], { isChanged: false, isReplaced: false });
    expect(settled.claimant("a", identity)).to.equal(undefined);
  });

  it("a claim takes nothing over once its resource has failed, however it was declared", () => {
    const claims = new Claims();
    claims.tryDeclare("old", []);
    claims.tryDeclare("new", [identity]);
    claims.begin("new", [identity]);
    expect(claims.fail("new", [identity])).to.deep.equal([]);
    expect(claims.claimant("old", identity)).to.deep.equal({ urn: "new", takesOver: false });
    expect(claims.claimant("gone", identity)).to.deep.equal({ urn: "new", takesOver: false });
  });

  it("a claim keeps what a resource had before its replacement until all of that is as wanted, in whichever process", () => {
    const table = new ClaimTable();
    const claims = new Claims({ publish: () => undefined, tables: () => [table] });
    const replacing = new Claims({ publish: (entry) => table.enter(entry), tables: () => [] });
    const next = { ...identity, type: "audio" } as const;
    replacing.begin("a", [next]);
    replacing.hold("a", [next]);
    const claimant = claims.claimant("a", identity);
    expect(claimant).to.deep.equal({ urn: "a", takesOver: false, isReplacement: true });
    expect(claimant && notDeleted(claimant)).to.contain("what replaces this file is not ready");
    expect(claims.claimant("another", identity)).to.equal(undefined);
    replacing.finish("a");
    expect(claims.claimant("a", identity)).to.equal(undefined);
  });

  it("a claim keeps what a resource gave up under its earlier URN until all that replaces it is as wanted", () => {
    const claims = new Claims();
    const kept = { ...identity, type: "audio" } as const;
    claims.tryDeclare("renamed", [kept]);
    claims.giveUp("renamed", [identity, kept]);
    expect(claims.claimant("former", identity), "nothing has begun").to.equal(undefined);
    claims.begin("renamed", [kept]);
    const claimant = { urn: "former", takesOver: false, isReplacement: true };
    expect(claims.claimant("former", identity)).to.deep.equal(claimant);
    claims.hold("renamed", [kept]);
    expect(claims.claimant("former", identity)).to.deep.equal(claimant);
    expect(claims.claimant("former", kept)).to.deep.equal({ urn: "renamed", takesOver: true });
    claims.finish("renamed");
    expect(claims.claimant("former", identity)).to.equal(undefined);
  });

  it("a claim that fails after a file was kept for it learns of that file", () => {
    const claims = new Claims();
    claims.begin("new", [identity]);
    expect(claims.claimant("old", identity)).to.deep.equal({ urn: "new", takesOver: true });
    expect(claims.fail("new", [identity])).to.deep.equal([identity]);
  });

  it("a claim protects what the program still declares from the old half of the same resource, and after a refresh alone keeps nothing", () => {
    const claims = new Claims();
    claims.keepDeclared("a", [identity], { isChanged: false, isReplaced: false });
    expect(claims.claimant("a", identity), "no program has run: this is a destroy").to.equal(undefined);
    const removed = { ...identity, type: "audio" } as const;
    claims.tryDeclare("a", [identity]);
    claims.keepDeclared("a", [identity, removed], { isChanged: false, isReplaced: false });
    expect(claims.claimant("a", identity)).to.deep.equal({ urn: "a", takesOver: true });
    expect(claims.claimant("a", removed)).to.equal(undefined);
  });

  it("a claim of a resource that is deleted before it is replaced gets the file back into the state when the replacement fails", () => {
    const claims = new Claims();
    claims.tryDeclare("a", [identity]);
    claims.keepDeclared("a", [identity], { isChanged: true, isReplaced: true });
    expect(claims.claimant("a", identity)).to.deep.equal({ urn: "a", takesOver: true });
    claims.begin("a", [identity]);
    expect(claims.fail("a", [identity])).to.deep.equal([identity]);
  });

  it("a claim is freed when its resource declares something else", () => {
    const claims = new Claims();
    claims.tryDeclare("a", [identity]);
    claims.tryDeclare("a", []);
    expect(claims.claimant("b", identity)).to.equal(undefined);
    expect(claims.tryDeclare("b", [identity])).to.equal(undefined);
    expect(claims.tryDeclare("a", [identity])).to.deep.equal({ urn: "b", identity });
  });

  it("a claim that fails in one process while another one decides is seen by at least one of them, whichever comes first", () => {
    // Each process does two things, one after the other: it tells, and it looks.
    for (const failsAt of ["before", "between", "after"] as const) {
      const tables = { creating: new ClaimTable(), deleting: new ClaimTable() };
      let between: () => void = () => undefined;
      const peersOf = (own: "creating" | "deleting"): ClaimPeers => ({
        publish: (entry: ClaimEntry) => {
          tables[own].enter(entry);
          if (own === "deleting") between();
        },
        tables: () => [tables[own === "creating" ? "deleting" : "creating"]],
      });
      const creating = new Claims(peersOf("creating"));
      const deleting = new Claims(peersOf("deleting"));
      let left: unknown[] = [];
      const fail = () => {
        left = creating.fail("new", [identity]);
      };
      creating.begin("new", [identity]);
      if (failsAt === "before") fail();
      if (failsAt === "between") between = fail;
      const takesOver = deleting.claimant("old", identity)?.takesOver;
      if (failsAt === "after") fail();
      const isInOldState = takesOver === false;
      const isInNewState = left.length > 0;
      expect(isInOldState || isInNewState, failsAt).to.equal(true);
    }
  });

  it("a claim that only the program announces keeps a file, whatever account its provider has, until a check of the resource says more", () => {
    for (const accountId of [undefined, ACCOUNT.toUpperCase()]) {
      const said = new ClaimTable();
      const claims = new Claims({ publish: () => undefined, tables: () => [said] });
      said.enter(announcement("new", [{ ...identity, accountId }]));
      expect(claims.claimant("gone", identity)).to.deep.equal({ urn: "new", takesOver: false });
      expect(claims.claimant("gone", { ...identity, type: "audio" })).to.equal(undefined);
      claims.tryDeclare("new", []);
      expect(claims.claimant("gone", identity)).to.equal(undefined);
    }
  });

  it("a claim that the program announces for another account, or with an unknown video, keeps nothing; what its resource replaces stays all the same", () => {
    const said = new ClaimTable();
    const claims = new Claims({ publish: () => undefined, tables: () => [said] });
    const unknown = { ...identity, videoId: { isUnknown: true } };
    said.enter(announcement("new", [{ ...identity, accountId: OTHER_ACCOUNT }, unknown]));
    expect(claims.claimant("gone", identity)).to.equal(undefined);
    expect(claims.claimant("new", identity)).to.deep.equal({ urn: "new", takesOver: false, isReplacement: true });
  });
});
