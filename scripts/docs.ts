/** `npm run docs`: what of the documentation is made from the code. The API reference (docs/api) is typedoc's part of it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { docs, embedded, pages } from "./embed";
import { openApiText } from "./openapi";

writeFileSync(join(docs, "emulator.openapi.json"), openApiText());
for (const page of pages()) writeFileSync(page, embedded(page));
