// Loaded into every Node process below the CLI in a coverage run. Pulumi ends its plugins by SIGKILL, so what the provider covered is
// written now and then; what other processes cover is not of interest.
const v8 = require("node:v8");
if (process.argv.some((argument) => argument.includes("dynamic-provider"))) setInterval(v8.takeCoverage, 1000).unref();
else v8.stopCoverage();
