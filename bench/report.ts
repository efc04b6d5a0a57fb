/** Writes what was measured: JSON for machines, a Markdown page for people, an SVG for each plot. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { type Plot, svgOf } from "./chart";

export interface Section {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly data: unknown;
  readonly plot?: Plot;
}

/** Where and with what it was measured. */
export function machine(): Record<string, string> {
  return {
    cpu: `${cpus().length} x ${cpus()[0]?.model ?? "?"}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${release()}`,
    node: `Node.js ${process.version}`,
    pulumiSdk: `@pulumi/pulumi ${(require("@pulumi/pulumi/package.json") as { version: string }).version}`,
  };
}

export function tableOf(section: Section): string {
  const cell = (value: string | number) => {
    if (typeof value === "string") return value;
    if (!Number.isFinite(value)) throw new Error(`${section.name}: a figure was not measured; the table has to say so`);
    return String(Number(value.toPrecision(3)));
  };
  const lines = [section.header, section.header.map(() => "---"), ...section.rows].map(
    (row) => `| ${row.map(cell).join(" | ")} |`,
  );
  return lines.join("\n");
}

/** What each section of the page begins with. */
const MARK = "<!-- bench";

/** A section of the page, which begins with a mark so that it can be replaced. */
function partOf(section: Section): string {
  const picture = section.plot === undefined ? "" : `\n![${section.plot.title}](results/${section.name}.svg)\n`;
  return `${MARK} ${section.name} -->\n\n## ${section.title}\n\n${section.text}\n\n${tableOf(section)}\n${picture}`;
}

/**
 * Writes the report into a folder, results.json and plots, and the page beside it. What it has of other benches stays as it is; the page
 * keeps the given order.
 *
 * @param order the names of all benches
 */
export async function writeReport(
  sections: readonly Section[],
  order: readonly string[],
  folder: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const page = join(folder, "..", "README.md");
  const results = join(folder, "results.json");
  const where = machine();
  const parts = new Map(
    read(page)
      .split(MARK)
      .slice(1)
      .map((part) => [/^ (\S+)/.exec(part)?.[1] ?? "", `${MARK}${part}`.trimEnd() + "\n"]),
  );
  const before = JSON.parse(read(results) || "{}") as { sections?: Record<string, unknown> };
  const data = new Map(Object.entries(before.sections ?? {}));
  for (const section of sections) {
    parts.set(section.name, partOf(section));
    data.set(section.name, section.data);
    if (section.plot !== undefined) writeFileSync(join(folder, `${section.name}.svg`), await svgOf(section.plot));
  }
  const inOrder = <T>(values: ReadonlyMap<string, T>) => order.filter((name) => values.has(name));
  const figures = Object.fromEntries(inOrder(data).map((name) => [name, data.get(name)]));
  writeFileSync(results, `${JSON.stringify({ machine: where, sections: figures }, null, 2)}\n`);
  const head = `# Benchmarks\n\nMade by \`npm run bench\` on ${Object.values(where).join(", ")}. Raw figures: [results.json](results/results.json).\n`;
  writeFileSync(page, [head, ...inOrder(parts).map((name) => parts.get(name))].join("\n"));
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
