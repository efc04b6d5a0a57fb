// Loaded into every Node process below the CLI in a coverage run. Pulumi ends its plugins by SIGKILL, so what a provider covered is written now
// and then; what a program covered, at its end. Node's own NODE_V8_COVERAGE is off there: it writes only at the end, and every process.
const { writeFileSync } = require("node:fs");
const { Session } = require("node:inspector");
const { join } = require("node:path");

const INTERVAL_MS = 500;
const isProvider = process.argv.some((argument) => /dynamic-provider|pulumi-resource-cloudflare-stream/.test(argument));
const isProgram = process.argv.some((argument) => /@pulumi\/pulumi\/cmd\/run/.test(argument));

if (isProvider || isProgram) {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  let written = 0;
  const write = () =>
    session.post("Profiler.takePreciseCoverage", (error, { result }) => {
      const ours = result.filter(({ url }) => url.includes("/dist/") && !url.includes("/@pulumi/"));
      if (error !== null || ours.length === 0) return;
      const file = `coverage-${process.pid}-${Date.now()}-${written++}.json`;
      writeFileSync(join(process.env.STREAM_COVERAGE_FOLDER, file), JSON.stringify({ result: ours }));
    });
  if (isProvider) setInterval(write, INTERVAL_MS).unref();
  else process.on("exit", write);
}
