import { setImmediate as nextTurn } from 'node:timers/promises';
import { context, propagation, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import {
  BATCH_SPANS,
  CALLS,
  inTurn,
  requestAttributes,
  SERVER_NAMES,
  variants,
  W3C_UNSAMPLED_CARRIERS,
  WORK_NAMES,
} from './subjects.js';

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
    unsampledRoot: () => {
      const started = startUnsampled();
      return unsampled(started, makeRoots(started.tracer));
    },
    unsampledChild: () => {
      const started = startUnsampled();
      return unsampled(started, insideParent(started.tracer, makeChildren(started.tracer)));
    },
    unsampledRemoteParent: () => {
      const started = startSampled();
      return unsampled(started, makeRoots(started.tracer, unsampledRemoteParents()));
    },
  };
}

function rootSpans({ tracer, exporter, flush }) {
  return countedSpans(exporter, flush, makeRoots(tracer));
}

function childSpans({ tracer, exporter, flush }) {
  return countedSpans(exporter, flush, insideParent(tracer, makeChildren(tracer)));
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
export function unsampled({ exporter, flush }, make) {
  return {
    operations: CALLS,
    run: () => make(CALLS),
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

/** @param parents contexts with the parents of the spans, in turn; spans without a parent where undefined */
function makeRoots(tracer, parents) {
  return inTurn((turn) => {
    const options = { kind: SpanKind.SERVER, attributes: requestAttributes(turn) };
    const span =
      parents === undefined
        ? tracer.startSpan(SERVER_NAMES[turn], options)
        : tracer.startSpan(SERVER_NAMES[turn], options, parents[turn]);
    span.setAttribute('http.route', '/orders/:id');
    span.setAttribute('http.response.status_code', 200);
    span.end();
  });
}

function makeChildren(tracer) {
  return inTurn((turn) => tracer.startActiveSpan(WORK_NAMES[turn], endSpan));
}

function endSpan(span) {
  span.end();
}

/** Contexts as the registered propagator extracts them from requests of unsampled traces. */
function unsampledRemoteParents() {
  return variants((turn) => propagation.extract(ROOT_CONTEXT, W3C_UNSAMPLED_CARRIERS[turn]));
}
