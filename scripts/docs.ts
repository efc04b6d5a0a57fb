/** `npm run docs`: what is made from the code, schema.json for the Pulumi Registry among it. The API references (docs/api of the packages that are published) are typedoc's part of it. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { mediaFilesPath, mediaFilesText } from "../packages/emulator/scripts/media";
import { openApiText } from "../packages/emulator/scripts/openapi";
import { writeDescriptions } from "./descriptions";
import { embedded, pages } from "./embed";

writeFileSync(mediaFilesPath, mediaFilesText());
writeFileSync(resolve(__dirname, "../packages/emulator/openapi.json"), openApiText());
writeDescriptions();
// The schema reads the descriptions when it is loaded.
(require("./registry") as typeof import("./registry")).writeRegistryFiles();
for (const page of pages()) writeFileSync(page, embedded(page));
