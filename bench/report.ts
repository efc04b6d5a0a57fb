/** Writes what was measured: JSON for machines, a Markdown page for people, an SVG for each plot. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";

export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Both axes are logarithmic; points are (x, y). */
  readonly series: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[];
}

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
    node: process.version,
    pulumiSdk: (require("@pulumi/pulumi/package.json") as { version: string }).version,
  };
}

export function tableOf(section: Section): string {
  const cell = (value: string | number) => (typeof value === "number" ? String(Number(value.toPrecision(4))) : value);
  const lines = [section.header, section.header.map(() => "---"), ...section.rows].map(
    (row) => `| ${row.map(cell).join(" | ")} |`,
  );
  return lines.join("\n");
}

/** Writes the report into a folder: results.json, README-like tables, plots. */
export function writeReport(sections: readonly Section[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  const where = machine();
  writeFileSync(
    join(folder, "results.json"),
    `${JSON.stringify({ machine: where, sections: Object.fromEntries(sections.map(({ name, data }) => [name, data])) }, null, 2)}\n`,
  );
  const parts = sections.map((section) => {
    const picture = section.plot === undefined ? "" : `\n![${section.plot.title}](benchmarks/${section.name}.svg)\n`;
    return `## ${section.title}\n\n${section.text}\n\n${tableOf(section)}\n${picture}`;
  });
  const head = `# Benchmarks\n\nMade by \`npm run bench\` on ${Object.values(where).join(", ")}. Raw figures: [results.json](benchmarks/results.json).\n`;
  writeFileSync(join(folder, "..", "benchmarks.md"), [head, ...parts].join("\n"));
  for (const { name, plot } of sections) {
    if (plot !== undefined) writeFileSync(join(folder, `${name}.svg`), svgOf(plot));
  }
}

const WIDTH = 720;
const HEIGHT = 400;
const MARGIN = { left: 70, right: 150, top: 40, bottom: 50 };
const COLOURS = ["#f6821f", "#4a6fa5", "#7a7a7a", "#3b8f5a", "#8e44ad"];

function svgOf(plot: Plot): string {
  const all = plot.series.flatMap(({ points }) => points);
  const scale = (values: readonly number[], from: number, to: number) => {
    const logs = values.filter((value) => value > 0).map(Math.log10);
    const [low, high] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))];
    const place = (value: number) =>
      from + ((Math.log10(Math.max(value, 10 ** low)) - low) / Math.max(1, high - low)) * (to - from);
    const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
    return { place, ticks };
  };
  const x = scale(
    all.map(([value]) => value),
    MARGIN.left,
    WIDTH - MARGIN.right,
  );
  const y = scale(
    all.map(([, value]) => value),
    HEIGHT - MARGIN.bottom,
    MARGIN.top,
  );
  const bottom = HEIGHT - MARGIN.bottom;
  const right = WIDTH - MARGIN.right;
  const grid = [
    ...x.ticks.map(
      (tick) =>
        `<line x1="${x.place(tick)}" y1="${MARGIN.top}" x2="${x.place(tick)}" y2="${bottom}" stroke="#ddd"/><text x="${x.place(tick)}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<line x1="${MARGIN.left}" y1="${y.place(tick)}" x2="${right}" y2="${y.place(tick)}" stroke="#ddd"/><text x="${MARGIN.left - 8}" y="${y.place(tick) + 4}" text-anchor="end">${tick}</text>`,
    ),
  ];
  const lines = plot.series.map(({ name, points }, i) => {
    const colour = COLOURS[i % COLOURS.length] ?? "#000";
    const path = points.map(([px, py]) => `${x.place(px).toFixed(1)},${y.place(py).toFixed(1)}`);
    const dots = path.map(
      (point) => `<circle cx="${point.split(",")[0]}" cy="${point.split(",")[1]}" r="3" fill="${colour}"/>`,
    );
    const label = `<rect x="${right + 12}" y="${MARGIN.top + i * 22}" width="12" height="12" fill="${colour}"/><text x="${right + 30}" y="${MARGIN.top + 10 + i * 22}">${name}</text>`;
    return `<polyline points="${path.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}${label}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#333">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${MARGIN.left}" y="22" font-size="15" font-weight="bold">${plot.title}</text>
${grid.join("\n")}
${lines.join("\n")}
<text x="${(MARGIN.left + right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${plot.x}</text>
<text x="18" y="${(MARGIN.top + bottom) / 2}" text-anchor="middle" transform="rotate(-90 18 ${(MARGIN.top + bottom) / 2})">${plot.y}</text>
</svg>
`;
}
