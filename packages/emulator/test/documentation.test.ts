import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { BEHAVIOR_FLAGS } from "../src/behavior";

const folder = join(__dirname, "..");
const page = readFileSync(join(folder, "README.md"), "utf8");

describe("the emulator's page", () => {
  it("the emulator's page names every flag of the API's behavior, with every value", () => {
    for (const { flag, values } of BEHAVIOR_FLAGS) {
      const row = page.split("\n").find((line) => line.startsWith(`| \`--${flag}\``));
      expect(row, flag).to.not.equal(undefined);
      if (!values.startsWith("<")) for (const value of values.split("|")) expect(row, flag).to.contain(`\`${value}\``);
    }
  });

  it("the emulator's page names every route and method of the admin API", () => {
    const { paths } = JSON.parse(readFileSync(join(folder, "openapi.json"), "utf8")) as {
      paths: Record<string, Record<string, unknown>>;
    };
    for (const [path, methods] of Object.entries(paths)) {
      const rows = page.split("\n").filter((line) => line.includes(`${path}\``));
      for (const method of Object.keys(methods).filter((key) => key !== "parameters")) {
        expect(rows.join("\n"), `${method} ${path}`).to.contain(method.toUpperCase());
      }
    }
  });
});
