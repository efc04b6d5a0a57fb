import * as pulumi from "@pulumi/pulumi";
import { streamDownloadMocks, valueOf } from "pulumi-cloudflare-stream-downloads/testing";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { course } from "./course";

const mocks = streamDownloadMocks();
const [first, second] = ["ea95132c15732412d22c1476fa83f27a", "6b9e68b07dfee8cc2d116e4c51d6a957"];

beforeAll(() => pulumi.runtime.setMocks(mocks));
beforeEach(() => mocks.reset());

it("links to every lesson, in their order", async () => {
  const links = await valueOf(pulumi.all(course("go", [first, second]).links));
  expect(links[1]).toContain(`/${second}/downloads/default.mp4`);
  expect(mocks.declared).toHaveLength(2);
});

it("refuses a lesson that another course has", async () => {
  const refusals = await mocks.refusals(() => [course("go", [first, second]), course("rust", [second])]);
  expect(refusals).toEqual([expect.stringMatching(/is declared by the resource "(go|rust)" already/)]);
});

it("has no link to a lesson of another course", async () => {
  const { lessons } = course("go", [first]);
  await expect(valueOf(lessons.url(second))).rejects.toThrow("the library has no such download");
});
