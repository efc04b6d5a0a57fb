/** The program of the suite about identity, step by step, for each host. */
import { TOKEN } from "../support/ids";
import { type Host, HOSTS, onBothHosts } from "./hosts";

/** The videos, by what happens to the resource that declares them. */
export const V = {
  renamed: 1,
  aliased: 2,
  adopted: 3,
  swapped: 4,
  namesSwappedA: 5,
  namesSwappedB: 6,
  provided: 7,
  renamedAndProvided: 8,
  removed: 9,
  besideRemoved: 10,
  forgotten: 11,
  replaced: 12,
  replacement: 13,
  forced: 14,
  targeted: 15,
  moved: 16,
  movedInLibrary: 17,
};

const DELETE_FIRST = "{ deleteBeforeReplace: true }";

/** A provider of its own, with a process of its own. */
export const ownProvider = (host: Host, name: string) => host.provider(name, `apiToken: "${TOKEN}"`);

/** What one host declares at each step. What is not said to change is as it was. */
function steps(host: Host): string[] {
  const declare = (name: string, n: number, options = "{}", type = "default") =>
    host.download(name, n, `type: "${type}"`, options);
  const provider = (name: string) => ownProvider(host, name);
  const component = `const parent = new pulumi.ComponentResource("my:own:Group", "${host.named("group")}");\n`;
  /** One download and a library, which go over from one host to the other. */
  const moving = (by: Host) =>
    `new ${by.name}.StreamDownload("${host.named("moved")}", { videoId: "${host.video(V.moved)}" });
     new ${by.name}.StreamDownloads("${host.named("moved-library")}", { videoIds: ["${host.video(V.movedInLibrary)}"] });\n`;
  const other = HOSTS.find((each) => each !== host) ?? host;
  const programs = [
    provider("one") +
      declare("renamed", V.renamed) +
      declare("aliased", V.aliased) +
      declare("into-component", V.adopted) +
      declare("mp4", V.swapped) +
      declare("sound", V.swapped, "{}", "audio") +
      declare("x", V.namesSwappedA, DELETE_FIRST) +
      declare("y", V.namesSwappedB, DELETE_FIRST) +
      declare("provided", V.provided) +
      declare("wanders", V.renamedAndProvided) +
      declare("removed", V.removed, "{ provider: one }") +
      declare("beside", V.besideRemoved, "{ provider: one }") +
      declare("forgotten", V.forgotten) +
      declare("replaced", V.replaced) +
      declare("forced", V.forced) +
      declare("targeted", V.targeted) +
      moving(host),
  ];
  const step = (...changes: readonly [from: string, to: string][]) => {
    let program = programs.at(-1) ?? "";
    for (const [from, to] of changes) {
      if (!program.includes(from)) throw new Error(`the program has no ${from}`);
      program = program.replace(from, to);
    }
    programs.push(program);
  };
  step([declare("targeted", V.targeted), declare("retargeted", V.targeted)]);
  step(
    [declare("renamed", V.renamed), declare("new-name", V.renamed)],
    [declare("aliased", V.aliased), declare("alias", V.aliased, `{ aliases: [{ name: "${host.named("aliased")}" }] }`)],
    [declare("into-component", V.adopted), component + declare("into-component", V.adopted, "{ parent }")],
    [declare("mp4", V.swapped), declare("mp4", V.swapped, "{}", "audio")],
    [declare("sound", V.swapped, "{}", "audio"), declare("sound", V.swapped)],
    [declare("x", V.namesSwappedA, DELETE_FIRST), declare("x", V.namesSwappedB, DELETE_FIRST)],
    [declare("y", V.namesSwappedB, DELETE_FIRST), declare("y", V.namesSwappedA, DELETE_FIRST)],
    [declare("provided", V.provided), declare("provided", V.provided, "{ provider: one }")],
    [declare("wanders", V.renamedAndProvided), declare("wanders-on", V.renamedAndProvided, "{ provider: one }")],
    [declare("removed", V.removed, "{ provider: one }"), ""],
    [moving(host), moving(other)],
  );
  step(
    [provider("one"), provider("one") + provider("two")],
    [declare("provided", V.provided, "{ provider: one }"), declare("provided", V.provided)],
    [
      declare("wanders-on", V.renamedAndProvided, "{ provider: one }"),
      declare("wanders-far", V.renamedAndProvided, "{ provider: two }"),
    ],
    [declare("forced", V.forced), declare("forced", V.forced, DELETE_FIRST)],
  );
  step(
    [declare("wanders-far", V.renamedAndProvided, "{ provider: two }"), declare("wanders", V.renamedAndProvided)],
    [declare("replaced", V.replaced), declare("replaced", V.replacement)],
    [moving(other), moving(host)],
  );
  return programs;
}

export const PROGRAMS: readonly string[] = [0, 1, 2, 3, 4].map((n) => onBothHosts((host) => steps(host)[n] ?? ""));
