/** `npm run bench`: runs all benches, or those named as arguments, prints their tables and writes bench/README.md. */
import { join } from "node:path";
import { benchBounds } from "./bounds";
import { benchBudget } from "./budget";
import { benchCadence } from "./cadence";
import { benchEmulator } from "./emulator";
import { benchEngine } from "./engine";
import { benchFairness } from "./fairness";
import { benchLibrary } from "./library";
import { benchLinks } from "./links";
import { benchMemory } from "./memory";
import { benchPackage } from "./package";
import { benchPreviews } from "./previews";
import { benchSize } from "./size";
import { type Section, tableOf, writeReport } from "./report";
import { benchStart } from "./start";

const BENCHES: Record<string, () => Promise<Section>> = {
  package: benchPackage,
  start: benchStart,
  cadence: benchCadence,
  budget: benchBudget,
  memory: benchMemory,
  emulator: benchEmulator,
  library: benchLibrary,
  links: benchLinks,
  fairness: benchFairness,
  bounds: benchBounds,
  engine: benchEngine,
  previews: benchPreviews,
  size: benchSize,
};

async function main(names: readonly string[], isWritten: boolean): Promise<void> {
  const sections: Section[] = [];
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    process.stderr.write(`[bench] ${name}\n`);
    const section = await bench();
    process.stdout.write(`\n${section.title}\n${section.text}\n\n${tableOf(section)}\n`);
    sections.push(section);
  }
  // Without names all benches run. Of some, a run is a look at them, unless it is to be written.
  if (names.length === 0 || isWritten) await writeReport(sections, Object.keys(BENCHES), join(__dirname, "results"));
}

const args = process.argv.slice(2);
void main(
  args.filter((arg) => arg !== "--write"),
  args.includes("--write"),
);
