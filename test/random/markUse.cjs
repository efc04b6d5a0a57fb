/**
 * Loaded into every Node process below a CLI: notes the providers in which this package's code is running. Another one is Pulumi's alone; nothing
 * here can end it when its CLI is killed.
 */
const { writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join, resolve } = require("node:path");
const { exports: entries } = require("../../package.json");

const provider = resolve(__dirname, "../..", entries["./provider"].default);
const load = Module._load;
Module._load = function (request, ...others) {
  if (request === provider) writeFileSync(join(process.env.USED_PROVIDERS, String(process.pid)), "");
  return load.call(this, request, ...others);
};
