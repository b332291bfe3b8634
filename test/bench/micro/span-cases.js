import { setImmediate as nextTurn } from 'node:timers/promises';
import { context, SpanKind } from '@opentelemetry/api';
import { BATCH_SPANS, CALLS, requestAttributes } from './subjects.js';

/**
 * The cases about spans, in terms of `@opentelemetry/api`, so that every tracer runs the same loop.
 * Each case runs in a process of its own: no loop is ever shared by two tracers at run time.
 *
 * A case is `{ operations, run, verify }`: `run` does that many operations, `verify` throws when
 * they were not what they are said to be.
 *
 * @param startSampled makes a tracer that samples everything: `{ tracer, exporter, flush }`
 * @param startUnsampled makes one whose root sampler has the ratio 0
 */
export function spanCases(startSampled, startUnsampled) {
  return {
    rootSpan: () => rootSpans(startSampled()),
    childSpan: () => childSpans(startSampled()),
    unsampledRoot: () => unsampled(startUnsampled(), makeRoots),
    unsampledChild: () => {
      const started = startUnsampled();
      return unsampled(started, insideParent(started.tracer, makeChildren));
    },
  };
}

function rootSpans({ tracer, exporter, flush }) {
  return countedSpans(exporter, flush, (count) => makeRoots(tracer, count));
}

function childSpans({ tracer, exporter, flush }) {
  const inside = insideParent(tracer, makeChildren);
  return countedSpans(exporter, flush, (count) => inside(tracer, count));
}

/**
 * Runs `make` for one batch of spans, then lets the event loop turn, so that the batch processor
 * exports it of its own accord and its queue never fills. Each span must arrive at the exporter.
 */
export function countedSpans(exporter, flush, make) {
  let ended = 0;
  return {
    operations: BATCH_SPANS,
    async run() {
      await make(BATCH_SPANS);
      ended += BATCH_SPANS;
      await nextTurn();
    },
    async verify() {
      await flush();
      if (exporter.spans !== ended) {
        throw new Error(`${ended} spans ended, but ${exporter.spans} were exported`);
      }
    },
  };
}

/** Runs `make` and sees to it that no span was exported. */
export function unsampled({ tracer, exporter, flush }, make) {
  return {
    operations: CALLS,
    run: () => make(tracer, CALLS),
    async verify() {
      await flush();
      if (exporter.spans !== 0)
        throw new Error(`${exporter.spans} spans of no trace were exported`);
    },
  };
}

/** `make`, with one never-ending span of `tracer` active. */
export function insideParent(tracer, make) {
  let inside;
  tracer.startActiveSpan('GET /orders/:id', () => {
    const parent = context.active();
    inside = (...args) => context.with(parent, make, undefined, ...args);
  });
  return inside;
}

function makeRoots(tracer, count) {
  for (let turn = 0; turn < count; turn++) {
    const span = tracer.startSpan('GET /orders/:id', {
      kind: SpanKind.SERVER,
      attributes: requestAttributes(turn),
    });
    span.setAttribute('http.route', '/orders/:id');
    span.setAttribute('http.response.status_code', 200);
    span.end();
  }
}

function makeChildren(tracer, count) {
  for (let turn = 0; turn < count; turn++) tracer.startActiveSpan('reserve stock', endSpan);
}

function endSpan(span) {
  span.end();
}
