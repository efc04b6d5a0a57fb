/** Draws a plot as SVG, by Vega-Lite and without a browser. */
import type { TopLevelSpec } from "vega-lite";

export interface Series {
  readonly name: string;
  /** (x, y) */
  readonly points: readonly (readonly [number, number])[];
}

export interface Plot {
  readonly title: string;
  /** What the axes show, with the unit. Both are logarithmic. */
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  /** What cannot be undercut; a dashed line. */
  readonly bound?: Series;
}

/** Told apart by people who see no red and green, too (Okabe and Ito), and never used twice in a chart. */
const COLORS = ["#D55E00", "#0072B2", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"];
const BOUND_COLOR = "#555555";

/** The plot as an SVG document. */
export async function svgOf(plot: Plot): Promise<string> {
  const [{ View, parse }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const view = new View(parse(compile(specOf(plot)).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return svg.endsWith("\n") ? svg : `${svg}\n`;
}

function specOf({ title, x, y, series, bound }: Plot): TopLevelSpec {
  if (series.length > COLORS.length) throw new Error(`a chart has at most ${COLORS.length} series`);
  const all = bound === undefined ? series : [...series, bound];
  const colors = [...COLORS.slice(0, series.length), ...(bound === undefined ? [] : [BOUND_COLOR])];
  const names = all.map(({ name }) => name);
  const axis = { format: "~s", labelOverlap: true, tickCount: 6 } as const;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: { text: title, anchor: "start" },
    width: 480,
    height: 320,
    padding: 10,
    background: "white",
    data: { values: all.flatMap(({ name, points }) => points.map(([px, py]) => ({ name, x: px, y: py }))) },
    mark: { type: "line", point: { size: 40 } },
    encoding: {
      x: { field: "x", type: "quantitative", title: x, scale: { type: "log" }, axis },
      y: { field: "y", type: "quantitative", title: y, scale: { type: "log" }, axis },
      color: {
        field: "name",
        type: "nominal",
        scale: { domain: names, range: colors },
        legend: { title: null, labelLimit: 0, symbolType: "stroke", symbolStrokeWidth: 3 },
      },
      strokeDash: {
        condition: { test: `datum.name === ${JSON.stringify(bound?.name ?? "")}`, value: [6, 4] },
        value: [1, 0],
      },
    },
  };
}
