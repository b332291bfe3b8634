import { type Attributes, type SpanContext, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { LocalSpan } from '../../context/index.js';
import { Diagnostics } from '../../diagnostics.js';
import { CompositePropagator } from '../../propagation/index.js';
import { AlwaysOnSampler } from '../../sampling/index.js';
import {
  createResource,
  createSpanLimits,
  type ReadableSpan,
  TracerProvider,
} from '../../trace/index.js';
import { SequentialIdGenerator, SpanRecorder, SteadyClock } from '../index.js';

/** Spans of this library that have ended: `work 0`, `work 1` and so on. */
export function endedSpans(count: number): ReadableSpan[] {
  const { provider, recorder } = createProvider();
  for (let i = 0; i < count; i++) provider.tracer.startSpan(`work ${i}`).end();
  return recorder.takeSpans();
}

/** A span of this library that has ended. @param fill called before the end */
export function endedSpan(name: string, fill: (span: LocalSpan) => void = () => {}): ReadableSpan {
  const { provider, recorder } = createProvider();
  const span = provider.tracer.startSpan(name);
  fill(span);
  span.end();
  return recorder.takeSpan();
}

/** A span with everything that a span can hold, also texts that are no valid Unicode. */
export function ladenSpan(): ReadableSpan {
  return endedSpan('laden \ud800 \u00fcn\u00ef \u2603 \u{1d11e}', (span) => {
    span.setAttributes({
      text: 'a\nb\u0000\udfff',
      empty: '',
      number: -0.5,
      huge: 2 ** 60,
      notANumber: Number.NaN,
      flag: false,
      texts: ['a', null, undefined, 'b'],
      numbers: [1, 2.5],
      none: [],
    });
    span.addEvent('event', { 'event.attribute': 'x'.repeat(100_000) });
    span.addLink({ context: span.spanContext(), attributes: { a: 1 } });
    span.recordError(new Error('boom'));
  });
}

/** A span whose name cannot be read. */
export function unreadableSpan(): ReadableSpan {
  const name = {
    get: () => {
      throw new Error('unreadable');
    },
  };
  return Object.create(endedSpan('unreadable'), { name }) as ReadableSpan;
}

/**
 * Two spans as OpenTelemetry's SDK 2 makes them, the root first: plain values in every member of its
 * `ReadableSpan`, and a resource of another class.
 */
export function spansOfOtherSdk(): ReadableSpan[] {
  const traceId = '1'.repeat(31).padEnd(32, '2');
  const root: SpanContext = { traceId, spanId: '3'.repeat(16), traceFlags: 1 };
  const child: SpanContext = { traceId, spanId: '4'.repeat(16), traceFlags: 1 };
  return [
    otherSpan('sdk root', root, {
      kind: SpanKind.SERVER,
      attributes: { text: 'a', number: 1, double: 0.5, flag: true, list: ['x', 'y'] },
      links: [
        {
          context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 },
          attributes: {},
        },
      ],
      events: [
        { name: 'event', time: [1_700_000_000, 2_000_000], attributes: { key: 'value' } },
        {
          name: 'exception',
          time: [1_700_000_000, 3_000_000],
          attributes: { 'exception.type': 'Error', 'exception.message': 'boom' },
          droppedAttributesCount: 0,
        },
      ],
      status: { code: SpanStatusCode.ERROR, message: 'it failed' },
    }),
    otherSpan('sdk child', child, { parentSpanContext: root }),
  ];
}

function otherSpan(
  name: string,
  spanContext: SpanContext,
  members: Partial<ReadableSpan>,
): ReadableSpan {
  const attributes: Attributes = { 'service.name': 'other' };
  const resource = {
    attributes,
    asyncAttributesPending: false,
    waitForAsyncAttributes: () => Promise.resolve(),
    merge: () => resource,
    getRawAttributes: () => Object.entries(attributes),
  };
  return {
    name,
    kind: SpanKind.INTERNAL,
    spanContext: () => spanContext,
    startTime: [1_700_000_000, 1_000_000],
    endTime: [1_700_000_000, 5_000_000],
    duration: [0, 4_000_000],
    status: { code: SpanStatusCode.UNSET },
    attributes: {},
    links: [],
    events: [],
    ended: true,
    resource: resource as unknown as ReadableSpan['resource'],
    instrumentationScope: { name: 'other', version: '1.2.3' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...members,
  };
}

function createProvider(): { provider: TracerProvider; recorder: SpanRecorder } {
  const recorder = new SpanRecorder();
  const diagnostics = new Diagnostics({ warn: () => {} });
  const provider = new TracerProvider({
    sampler: new AlwaysOnSampler(),
    processor: recorder,
    propagator: new CompositePropagator({ propagators: [], diagnostics }),
    idGenerator: new SequentialIdGenerator(),
    clock: new SteadyClock({ tickMillis: 0.25 }),
    spanLimits: createSpanLimits(),
    resource: createResource({ serviceName: 'orders', serviceInstanceId: 'one' }),
    diagnostics,
  });
  return { provider, recorder };
}
