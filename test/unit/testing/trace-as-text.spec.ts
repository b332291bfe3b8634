import { describe, expect, it } from '@jest/globals';
import {
  context,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { SamplingDecision } from '../../../lib/sampling/index.js';
import { createTestTracing, dedent, SteadyClock, traceAsText } from '../../../lib/testing/index.js';
import type { ReadableSpan } from '../../../lib/trace/index.js';

const TRACE_ID = '000000000000000000000000000000ff';

function remoteParent(spanId: string): SpanContext {
  return { traceId: TRACE_ID, spanId, traceFlags: 1, isRemote: true };
}

describe('traceAsText', () => {
  it('puts children below their parents, by their start', () => {
    const { tracer, recorder } = createTestTracing();
    tracer.trace('root', () => {
      const first = tracer.startSpan('first');
      tracer.trace('second', () => tracer.trace('grandchild', () => undefined));
      first.end();
    });
    expect(traceAsText(recorder.takeSpans())).toBe(dedent`
      root
        first
        second
          grandchild
    `);
  });

  it('keeps the given order where starts are equal', () => {
    const { tracer, recorder } = createTestTracing({ clock: new SteadyClock() });
    tracer.trace('root', () => {
      const first = tracer.startSpan('first');
      tracer.startSpan('second').end();
      first.end();
    });
    expect(traceAsText(recorder.takeSpans())).toBe(dedent`
      root
        second
        first
    `);
  });

  it('sorts by the nanoseconds within a second, and by seconds before', () => {
    const clock = new SteadyClock();
    const { tracer, recorder } = createTestTracing({ clock });
    const starts = { b: [1, 5], c: [2, 0], a: [1, 4] } as const;
    tracer.trace('root', { startTime: [0, 0] }, () => {
      for (const [name, [seconds, nanos]] of Object.entries(starts)) {
        tracer.startSpan(name, { startTime: [seconds, nanos * 1e6] }).end();
      }
    });
    expect(traceAsText(recorder.takeSpans())).toBe('root\n  a\n  b\n  c');
  });

  it('sets several traces apart, by their first start', () => {
    const { tracer, recorder } = createTestTracing();
    const first = tracer.startSpan('first');
    tracer.trace('second', () => tracer.startSpan('child').end());
    first.end();
    expect(traceAsText(recorder.takeSpans())).toBe(dedent`
      first

      second
        child
    `);
  });

  it.each([
    [SpanKind.INTERNAL, 'work'],
    [SpanKind.SERVER, 'work [server]'],
    [SpanKind.CLIENT, 'work [client]'],
    [SpanKind.PRODUCER, 'work [producer]'],
    [SpanKind.CONSUMER, 'work [consumer]'],
  ])('shows the kind %s unless it is internal', (kind, text) => {
    const { tracer, recorder } = createTestTracing();
    tracer.startSpan('work', { kind }).end();
    expect(traceAsText(recorder.takeSpans())).toBe(text);
  });

  it('marks a remote parent that is not among the spans', () => {
    const { tracer, recorder } = createTestTracing();
    const parent = trace.setSpanContext(ROOT_CONTEXT, remoteParent('00000000000000aa'));
    tracer.startSpan('handle', { kind: SpanKind.SERVER }, parent).end();
    expect(traceAsText(recorder.takeSpans())).toBe('handle [server, remote parent]');
  });

  it('puts a span below its remote parent where that is among the spans', () => {
    const { tracer, recorder } = createTestTracing();
    tracer.trace('call', { kind: SpanKind.CLIENT }, (client) => {
      const parent = { ...client.spanContext(), isRemote: true };
      const remote = trace.setSpanContext(ROOT_CONTEXT, parent);
      tracer.startSpan('handle', { kind: SpanKind.SERVER }, remote).end();
    });
    expect(traceAsText(recorder.takeSpans())).toBe('call [client]\n  handle [server]');
  });

  it('marks a parent in this process that is not among the spans', () => {
    const { tracer, recorder } = createTestTracing();
    tracer.trace('parent', () => tracer.startSpan('child').end());
    const [child] = recorder.takeSpans();
    expect(traceAsText([child as ReadableSpan])).toBe('child [parent missing]');
  });

  it('does not lose spans that are each other’s parents', () => {
    const { tracer, recorder } = createTestTracing();
    const ids = ['0000000000000001', '0000000000000002'] as const;
    for (const id of [ids[1], ids[0]]) {
      const parent = trace.setSpanContext(ROOT_CONTEXT, { ...remoteParent(id), isRemote: false });
      tracer.startSpan(`child of ${id}`, {}, parent).end();
    }
    expect(traceAsText(recorder.takeSpans())).toBe(dedent`
      child of 0000000000000002 [parent below]
        child of 0000000000000001
    `);
  });

  it('marks spans that are recorded but not sampled, and spans that are open', () => {
    const sampler = { shouldSample: () => ({ decision: SamplingDecision.RECORD }) };
    const { tracer, recorder } = createTestTracing({ sampler });
    tracer.startSpan('work');
    expect(traceAsText(recorder.openSpans)).toBe('work [not sampled, open]');
  });

  it('shows attributes, then status and exceptions', () => {
    const { tracer, recorder } = createTestTracing();
    const fail = () =>
      tracer.trace('reserve', { attributes: { sku: 'A 1', count: 2 } }, () => {
        throw new RangeError('none left');
      });
    expect(fail).toThrow(RangeError);
    expect(traceAsText(recorder.takeSpans())).toBe(
      'reserve count=2 error.type=RangeError sku="A 1" ERROR "none left" exception RangeError',
    );
  });

  it('shows the message of an exception that the status does not say', () => {
    const { tracer, recorder } = createTestTracing();
    tracer.trace('work', (span) => {
      span.recordException(new TypeError('no "x"'));
      span.setStatus({ code: SpanStatusCode.OK });
    });
    expect(traceAsText(recorder.takeSpans())).toBe('work OK exception TypeError "no \\"x\\""');
  });

  it('shows an error without a message', () => {
    const { tracer, recorder } = createTestTracing();
    tracer.trace('work', (span) => span.setStatus({ code: SpanStatusCode.ERROR }) && undefined);
    expect(traceAsText(recorder.takeSpans())).toBe('work ERROR');
  });

  it('shows the selected attributes only', () => {
    const { tracer, recorder } = createTestTracing();
    tracer.startSpan('work', { attributes: { a: 1, b: 2 } }).end();
    const spans = recorder.takeSpans();
    expect(traceAsText(spans, { attributes: ['b'] })).toBe('work b=2');
    expect(traceAsText(spans, { attributes: false })).toBe('work');
  });

  it('masks values, also those of events', () => {
    const { tracer, recorder } = createTestTracing();
    tracer.trace('work', { attributes: { a: 1, b: 2 } }, (span) => span.addEvent('e', { b: 3 }));
    const spans = recorder.takeSpans();
    expect(traceAsText(spans, { mask: ['b'], events: true })).toBe('work a=1 b=* (event e b=*)');
  });

  it('shows events and links on request', () => {
    const { tracer, recorder } = createTestTracing();
    const published = tracer.startSpan('publish order');
    published.end();
    tracer.trace('receive', { links: [{ context: published.spanContext() }] }, (span) => {
      span.addLink({ context: remoteParent('00000000000000aa') });
      span.addEvent('taken', { queue: 'orders' });
      span.recordException(new Error('ignored'));
    });
    const spans = recorder.takeSpans();
    expect(traceAsText(spans)).toBe('publish order\n\nreceive exception Error "ignored"');
    expect(traceAsText(spans, { events: true, links: true })).toBe(dedent`
      publish order

      receive exception Error "ignored" (event taken queue=orders) (link to "publish order") (link to elsewhere)
    `);
  });

  it('keeps each span on one line', () => {
    const { tracer, recorder } = createTestTracing();
    tracer.startSpan('two\nlines').end();
    expect(traceAsText(recorder.takeSpans())).toBe('"two\\nlines"');
  });

  it('is empty for no spans', () => {
    expect(traceAsText([])).toBe('');
    expect(context.active()).toBe(ROOT_CONTEXT);
  });
});
