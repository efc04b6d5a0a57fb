/**
 * `npm run record`: makes docs/images/up.svg from a real `pulumi up` in a terminal of its own (util-linux's `script`), against the emulator.
 * `npm run record 80`: docs/images/up-80.svg, in one of 80 columns.
 * What the terminal showed at each moment is one frame of the picture, which plays in any browser.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import xterm from "@xterm/headless";
import { ensureBuilt, ensureInstalled, pulumiEnvironment, repository } from "./setup.mjs";

const USUAL_COLUMNS = 120;
const COLUMNS = Number(process.argv[2] ?? USUAL_COLUMNS);
const FILE = COLUMNS === USUAL_COLUMNS ? "up.svg" : `up-${COLUMNS}.svg`;
const ROWS = 16;
const CELL = { width: 7.8, height: 17 };
const FRAME_MS = 500;
/** How long the last frame stays before it begins again. */
const PAUSE_MS = 4000;
/** The palette of the 16 colours, as a dark terminal has them. */
const PALETTE = ["#1d1f21", "#cc6666", "#8fbf6b", "#e6c37a", "#81a2be", "#b294bb", "#8abeb7", "#c5c8c6"];
const FOREGROUND = "#d7d9da";

ensureInstalled();
ensureBuilt();
const { startEmulator } = await import("cloudflare-stream-emulator");
const emulator = await startEmulator({
  encodingMs: (_videoId, type) => (type === "audio" ? 9000 : 15_000),
});
mkdirSync(join(repository, ".work"), { recursive: true });
const folder = mkdtempSync(join(repository, ".work", "record-"));
const { CI: _ci, ...surroundings } = await pulumiEnvironment();
const env = {
  ...surroundings,
  TERM: "xterm-256color",
  PULUMI_BACKEND_URL: `file://${folder}`,
  PULUMI_HOME: join(folder, "home"),
  PULUMI_CONFIG_PASSPHRASE: "record",
  CLOUDFLARE_BASE_URL: emulator.baseUrl,
  CLOUDFLARE_API_TOKEN: "emulator-token",
  CLOUDFLARE_ACCOUNT_ID: "023e105f4ecef8ad9ca31a8372d0c353",
};
// The example with a project's name as users have it: short.
const main = relative(folder, join(repository, "examples", "quickstart"));
writeFileSync(join(folder, "Pulumi.yaml"), `name: trailer\nruntime: nodejs\nmain: ${main}\n`);
try {
  await run("pulumi stack init dev --non-interactive", () => undefined);
  const frames = await record("pulumi up --yes --skip-preview --suppress-permalink=true");
  mkdirSync(join(repository, "docs", "images"), { recursive: true });
  writeFileSync(join(repository, "docs", "images", FILE), picture(frames));
  process.stdout.write(`docs/images/${FILE}: ${frames.length} frames\n`);
} finally {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Runs a command in a terminal of its own and hands on what it prints. */
function run(command, onData) {
  return new Promise((resolve, reject) => {
    const inTerminal = `stty rows ${ROWS} cols ${COLUMNS}; exec ${command}`;
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
async function record(command) {
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, scrollback: 200, allowProposedApi: true });
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
  await run(command, (data) => terminal.write(data));
  clearInterval(timer);
  await new Promise((resolve) => terminal.write("", resolve));
  look();
  return frames;
}

/** The screen's lines as runs of one style. */
function screen(terminal) {
  const buffer = terminal.buffer.active;
  return Array.from({ length: ROWS }, (_, row) => {
    const line = buffer.getLine(buffer.viewportY + row);
    const runs = [];
    for (let column = 0; line !== undefined && column < COLUMNS; column += 1) {
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
function picture(frames) {
  const total = frames[frames.length - 1].at + PAUSE_MS;
  const percent = (ms) => ((ms / total) * 100).toFixed(2);
  const styles = frames.map(({ at }, i) => {
    const end = frames[i + 1]?.at ?? total;
    const [from, to] = [percent(at), percent(end)];
    const before = at === 0 || i === 0 ? "" : `0%,${from}%{visibility:hidden}`;
    const after = i === frames.length - 1 ? "" : `${to}%,100%{visibility:hidden}`;
    return `@keyframes f${i}{${before}${from}%,${to}%{visibility:visible}${after}}#f${i}{animation:f${i} ${total}ms step-end infinite;visibility:hidden}`;
  });
  const groups = frames.map(({ lines }, i) => `<g id="f${i}">${lines.map(textOf).join("")}</g>`);
  const [width, height] = [Math.ceil(COLUMNS * CELL.width + 24), Math.ceil((ROWS + 2) * CELL.height + 24)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="pulumi up: two files being made, with their progress">
<style>text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre}.b{font-weight:bold}${styles.join("")}@media(prefers-reduced-motion:reduce){g{animation:none!important}#f${frames.length - 1}{visibility:visible}}</style>
<rect width="${width}" height="${height}" rx="8" fill="#1d1f21"/>
<text x="12" y="${12 + CELL.height * 0.75}" fill="#8a8d8f">$ pulumi up --yes --skip-preview</text>
${groups.join("\n")}
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
