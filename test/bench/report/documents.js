import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readKeptResults, readNotes } from './kept-results.js';
import { markdown } from './markdown.js';
import { readmeTable } from './readme-table.js';

const DOCUMENT = fileURLToPath(new URL('../RESULTS.md', import.meta.url));
const README = fileURLToPath(new URL('../../../README.md', import.meta.url));
const TABLE = /(<!-- bench:begin -->\n).*?(\n<!-- bench:end -->)/s;

const HEAD = `# Results

Written by \`npm run bench\`; README.md says what each case does. Each part says on which day and commit it
was measured. Every figure is the median of interleaved rounds, with the least and the greatest round in brackets. Times of one operation are CPU times. A ratio is theirs ÷ ours, taken
round by round. *Added* is the CPU time of a request beyond the untraced application's. *Kept* is the share of the
untraced application's requests a second; *kept by CPU* the same by CPU time a request, which other work on the machine
disturbs less.`;

/**
 * Writes RESULTS.md, and the table in the README of the project, from the figures that are kept of
 * each version of Node and each part, and from what is written by hand about them in `results/notes.md`.
 */
export function writeDocuments() {
  const kept = readKeptResults();
  writeFileSync(DOCUMENT, `${[HEAD, readNotes(), ...kept.map(markdown)].join('\n\n')}\n`);
  const readme = readFileSync(README, 'utf8');
  writeFileSync(README, readme.replace(TABLE, `$1${readmeTable(kept)}$2`));
}

// node test/bench/report/documents.js: after the notes were changed.
if (process.argv[1] === fileURLToPath(import.meta.url)) writeDocuments();
