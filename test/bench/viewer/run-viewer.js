import { inRounds, ratioOf, summarizeEach } from '../rounds.js';
import { loadApplication } from './application-case.js';
import { ingest, startUp } from './ingest.js';
import { openLargeTraces } from './large-traces-case.js';
import { followLive } from './live-case.js';

const APPLICATION_VARIANTS = ['ours', 'ours-viewer'];

/**
 * What the trace viewer takes: receiving, its page with large traces and under load, and the application that
 * hosts it.
 *
 * @returns for each case its figures; none for cases that need a browser where there is none
 */
export async function runViewer({ selects, viewer }) {
  const { rounds, spans, liveSeconds } = viewer;
  const cases = {
    start: startUp,
    protobuf: () => ingest('protobuf', spans),
    json: () => ingest('json', spans),
    page: openLargeTraces,
    live: () => followLive(liveSeconds),
  };
  const names = Object.keys(cases).filter((name) => selects(`viewer ${name}`));
  const measured = await inRounds(rounds, names, (name) => cases[name]());
  const figures = {};
  for (const name of names) {
    const there = measured.get(name).filter((round) => round !== undefined);
    if (there.length > 0) figures[name] = summarizeEach(there);
  }
  if (selects('viewer application')) figures.application = await application(viewer);
  return { spans, liveSeconds, figures };
}

async function application({ rounds, warmSeconds, loadSeconds }) {
  const measured = await inRounds(rounds, APPLICATION_VARIANTS, (variant) =>
    loadApplication(variant, { warmSeconds, loadSeconds }),
  );
  const [ours, viewer] = APPLICATION_VARIANTS.map((variant) => summarizeEach(measured.get(variant)));
  return {
    requestsPerSecond: viewer.requestsPerSecond,
    kept: ratioOf(viewer.requestsPerSecond, ours.requestsPerSecond),
    mainThreadMicros: viewer.mainThreadMicros,
    mainThreadRatio: ratioOf(viewer.mainThreadMicros, ours.mainThreadMicros),
    processMicros: viewer.processMicros,
    processRatio: ratioOf(viewer.processMicros, ours.processMicros),
  };
}
