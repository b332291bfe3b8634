import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../results/', import.meta.url));
const FILE = /^node-(\d+)-(.+)\.json$/;

/** The parts of a run, in the order in which a reader wants them. */
const PARTS = ['micro', 'fixedRate', 'delivery', 'application', 'load', 'viewer'];

/**
 * Keeps the figures of a run: a file for each major version of Node and each part. Parts that were not measured keep
 * the figures of their last run.
 */
export function keepResults(results) {
  const { method, machine, quick } = results;
  mkdirSync(FOLDER, { recursive: true });
  for (const part of PARTS) {
    if (results[part] === undefined) continue;
    const run = { method, machine, quick, [part]: results[part] };
    const file = `${FOLDER}node-${majorOf(run)}-${part}.json`;
    writeFileSync(file, `${JSON.stringify(run, rounded, 1)}\n`);
  }
}

/** The kept runs of each major version of Node, the oldest first: lists of runs with one part each. */
export function readKeptResults() {
  const byMajor = new Map();
  for (const name of readdirSync(FOLDER)) {
    const [, major, part] = FILE.exec(name) ?? [];
    if (major === undefined) continue;
    const runs = byMajor.get(major) ?? [];
    runs[PARTS.indexOf(part)] = JSON.parse(readFileSync(FOLDER + name, 'utf8'));
    byMajor.set(major, runs);
  }
  const majors = [...byMajor.keys()].sort((a, b) => Number(a) - Number(b));
  return majors.map((major) => byMajor.get(major).filter((run) => run !== undefined));
}

/** What is written by hand about the figures. */
export function readNotes() {
  return readFileSync(`${FOLDER}notes.md`, 'utf8').trim();
}

function majorOf({ machine }) {
  return machine.node.slice(1).split('.')[0];
}

function rounded(_key, value) {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value;
}
