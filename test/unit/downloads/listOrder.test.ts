import { expect } from "chai";
import fc from "fast-check";
import { keepOrder } from "../../../src/downloads/listOrder";
import { UNKNOWN } from "../../../src/core/values";

const order = (olds: unknown[], news: unknown[]) => keepOrder({ videoIds: olds }, { videoIds: news }).videoIds;

describe("the lists of a library in the state", () => {
  it("the lists of a library keep the place of what stays: one place changes for each item that is added, two for one that is removed", () => {
    expect(order(["c", "a", "b"], ["new", "a", "b", "c"])).to.deep.equal(["c", "a", "b", "new"]);
    expect(order(["c", "a", "b"], ["a", "b"])).to.deep.equal(["b", "a"]);
    expect(order(["c", "a", "b"], ["a", "new", "b"])).to.deep.equal(["new", "a", "b"]);
    expect(order(["c", "a", "b"], ["a", "b", "c"])).to.deep.equal(["c", "a", "b"]);
    expect(order(["a", "b"], [])).to.deep.equal([]);
    const lists = fc.uniqueArray(fc.integer({ min: 0, max: 20 }).map(String));
    fc.assert(
      fc.property(lists, lists, (olds, news) => {
        const placed = order(olds, news) as string[];
        expect([...placed].sort()).to.deep.equal([...news].sort());
        const places = Math.max(olds.length, placed.length);
        const changed = Array.from({ length: places }, (_, place) => olds[place] !== placed[place]).filter(Boolean);
        const added = news.filter((item) => !olds.includes(item)).length;
        const removed = olds.filter((item) => !news.includes(item)).length;
        expect(changed.length).to.be.at.most(added + 2 * removed);
      }),
    );
  });

  it("the lists of a library take downloads for the same whatever the order of their keys, and leave items that are not known yet at the end", () => {
    const [mp4, sound] = [
      { videoId: "a", type: "default" },
      { type: "audio", videoId: "a" },
    ];
    expect(keepOrder({ downloads: [mp4, sound] }, { downloads: [{ videoId: "a", type: "audio" }, mp4] })).to.deep.equal(
      {
        downloads: [mp4, sound],
      },
    );
    expect(order(["a", "b"], [UNKNOWN, "a", UNKNOWN, "b"])).to.deep.equal(["a", "b", UNKNOWN, UNKNOWN]);
  });

  it("the lists of a library are the program's where the state has none, or another of the lists", () => {
    expect(keepOrder({}, { videoIds: ["b", "a"] })).to.deep.equal({ videoIds: ["b", "a"] });
    expect(keepOrder({ downloads: [] }, { videoIds: ["b", "a"] })).to.deep.equal({ videoIds: ["b", "a"] });
    expect(keepOrder({ videoIds: ["a"] }, { videoIds: UNKNOWN })).to.deep.equal({ videoIds: UNKNOWN });
  });
});
