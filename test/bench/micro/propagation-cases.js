import {
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import * as subjects from './subjects.js';

/**
 * The cases about propagation. What was extracted is read as a server span would read it, so that a
 * propagator which puts its work off pays for it all the same.
 *
 * @param carriers headers of requests, taken in turn
 */
export function extracting(propagator, carriers) {
  const parent = context.active();
  const extractOne = (turn) =>
    trace.getSpanContext(propagator.extract(parent, carriers[turn], defaultTextMapGetter));
  return {
    operations: subjects.VARIANTS,
    run() {
      let length = 0;
      for (let turn = 0; turn < subjects.VARIANTS; turn++) {
        const spanContext = extractOne(turn);
        length += spanContext.traceId.length + spanContext.traceFlags;
      }
      if (length !== subjects.VARIANTS * 33) throw new Error('a context was not extracted');
    },
    verify() {
      for (const [turn, expected] of subjects.SPAN_CONTEXTS.entries()) {
        const { traceId, spanId, isRemote } = extractOne(turn);
        if (traceId !== expected.traceId || spanId !== expected.spanId || !isRemote) {
          throw new Error(`carrier ${turn} gave ${traceId} ${spanId}`);
        }
      }
    },
  };
}

/**
 * @param tracer makes the spans whose contexts are injected, taken in turn
 * @param expected the headers' names
 */
export function injecting(propagator, tracer, expected) {
  const contexts = subjects.variants(() => contextOf(tracer));
  const injectOne = (turn) => {
    const carrier = {};
    propagator.inject(contexts[turn], carrier, defaultTextMapSetter);
    return carrier;
  };
  return {
    operations: subjects.VARIANTS,
    run() {
      let last;
      for (let turn = 0; turn < subjects.VARIANTS; turn++) last = injectOne(turn);
      if (last === undefined) throw new Error('nothing was injected');
    },
    verify() {
      const traceId = trace.getSpanContext(contexts[3]).traceId;
      const carrier = injectOne(3);
      if (expected.some((name) => carrier[name] === undefined)) {
        throw new Error(`not all of ${expected} are in ${JSON.stringify(carrier)}`);
      }
      if (!JSON.stringify(carrier).includes(traceId)) throw new Error('another trace was injected');
    },
  };
}

/** The context that user's code has inside a span, in the tracer's own representation. */
function contextOf(tracer) {
  return tracer.startActiveSpan('GET stock', () => context.active()) ?? ROOT_CONTEXT;
}
