import { APPLICATION_TARGETS, PLATFORM_TITLES, VARIANTS } from '../targets.js';
import { judged, megabytes, number, range, table, verdict } from './cells.js';
import { judgeApplication, judgeExportBlock } from './judge-application.js';

const HEAD = [
  'variant',
  'requests/s',
  'kept',
  'kept by CPU',
  'CPU, µs a request',
  'added',
  'spans a request',
  'RSS, MB',
  'event loop delay max, ms',
  'targets',
];

/** The application at saturation, and the longest turn of its event loop. */
export function applicationSections({ generator, variants, exportBlock }) {
  const platforms = judgeApplication(variants).map(({ platform, rows }) =>
    [
      `### ${PLATFORM_TITLES[platform].replace('%', generator)}`,
      table(HEAD, rows.map(applicationRow)),
    ].join('\n\n'),
  );
  return [...platforms, ...exportBlockSection(exportBlock)];
}

function applicationRow(row) {
  return [
    VARIANTS.find(({ name }) => name === row.variant).title,
    range(row.requestsPerSecond, Math.round),
    row.kept ? range(row.kept) : '',
    row.keptByCpu ? range(row.keptByCpu) : '',
    range(row.cpuMicrosPerRequest),
    row.addedCpuMicros ? range(row.addedCpuMicros) : '',
    number(row.spansPerRequest.median),
    range(row.rssBytes, megabytes),
    range(row.maxDelayMillis),
    judged(row.judgements),
  ];
}

function exportBlockSection(exportBlock) {
  const systems = Object.entries(exportBlock);
  if (systems.length === 0) return [];
  const reached = judgeExportBlock(exportBlock);
  const limit = APPLICATION_TARGETS.exportBlockAtMostMillis;
  return [
    '### The longest turn of the event loop while spans are exported',
    table(
      [
        'system',
        'longest but for 1 in 1000, ms',
        'longest, ms',
        'longest collection, ms',
        'target',
      ],
      systems.map(([system, figures]) => [
        system,
        range(figures.p999Millis),
        range(figures.maxMillis),
        range(figures.maxCollectionMillis),
        system === 'ours' ? `${limit}: ${verdict(reached)}` : '',
      ]),
    ),
  ];
}
