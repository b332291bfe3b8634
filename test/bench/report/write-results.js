import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { markdown } from './markdown.js';

const FIGURES = fileURLToPath(new URL('../results/', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../RESULTS.md', import.meta.url));

const HEAD = `# Results

Written by \`npm run bench\`; README.md says what each case does. Every figure is the median of
interleaved rounds, with the least and the greatest round in brackets. Times are CPU times. A ratio is
theirs ÷ ours, taken round by round. *Kept* is the share of the untraced application's requests a
second; *kept by CPU* the same by CPU time a request, which other work on the machine disturbs less.`;

/**
 * Keeps a run's figures, one file for each major version of Node, and writes RESULTS.md anew from
 * the files of all versions.
 */
export function writeResults(results) {
  const major = results.machine.node.slice(1).split('.')[0];
  mkdirSync(FIGURES, { recursive: true });
  writeFileSync(`${FIGURES}node-${major}.json`, `${JSON.stringify(results, rounded, 1)}\n`);
  const runs = readdirSync(FIGURES)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(FIGURES + name, 'utf8')));
  writeFileSync(DOCUMENT, `${[HEAD, ...runs.map(markdown)].join('\n\n')}\n`);
}

function rounded(_key, value) {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value;
}
