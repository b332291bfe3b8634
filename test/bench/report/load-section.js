import { LOAD_AT_MOST_SHARE_OF_NEST, LOAD_CASES } from '../targets.js';
import { number, range, table, verdict } from './cells.js';

export function loadSection(load) {
  return [
    '### Loading the library',
    table(['way', 'Nest, ms', 'ours, ms', 'ours ÷ Nest', 'target'], load.map(row)),
  ];
}

function row({ name, nestMillis, oursMillis, share }) {
  const reached = share.median <= LOAD_AT_MOST_SHARE_OF_NEST;
  return [
    LOAD_CASES.find((known) => known.name === name).title,
    range(nestMillis),
    range(oursMillis),
    `**${number(share.median)}** (${number(share.min)}–${number(share.max)})`,
    `${LOAD_AT_MOST_SHARE_OF_NEST}: ${verdict(reached)}`,
  ];
}
