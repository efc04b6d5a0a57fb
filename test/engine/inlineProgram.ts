/** Programs of the Automation API that run in its own process. They have the SDK's own language host; that of the other tests is older. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run, Stack } from "./stack";

/**
 * Writes such a program for a stack.
 *
 * @param body the program; `note(text)` writes a line into the file `notes` beside it
 * @returns what runs a command, such as `up`, with it, with `--continue-on-error`; anything but success is an error
 */
export function inlineProgram(stack: Stack, body: string): (command: string) => Promise<Run> {
  const folder = join(stack.folder, "program");
  const script = join(folder, "inline.js");
  writeFileSync(
    script,
    `const pulumi = require("@pulumi/pulumi");
     const { LocalWorkspace } = require("@pulumi/pulumi/automation");
     const { StreamDownload } = require("pulumi-cloudflare-stream-downloads");
     const note = (text) => require("node:fs").appendFileSync(__dirname + "/notes", text + "\\n");
     const program = async () => {
       const exports = {};
       ${body}
       return exports;
     };
     const settings = { stackName: "dev", projectName: "project", program };
     LocalWorkspace.createOrSelectStack(settings, { workDir: __dirname })
       .then((stack) => stack[process.argv[2]]({ continueOnError: true, onOutput: (text) => process.stdout.write(text) }))
       .catch((error) => { console.log(String(error.message)); process.exit(1); });`,
  );
  return (command) => stack.runProgram(folder, process.execPath, script, command);
}
