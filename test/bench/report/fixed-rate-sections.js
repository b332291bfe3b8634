import { FIXED_RATE_TITLES, VARIANTS } from '../targets.js';
import { judged, megabytes, number, range, table } from './cells.js';
import { judgeFixedRate } from './judge-fixed-rate.js';

const HEAD = [
  'variant',
  'CPU, µs a request',
  'added',
  'p50, µs',
  'p99, µs',
  'p99.9, µs',
  'answered in time',
  'RSS, MB',
  'targets',
];
const INSTRUCTIONS = 'instructions a request';

/** The application at a fixed rate of requests. */
export function fixedRateSections(fixedRate) {
  return judgeFixedRate(fixedRate).map((level) =>
    [
      `### At a fixed rate: ${FIXED_RATE_TITLES[level.platform]}, ${Math.round(level.share * 100)} % of capacity`,
      introduction(level),
      levelTable(level.rows, fixedRate.countsInstructions),
    ].join('\n\n'),
  );
}

function introduction({ requestsPerSecond, capacity, rows, exports }) {
  const exported = Object.entries(exports).map(([variant, posts]) => `${variant} ${posts}`);
  // The generator's own lateness is part of the latencies of all variants alike.
  const late = Math.max(...rows.map(({ lateP99Micros }) => lateP99Micros.median));
  return [
    `${Math.round(requestsPerSecond)} requests a second of ${range(capacity, Math.round)}.`,
    `The generator was at most ${number(late)} µs late in 99 of 100 requests.`,
    ...(exported.length > 0 ? [`Exports received at both rates: ${exported.join(', ')}.`] : []),
  ].join(' ');
}

function levelTable(rows, countsInstructions) {
  const head = countsInstructions ? HEAD.toSpliced(3, 0, INSTRUCTIONS) : HEAD;
  return table(
    head,
    rows.map((row) => {
      const cells = [
        VARIANTS.find(({ name }) => name === row.variant).title,
        range(row.cpuMicrosPerRequest),
        range(row.addedCpuMicros),
        range(row.p50Micros),
        range(row.p99Micros),
        range(row.p999Micros),
        `${number(row.keptUp.median * 100)} %`,
        range(row.rssBytes, megabytes),
        judged(row.judgements),
      ];
      return countsInstructions
        ? cells.toSpliced(3, 0, range(row.instructionsPerRequest, Math.round))
        : cells;
    }),
  );
}
