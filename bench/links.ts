/** What links to the files of a library cost a program: time of the processor, under Pulumi's mocks. */
import * as pulumi from "@pulumi/pulumi";
import { StreamDownloads } from "../src";
import { streamDownloadMocks, valueOf } from "../src/testing";
import type { Section } from "./report";

const SIZES = [1000, 4000];

/** How a program makes a link, and for comparison what it has without one. */
const LINKS: Readonly<Record<string, (library: StreamDownloads, id: string) => pulumi.Output<string>>> = {
  "no link": (_, id) => pulumi.output(id),
  "library.url(id)": (library, id) => library.url(id),
  "a secret id, no link": (_, id) => pulumi.secret(id),
  "library.url(secret id)": (library, id) => library.url(pulumi.secret(id)),
};

export async function benchLinks(): Promise<Section> {
  const rows: (string | number)[][] = [];
  const data: Record<string, unknown>[] = [];
  for (const videos of SIZES) {
    const ids = Array.from({ length: videos }, (_, n) => n.toString(16).padStart(32, "0"));
    await pulumi.runtime.setMocks(streamDownloadMocks());
    const library = new StreamDownloads("library", { videoIds: ids });
    await valueOf(library.statuses);
    for (const [name, link] of Object.entries(LINKS)) {
      const before = process.cpuUsage();
      await Promise.all(ids.map((id) => valueOf(link(library, id))));
      const { user, system } = process.cpuUsage(before);
      const seconds = (user + system) / 1e6;
      rows.push([name, videos, seconds]);
      data.push({ name, videos, seconds });
    }
  }
  return {
    name: "links",
    title: "Links to the files of a library",
    text: "One for each video, in the program's process under Pulumi's mocks; all are resolved.",
    header: ["", "videos", "processor (s)"],
    rows,
    data,
  };
}
