/**
 * `npm run record`: makes the pictures in docs/images from the real CLI, in a terminal of its own (util-linux's `script`), against the emulator.
 * `npm run record preview up-80` makes those alone. What the terminal showed at each moment is one frame of a picture, which plays in any browser.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import xterm from "@xterm/headless";
import { ensureBuilt, ensureInstalled, pulumiEnvironment, repository } from "./setup.mjs";

const CELL = { width: 7.8, height: 17 };
const FRAME_MS = 500;
/** How long the last frame stays before it begins again. */
const PAUSE_MS = 4000;
/** The palette of the 16 colours, as a dark terminal has them. */
const PALETTE = ["#1d1f21", "#cc6666", "#8fbf6b", "#e6c37a", "#81a2be", "#b294bb", "#8abeb7", "#c5c8c6"];
const FOREGROUND = "#d7d9da";

/** The videos of the pictures' programs. */
const VIDEO = {
  ready: "5d5bc37ffcf54c9b82e996823bffbb81",
  existing: "ea95132c15732412d22c1476fa83f27a",
  encoding: "9df4ac2f1b0b4c5f8a0f2d6e7c3b1a54",
  /** Not in the account: one digit is another. */
  missing: "5d5bc37ffcf54c9b82e996823bffbb82",
};
const PREVIEWED = `const { StreamDownload, StreamDownloads } = require("pulumi-cloudflare-stream-downloads");
new StreamDownload("trailer", { videoId: "${VIDEO.ready}" });
new StreamDownload("interview", { videoId: "${VIDEO.encoding}" });
new StreamDownload("misspelt", { videoId: "${VIDEO.missing}" });
new StreamDownloads("course", { videoIds: ["${VIDEO.ready}", "${VIDEO.existing}"], types: ["audio"] });
`;
const UP = {
  command: "pulumi up --yes --skip-preview --suppress-permalink=true",
  shown: "pulumi up --yes --skip-preview",
  label: "pulumi up: two files being made, with their progress",
  rows: 16,
};
const PICTURES = {
  up: { ...UP, columns: 120 },
  "up-100": { ...UP, columns: 100 },
  "up-80": { ...UP, columns: 80 },
  preview: {
    command: "pulumi preview --suppress-permalink=true",
    shown: "pulumi preview",
    label: "pulumi preview: what becomes of each file, and a warning that there is no such video",
    program: PREVIEWED,
    columns: 136,
    rows: 27,
    isStill: true,
  },
  "pull-request": {
    command: `bash ${join(repository, "docs/pipelines/preview.sh")}`,
    label: "A comment on a pull request: the preview as a block of code, with a warning that there is no such video",
    program: PREVIEWED,
    columns: 120,
    isComment: true,
  },
};

ensureInstalled();
ensureBuilt();
const { startEmulator } = await import("cloudflare-stream-emulator");
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PICTURES);
for (const name of names) {
  const settings = PICTURES[name];
  if (settings === undefined) throw new Error(`no picture ${name}: there are ${Object.keys(PICTURES).join(", ")}`);
  mkdirSync(join(repository, "docs", "images"), { recursive: true });
  writeFileSync(join(repository, "docs", "images", `${name}.svg`), await made(settings));
  process.stdout.write(`docs/images/${name}.svg\n`);
}

/** A picture of the command in a new stack. */
async function made(settings) {
  const emulator = await startEmulator({
    // It knows the videos that it was given, and no other.
    strict: settings.program !== undefined,
    encodingMs: (_videoId, type) => (type === "audio" ? 9000 : 15_000),
  });
  if (settings.program !== undefined) {
    for (const video of [VIDEO.ready, VIDEO.existing]) emulator.addVideo({ videoId: video });
    emulator.addVideo({ videoId: VIDEO.encoding, state: "inprogress", readyAfterMs: 40_000 });
    emulator.setDownload(VIDEO.existing, "audio", { status: "ready", percent: 100 });
  }
  mkdirSync(join(repository, ".work"), { recursive: true });
  const folder = mkdtempSync(join(repository, ".work", "record-"));
  const { CI: _ci, ...surroundings } = await pulumiEnvironment();
  const report = join(folder, "report.txt");
  const env = {
    ...surroundings,
    TERM: "xterm-256color",
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "record",
    CLOUDFLARE_BASE_URL: emulator.baseUrl,
    CLOUDFLARE_API_TOKEN: "emulator-token",
    CLOUDFLARE_ACCOUNT_ID: "023e105f4ecef8ad9ca31a8372d0c353",
    ...(settings.isComment ? { STACK: "dev", REPORT: report } : {}),
  };
  // A project's name as users have it: short.
  const main =
    settings.program === undefined ? relative(folder, join(repository, "examples", "quickstart")) : "index.js";
  writeFileSync(join(folder, "Pulumi.yaml"), `name: trailer\nruntime: nodejs\nmain: ${main}\n`);
  if (settings.program !== undefined) {
    writeFileSync(join(folder, "package.json"), "{}");
    writeFileSync(join(folder, "index.js"), settings.program);
  }
  const terminal = { ...settings, folder, env };
  try {
    await run(terminal, "pulumi stack init dev --non-interactive", () => undefined);
    if (settings.isComment) {
      await run(terminal, settings.command, () => undefined);
      return comment(readFileSync(report, "utf8"), settings);
    }
    const frames = await record(terminal);
    return picture(settings.isStill ? frames.slice(-1) : frames, settings);
  } finally {
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a command in a terminal of its own and hands on what it prints. */
function run({ folder, env, columns, rows = 40 }, command, onData) {
  return new Promise((resolve, reject) => {
    const inTerminal = `stty rows ${rows} cols ${columns}; exec ${command}`;
    const child = spawn("script", ["--quiet", "--return", "--command", inTerminal, "/dev/null"], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.on("data", onData);
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`${command} exited with ${code}`))));
  });
}

/** What the terminal shows, twice a second, where it has changed. */
async function record(settings) {
  const { command, columns, rows } = settings;
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 200, allowProposedApi: true });
  const frames = [];
  let started;
  const look = () => {
    const lines = screen(terminal);
    const last = frames[frames.length - 1];
    if (lines.every((line) => line.length === 0)) return;
    started ??= Date.now();
    if (last === undefined || JSON.stringify(last.lines) !== JSON.stringify(lines)) {
      frames.push({ at: Date.now() - started, lines });
    }
  };
  const timer = setInterval(look, FRAME_MS);
  await run(settings, command, (data) => terminal.write(data));
  clearInterval(timer);
  await new Promise((resolve) => terminal.write("", resolve));
  look();
  return frames;
}

/** The screen's lines as runs of one style. */
function screen(terminal) {
  const buffer = terminal.buffer.active;
  return Array.from({ length: terminal.rows }, (_, row) => {
    const line = buffer.getLine(buffer.viewportY + row);
    const runs = [];
    for (let column = 0; line !== undefined && column < terminal.cols; column += 1) {
      const cell = line.getCell(column);
      const text = cell.getChars() || " ";
      const style = { color: colorOf(cell), bold: cell.isBold() !== 0 };
      const last = runs[runs.length - 1];
      if (last !== undefined && last.color === style.color && last.bold === style.bold) last.text += text;
      else runs.push({ text, column, ...style });
    }
    return runs.filter(({ text }) => text.trim() !== "");
  });
}

function colorOf(cell) {
  return cell.isFgPalette() ? (PALETTE[cell.getFgColor() % 8] ?? FOREGROUND) : FOREGROUND;
}

/** An SVG with a group for each frame, each visible in its share of the time. */
function picture(frames, { columns, rows, label, shown }) {
  const total = frames[frames.length - 1].at + PAUSE_MS;
  const percent = (ms) => ((ms / total) * 100).toFixed(2);
  const styles = frames.map(({ at }, i) => {
    const end = frames[i + 1]?.at ?? total;
    const [from, to] = [percent(at), percent(end)];
    const before = at === 0 || i === 0 ? "" : `0%,${from}%{visibility:hidden}`;
    const after = i === frames.length - 1 ? "" : `${to}%,100%{visibility:hidden}`;
    return `@keyframes f${i}{${before}${from}%,${to}%{visibility:visible}${after}}#f${i}{animation:f${i} ${total}ms step-end infinite;visibility:hidden}`;
  });
  const plays = frames.length > 1;
  const reduced = `@media(prefers-reduced-motion:reduce){g{animation:none!important}#f${frames.length - 1}{visibility:visible}}`;
  const groups = frames.map(({ lines }, i) => `<g id="f${i}">${lines.map(textOf).join("")}</g>`);
  const prompt = `<text x="12" y="${12 + CELL.height * 0.75}" fill="#8a8d8f">$ ${shown}</text>`;
  const body = `<rect width="100%" height="100%" rx="8" fill="#1d1f21"/>\n${prompt}\n${groups.join("\n")}`;
  return svg({ columns, lines: rows + 2, label, styles: plays ? styles.join("") + reduced : "", body });
}

/** The report as comment.yml puts it into a pull request, and as GitHub shows that. */
function comment(report, { columns, label }) {
  const lines = report.trimEnd().split("\n");
  const rows = lines.map((text, row) => textOf([{ text, column: 1, color: "#1f2328" }], row + 2));
  const height = (lines.length + 1) * CELL.height;
  const body = `<rect x="0.5" y="0.5" width="99.9%" height="99.7%" rx="6" fill="#ffffff" stroke="#d1d9e0"/>
<text x="14" y="24" fill="#59636e"><tspan class="b" fill="#1f2328">github-actions</tspan> bot commented</text>
<text x="14" y="54" fill="#1f2328" class="b">Preview: success</text>
<rect x="12" y="66" width="${(columns * CELL.width).toFixed(0)}" height="${height}" rx="6" fill="#f6f8fa"/>
${rows.join("\n")}`;
  return svg({ columns, lines: lines.length + 4.5, label, styles: "", body });
}

function svg({ columns, lines, label, styles, body }) {
  const [width, height] = [Math.ceil(columns * CELL.width + 24), Math.ceil(lines * CELL.height + 24)];
  return `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<style>text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre}.b{font-weight:bold}${styles}</style>
${body}
</svg>
`;
}

function textOf(runs, row) {
  const y = (12 + CELL.height * (row + 2.25)).toFixed(1);
  return runs
    .map(({ text, column, color, bold }) => {
      const trimmed = text.trimEnd();
      const x = (12 + column * CELL.width).toFixed(1);
      const length = (trimmed.length * CELL.width).toFixed(1);
      const escaped = trimmed.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
      return `<text x="${x}" y="${y}" textLength="${length}" fill="${color}"${bold ? ' class="b"' : ""}>${escaped}</text>`;
    })
    .join("");
}
