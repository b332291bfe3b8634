import { DELIVERY_AT_MOST_DROPPED } from '../targets.js';
import { megabytes, number, range, table, verdict } from './cells.js';

const HEAD = [
  'system',
  'dropped',
  'dropped, %',
  'CPU, µs a span',
  'peak RSS, MB',
  'peak heap, MB',
  'target',
];

/** A queue that is filled and emptied at the same time. */
export function deliverySection({ spansPerSecond, answerMillis, seconds, systems }) {
  return [
    '### A live queue',
    `${spansPerSecond} spans a second for ${seconds} s, to a receiver that takes ${answerMillis} ms for a request.`,
    table(
      HEAD,
      systems.map((figures) => [
        figures.system,
        range(figures.dropped, Math.round),
        range(figures.droppedShare, (share) => number(share * 100)),
        range(figures.cpuMicrosPerSpan),
        range(figures.peakRssBytes, megabytes),
        range(figures.peakHeapBytes, megabytes),
        figures.system === 'ours' ? target(figures.dropped) : '',
      ]),
    ),
  ];
}

/** Each round counts: a span that is dropped in one of them is lost. */
function target({ max }) {
  return `${DELIVERY_AT_MOST_DROPPED}: ${verdict(max <= DELIVERY_AT_MOST_DROPPED)}`;
}
