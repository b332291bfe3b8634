import { table } from './cells.js';
import { judgeApplication } from './judge-application.js';
import { judgeFixedRate } from './judge-fixed-rate.js';
import { judgeMicro } from './judge-micro.js';

const MICRO_ROWS = [
  'rootSpan',
  'childSpan',
  'unsampledChild',
  'decoratedSync',
  'decoratedAsync',
  'extractW3c',
  'injectW3c',
  'encodeOtlp',
  'pgQuery',
];
const APPLICATION_ROWS = [
  ['express', 'ours', 'Express, all sampled'],
  ['express', 'ours-unsampled', 'Express, nothing sampled'],
  ['fastify', 'ours', 'Fastify, all sampled'],
  ['fastify', 'ours-unsampled', 'Fastify, nothing sampled'],
  ['grpc', 'ours', 'gRPC, all sampled'],
  ['grpc-one-by-one', 'ours', 'gRPC, one call after the other, all sampled'],
];

/** At the highest of the rates. */
const FIXED_RATE_ROWS = [
  ['express', 'Express'],
  ['fastify', 'Fastify'],
  ['grpc', 'gRPC'],
];

const SATURATION_TEXT = `The second table shows an application that answers \`GET /orders/:id\` with one decorated service method, under
full load. An application that does more work for each request keeps a larger share. On Node 20 and 22 AsyncLocalStorage alone
costs a good part of it, because it makes every promise slower; on Node 24 it costs 2 to 7 %.`;

const FIXED_RATE_TEXT = `The second table shows an application that answers \`GET /orders/:id\` with one decorated service method, at
60 % of the requests that it answers at most without tracing. Rounds differ by several microseconds, so the figures are
rounded to whole ones. On Node 20 and 22 more is added: AsyncLocalStorage alone takes a good part, because it makes every
promise slower.`;

/**
 * What of the last runs stands in the README of the project.
 *
 * @param kept for each version of Node a list of runs, each with other parts
 */
export function readmeTable(kept) {
  const runs = kept.map((parts) => Object.assign({}, ...parts));
  const versions = runs.map(({ machine }) => `Node ${machine.node.slice(1).split('.')[0]}`);
  return [
    table(
      ['CPU time, ours / theirs', ...versions],
      MICRO_ROWS.map((name) => microRow(name, runs)).filter((row) => row !== undefined),
    ),
    ...applicationTable(versions, runs),
  ].join('\n\n');
}

/** At a fixed rate, on the versions of Node that have been measured so; saturated where none has. */
function applicationTable(versions, runs) {
  const isMeasured = runs.map(({ fixedRate }) => fixedRate !== undefined);
  if (isMeasured.includes(true)) {
    const measured = runs.filter((_, index) => isMeasured[index]);
    const rows = FIXED_RATE_ROWS.map((row) => fixedRateRow(row, measured));
    const head = 'CPU time added to a request, ours / theirs';
    return [
      table([head, ...versions.filter((_, index) => isMeasured[index])], rows),
      FIXED_RATE_TEXT,
    ];
  }
  const rows = APPLICATION_ROWS.map((row) => applicationRow(row, runs));
  return [table(['requests a second kept, ours / theirs', ...versions], rows), SATURATION_TEXT];
}

function microRow(name, runs) {
  const cells = runs.map(({ micro }) => {
    const measured = micro?.filter((each) => each.name === name) ?? [];
    const [judged] = judgeMicro(measured);
    return judged && { judged, title: judged.title };
  });
  const title = cells.find((cell) => cell !== undefined)?.title;
  if (title === undefined) return undefined;
  return [
    title,
    ...cells.map((cell) => {
      if (cell === undefined) return '';
      const { ours, theirs, ratio } = cell.judged;
      const pair = `${duration(ours.cpuNanos.median)} / ${duration(theirs.cpuNanos.median)}`;
      return `${pair}: **${ratio.median.toPrecision(2)}×**`;
    }),
  ];
}

function applicationRow([platform, variant, title], runs) {
  return [
    title,
    ...runs.map(({ application }) => {
      const judged = judgeApplication(application?.variants ?? []);
      const rows = judged.find((each) => each.platform === platform)?.rows ?? [];
      const share = (of) => {
        const kept = rows.find((row) => row.variant === of)?.kept;
        return kept === undefined ? '–' : `${Math.round(kept.median * 100)} %`;
      };
      const peer = variant === 'ours' ? ` / ${share('opentelemetry')}` : '';
      return `${share(variant)}${peer}`;
    }),
  ];
}

function fixedRateRow([platform, title], runs) {
  return [
    title,
    ...runs.map(({ fixedRate }) => {
      const levels = fixedRate ? judgeFixedRate(fixedRate) : [];
      const rows = levels.findLast((level) => level.platform === platform)?.rows ?? [];
      const added = (of) => {
        const micros = rows.find(({ variant }) => variant === of)?.addedCpuMicros.median;
        return micros === undefined ? '–' : `${Math.round(micros)} µs`;
      };
      return `${added('ours')} / ${added('opentelemetry')}`;
    }),
  ];
}

function duration(nanos) {
  if (nanos < 100) return `${Number(nanos.toPrecision(2))} ns`;
  if (nanos < 1000) return `${Math.round(nanos)} ns`;
  return `${Number((nanos / 1000).toPrecision(3))} µs`;
}
