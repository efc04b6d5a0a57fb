/** What operations that share the request budget get of it: each bound over points that are drawn at random; on a moved clock. */
import { type Bound, BOUNDS, drawn, type Point } from "../test/support/bounds";
import type { Section } from "./report";

const POINTS = 40;
/** No library is larger. */
const LARGEST = 12_000;

export async function benchBounds(): Promise<Section> {
  const seed = Number(process.env.BENCH_SEED ?? Date.now() % 2 ** 31);
  const rows: (string | number)[][] = [];
  const data: Record<string, unknown>[] = [];
  for (const [name, { what, bound, measure }] of Object.entries(BOUNDS)) {
    process.stderr.write(`[bench] bounds: ${name}\n`);
    const points = await measured(measure, drawn(seed));
    const worst = points.reduce((one, other) => (other.share > one.share ? other : one));
    const limited = points.reduce((sum, point) => sum + point.limited, 0);
    const exceeded = points.filter(({ share, isReady }) => share > 1 || !isReady);
    rows.push([what, bound, points.length, worst.share, exceeded.length, limited]);
    data.push({ name, seed, points: points.length, worst, exceeded, limited });
  }
  return {
    name: "bounds",
    title: "The request budget, shared",
    text: `${POINTS} points for each, drawn with the seed ${seed} (BENCH_SEED), on a moved clock, 1,200 requests in 5 minutes. Best schedule: 98 % of the quota, 100 requests a second. The worst is a share of what the bound allows.`,
    header: ["", "bound", "points", "worst", "exceeded", "429s"],
    rows,
    data,
  };
}

async function measured(measure: Bound["measure"], random: () => number): Promise<readonly Point[]> {
  const points: Point[] = [];
  for (let n = 0; n < POINTS; n += 1) points.push(await measure(random, LARGEST));
  return points;
}
