/** Random sequences on the real engine until the time is over, or one of them fails; see scripts/soak.mjs. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Sequence, Step } from "./description";
import { run, type Verdict } from "./driver";
import { sequenceOf } from "./generate";

/** As many simpler sequences are tried in place of one that fails; each takes a minute. */
const SIMPLER_ATTEMPTS = 8;

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

/** A step in which nothing happens but its command. */
const calm = ({ program, command }: Step): Step => ({ program, command, drift: [], faults: [] });

/** A simpler sequence that fails in the same way, twice: where a command is interrupted at a request, no two runs are alike. */
async function simpler(sequence: Sequence, verdict: Verdict): Promise<Sequence> {
  const kinds = kindsOf(verdict);
  let steps = sequence.steps.slice(0, verdict.failedStep + 1);
  let attempts = 0;
  const attempt = async (what: string, candidate: Sequence["steps"]): Promise<void> => {
    if (candidate.length === 0 || ++attempts > SIMPLER_ATTEMPTS) return;
    let failedStep = 0;
    for (const time of ["once", "twice"]) {
      const again = await run({ ...sequence, steps: candidate });
      say(`  simpler, ${what}, ${time}: ${again.wrong.join("; ") || "nothing wrong"}`);
      if (!kindsOf(again).some((kind) => kinds.includes(kind))) return;
      failedStep = Math.max(failedStep, again.failedStep);
    }
    steps = candidate.slice(0, failedStep + 1);
  };
  await attempt("all calm before the last step", [...steps.slice(0, -1).map(calm), ...steps.slice(-1)]);
  for (const last of [1, 2, 4]) if (steps.length > last) await attempt(`the last ${last} steps`, steps.slice(-last));
  for (let n = steps.length - 2; n >= 0; n -= 1)
    await attempt(
      `without step ${n + 1} of ${steps.length}`,
      steps.filter((_, i) => i !== n),
    );
  return { ...sequence, steps };
}

async function examine(title: string, sequence: Sequence, canSimplify: boolean): Promise<boolean> {
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
  if (!canSimplify) return false;
  const found = await simpler(sequence, verdict);
  const folder = join(repository, ".work", "soak");
  const file = join(folder, `${title.replaceAll(/\W+/g, "-")}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(found, undefined, 1));
  say(`${JSON.stringify(found)}\nThat sequence again: npm run test:soak -- --replay ${relative(repository, file)}`);
  return false;
}

async function main(): Promise<void> {
  const times = Number(values.sequences);
  if (values.replay !== undefined) {
    const sequence = JSON.parse(readFileSync(values.replay, "utf8")) as Sequence;
    for (let n = 0; n < times && process.exitCode !== 1; n += 1)
      process.exitCode = (await examine(`replay of ${values.replay}`, sequence, false)) ? 0 : 1;
    return;
  }
  const first = Number(values.seed ?? Date.now() % 2 ** 31);
  for (let n = 0; n < times; n += 1) {
    const seed = first + n;
    if (!(await examine(`seed ${seed}`, sequenceOf(seed, Number(values.steps)), true))) {
      process.exitCode = 1;
      return;
    }
  }
}

void main();
