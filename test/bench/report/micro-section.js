import { number, range, table, verdict } from './cells.js';
import { judgeMicro } from './judge-micro.js';

const HEAD = [
  'case',
  'against',
  'ours, ns',
  'theirs, ns',
  'untraced, ns',
  'theirs ÷ ours',
  'target',
  'bytes, ours / theirs',
  'bytes target',
];

export function microSection(micro) {
  return ['### One operation', table(HEAD, judgeMicro(micro).map(row))];
}

function row({ title, peer, ours, theirs, untraced, ratio, bytes, ...target }) {
  const weights = [ours.bytes, theirs.bytes];
  return [
    title,
    peer,
    nanos(ours),
    nanos(theirs),
    untraced ? nanos(untraced) : '',
    `**${number(ratio.median)}×** (${number(ratio.min)}–${number(ratio.max)})`,
    targetOf(target, ours),
    ours.bytes ? weights.map(({ median }) => Math.round(median)).join(' / ') : '',
    bytes.limit === undefined ? '' : `${Math.round(bytes.limit)}: ${verdict(bytes.reached)}`,
  ];
}

/** The best sample of all rounds is what the code takes where nothing disturbs it. */
function nanos({ cpuNanos, bestNanos }) {
  const best = bestNanos === undefined ? '' : `, best ${number(bestNanos.min)}`;
  return `${range(cpuNanos)}${best}`;
}

function targetOf({ target, reached, added, nanosTarget }, ours) {
  if (ours.addedCpuNanos !== undefined) return `adds ${range(ours.addedCpuNanos)}`;
  if (added !== undefined) {
    return `adds ${number(added.share)} of what theirs adds (${added.limit}): ${verdict(added.reached)}`;
  }
  if (nanosTarget !== undefined) {
    const { what, value, limit } = nanosTarget;
    return `${what} ${number(value)} ns (${limit}): ${verdict(nanosTarget.reached)}`;
  }
  return target === undefined ? '' : `${target}×: ${verdict(reached)}`;
}
