/** Random sequences on the real engine until the time is over, or one of them fails; see scripts/soak.mjs. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Sequence } from "./description";
import { run, type Verdict } from "./driver";
import { sequenceOf } from "./generate";

/** As many times a failing sequence is run once more with fewer steps: each run takes half a minute. */
const SHORTER_RUNS = 8;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    steps: { type: "string", default: "12" },
    sequences: { type: "string", default: "1" },
    replay: { type: "string" },
  },
});

const say = (line: string) => process.stdout.write(`${line}\n`);
const repository = resolve(__dirname, "../..");

/** What a finding is about, without the files that it names. */
const kindsOf = ({ wrong }: Verdict) => wrong.map((text) => text.replace(/:.*|\d+/g, ""));

/** The sequence with fewer steps that fails in the same way. */
async function shorter(sequence: Sequence, verdict: Verdict): Promise<Sequence> {
  const isAlike = (other: Verdict) => kindsOf(other).some((kind) => kindsOf(verdict).includes(kind));
  let steps = sequence.steps.slice(0, verdict.failedStep + 1);
  let runs = 0;
  const attempt = async (fewer: Sequence["steps"]): Promise<void> => {
    if (fewer.length === 0 || fewer.length >= steps.length || ++runs > SHORTER_RUNS) return;
    const again = await run({ ...sequence, steps: fewer });
    say(`  with ${fewer.length} steps: ${again.wrong.join("; ") || "nothing wrong"}`);
    if (again.wrong.length > 0 && isAlike(again)) steps = fewer.slice(0, again.failedStep + 1);
  };
  for (const last of [1, 2, 4]) await attempt(steps.slice(-last));
  for (let n = steps.length - 2; n >= 0; n -= 1) await attempt(steps.filter((_, i) => i !== n));
  return { ...sequence, steps };
}

async function examine(title: string, sequence: Sequence, canShorten: boolean): Promise<boolean> {
  const started = Date.now();
  const verdict = await run(sequence, (line) => say(`  ${line}`));
  const seconds = Math.round((Date.now() - started) / 1000);
  const counts = `${verdict.steps} steps, ${verdict.commands} commands, ${seconds} s`;
  if (verdict.wrong.length === 0) {
    say(`${title}: nothing wrong (${counts})`);
    return true;
  }
  say(
    `${title}: WRONG in step ${verdict.failedStep + 1} (${counts})\n${verdict.wrong.map((text) => `- ${text}`).join("\n")}`,
  );
  say(verdict.printed);
  if (!canShorten) return false;
  const found = await shorter(sequence, verdict);
  const folder = join(repository, ".work", "soak");
  const file = join(folder, `${title.replaceAll(/\W+/g, "-")}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(found, undefined, 1));
  say(`${JSON.stringify(found)}\nThat sequence again: npm run test:soak -- --replay ${relative(repository, file)}`);
  return false;
}

async function main(): Promise<void> {
  if (values.replay !== undefined) {
    const sequence = JSON.parse(readFileSync(values.replay, "utf8")) as Sequence;
    process.exitCode = (await examine(`replay of ${values.replay}`, sequence, false)) ? 0 : 1;
    return;
  }
  const first = Number(values.seed ?? Date.now() % 2 ** 31);
  for (let n = 0; n < Number(values.sequences); n += 1) {
    const seed = first + n;
    if (!(await examine(`seed ${seed}`, sequenceOf(seed, Number(values.steps)), true))) {
      process.exitCode = 1;
      return;
    }
  }
}

void main();
