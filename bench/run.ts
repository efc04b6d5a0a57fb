/** `npm run bench`: runs all benches, or those named as arguments, prints their tables and writes docs/benchmarks.md. */
import { join } from "node:path";
import { benchBudget } from "./budget";
import { benchCadence } from "./cadence";
import { benchEmulator } from "./emulator";
import { benchEngine } from "./engine";
import { benchFairness } from "./fairness";
import { benchLibrary } from "./library";
import { benchMemory } from "./memory";
import { benchPackage } from "./package";
import { type Section, tableOf, writeReport } from "./report";

const BENCHES: Record<string, () => Promise<Section>> = {
  package: benchPackage,
  cadence: benchCadence,
  budget: benchBudget,
  memory: benchMemory,
  emulator: benchEmulator,
  library: benchLibrary,
  fairness: benchFairness,
  engine: benchEngine,
};

async function main(names: readonly string[]): Promise<void> {
  const sections: Section[] = [];
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    process.stderr.write(`[bench] ${name}\n`);
    const section = await bench();
    process.stdout.write(`\n${section.title}\n${section.text}\n\n${tableOf(section)}\n`);
    sections.push(section);
  }
  // The report is written only when all benches run.
  if (names.length === 0) writeReport(sections, join(__dirname, "..", "docs", "benchmarks"));
}

void main(process.argv.slice(2));
