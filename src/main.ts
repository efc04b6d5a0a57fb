/**
 * The `main` of package.json: what a program gets that requires this package's folder, where `exports` does not count. Pulumi does that too, to run a
 * plugin from its source (PulumiPlugin.yaml), and then it is the plugin.
 */
import { sep } from "node:path";

const isPluginHost = require.main?.filename.includes(`${sep}cmd${sep}run-plugin${sep}`) === true;
if (isPluginHost) require("./plugin/cli");
else module.exports = require("./index");
