/** `npm test`: sets up what is missing, runs all tests, and ends with a plain line of counts. Arguments are mocha's; files among them are run instead of all. */
import { runTests, testEnvironment } from "./runTests.mjs";

const { succeeded, counts } = await runTests(await testEnvironment(), process.argv.slice(2));
process.stdout.write(`${counts}\n`);
process.exitCode = succeeded ? 0 : 1;
