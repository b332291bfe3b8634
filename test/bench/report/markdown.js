import {
  APPLICATION_TARGETS,
  LOAD_AT_MOST_SHARE_OF_NEST,
  LOAD_CASES,
  PLATFORM_TITLES,
  VARIANTS,
} from '../targets.js';
import { judgeApplication, judgeExportBlock, judgeLoad, judgeMicro } from './judge.js';

/** One run as the sections of a Markdown document. */
export function markdown({ machine, quick, micro, application, load }) {
  return [
    `## Node ${machine.node.slice(1)}`,
    `${machine.cores} cores, ${machine.cpu}; load of other work before the run ${number(machine.loadBefore)}; ${machine.date}; commit ${machine.commit}${quick ? '; quick run' : ''}.`,
    ...(micro ? microSection(micro) : []),
    ...(application ? applicationSections(application) : []),
    ...(load ? loadSection(load) : []),
  ].join('\n\n');
}

function microSection(micro) {
  const rows = judgeMicro(micro).map((judged) => [
    judged.title,
    judged.peer,
    nanos(judged.ours.cpuNanos),
    nanos(judged.theirs.cpuNanos),
    judged.untraced ? nanos(judged.untraced.cpuNanos) : '',
    `**${number(judged.ratio.median)}×** (${number(judged.ratio.min)}–${number(judged.ratio.max)})`,
    microTarget(judged),
    judged.ours.bytes === undefined
      ? ''
      : `${Math.round(judged.ours.bytes.median)} / ${Math.round(judged.theirs.bytes.median)}`,
    judged.bytes.limit === undefined
      ? ''
      : `${Math.round(judged.bytes.limit)}: ${verdict(judged.bytes.reached)}`,
  ]);
  return [
    '### One operation',
    table(
      [
        'case',
        'against',
        'ours, ns',
        'theirs, ns',
        'untraced, ns',
        'theirs ÷ ours',
        'target',
        'bytes, ours / theirs',
        'bytes target',
      ],
      rows,
    ),
  ];
}

function microTarget({ target, reached, added, ours }) {
  if (ours.addedCpuNanos !== undefined) return `adds ${nanos(ours.addedCpuNanos)}`;
  if (added !== undefined) {
    return `adds ${number(added.share)} of what theirs adds (${added.limit}): ${verdict(added.reached)}`;
  }
  return target === undefined ? '' : `${target}×: ${verdict(reached)}`;
}

function applicationSections({ generator, variants, exportBlock }) {
  const platforms = judgeApplication(variants).map(({ platform, rows }) =>
    [
      `### ${PLATFORM_TITLES[platform].replace('%', generator)}`,
      table(
        [
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
        ],
        rows.map(applicationRow),
      ),
    ].join('\n\n'),
  );
  return [...platforms, ...exportBlockSection(exportBlock)];
}

function applicationRow(row) {
  const judged = (row.judgements ?? []).map(
    ({ what, value, limit, reached }) =>
      `${what} ${number(value)} (${number(limit)}): ${verdict(reached)}`,
  );
  return [
    VARIANTS.find(({ name }) => name === row.variant).title,
    range(row.requestsPerSecond, Math.round),
    row.kept ? range(row.kept, number) : '',
    row.keptByCpu ? range(row.keptByCpu, number) : '',
    range(row.cpuMicrosPerRequest, number),
    row.addedCpuMicros ? range(row.addedCpuMicros, number) : '',
    number(row.spansPerRequest.median),
    range(row.rssBytes, (bytes) => Math.round(bytes / 1e6)),
    range(row.maxDelayMillis, number),
    judged.join('; '),
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
        range(figures.p999Millis, number),
        range(figures.maxMillis, number),
        range(figures.maxCollectionMillis, number),
        system === 'ours' ? `${limit}: ${verdict(reached)}` : '',
      ]),
    ),
  ];
}

function loadSection(load) {
  return [
    '### Loading the library',
    table(
      ['way', 'Nest, ms', 'ours, ms', 'ours ÷ Nest', 'target'],
      load.map((figures) => [
        LOAD_CASES.find(({ name }) => name === figures.name).title,
        range(figures.nestMillis, number),
        range(figures.oursMillis, number),
        `**${number(figures.share.median)}** (${number(figures.share.min)}–${number(figures.share.max)})`,
        `${LOAD_AT_MOST_SHARE_OF_NEST}: ${verdict(judgeLoad(figures))}`,
      ]),
    ),
  ];
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function verdict(reached) {
  return reached ? 'reached' : '**not reached**';
}

function range(figure, format) {
  return `${format(figure.median)} (${format(figure.min)}–${format(figure.max)})`;
}

function nanos({ median, min, max }) {
  return `${number(median)} (${number(min)}–${number(max)})`;
}

/** Three digits at least, and no more than are worth reading. */
function number(value) {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
