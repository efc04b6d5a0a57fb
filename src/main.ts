/**
 * The `main` of package.json: what is loaded for this package's folder, where `exports` has no effect. Pulumi loads it
 * like that to run the plugin from source (PulumiPlugin.yaml); for everyone else it is the package.
 */
import { sep } from "node:path";

const isPluginHost = require.main?.filename.includes(`${sep}cmd${sep}run-plugin${sep}`) === true;
if (isPluginHost) require("./hosts/plugin/cli");
else module.exports = require("./index") as typeof import("./index");
