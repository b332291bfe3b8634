import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { markdown } from './markdown.js';
import { readmeTable } from './readme-table.js';

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../RESULTS.md', import.meta.url));
const README = fileURLToPath(new URL('../../../README.md', import.meta.url));
const TABLE = /(<!-- bench:begin -->\n).*?(\n<!-- bench:end -->)/s;

const HEAD = `# Results

Written by \`npm run bench\`; README.md says what each case does. Every figure is the median of interleaved rounds, with
the least and the greatest round in brackets. Times of one operation are CPU times. A ratio is theirs ÷ ours, taken
round by round. *Added* is the CPU time of a request beyond the untraced application's. *Kept* is the share of the
untraced application's requests a second; *kept by CPU* the same by CPU time a request, which other work on the machine
disturbs less.`;

/**
 * Writes RESULTS.md, and the table in the README of the project, from the figures that are kept of
 * each version of Node, and from what is written by hand about them in `results/notes.md`.
 */
export function writeDocuments() {
  const runs = readRuns();
  const notes = readFileSync(`${RESULTS}notes.md`, 'utf8').trim();
  writeFileSync(DOCUMENT, `${[HEAD, notes, ...runs.map(markdown)].join('\n\n')}\n`);
  const readme = readFileSync(README, 'utf8');
  writeFileSync(README, readme.replace(TABLE, `$1${readmeTable(runs)}$2`));
}

function readRuns() {
  return readdirSync(RESULTS)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(RESULTS + name, 'utf8')));
}

// node test/bench/report/documents.js: after the notes were changed.
if (process.argv[1] === fileURLToPath(import.meta.url)) writeDocuments();
