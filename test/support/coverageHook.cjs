// Loaded into every Node process of a coverage run. Pulumi ends its plugins by SIGKILL, so what was covered is written now and then.
const { takeCoverage } = require("node:v8");
setInterval(takeCoverage, 400).unref();
