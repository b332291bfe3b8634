import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import {
  createTraceSerializer,
  SpanRecorder,
  type TestTracing,
  traceSerializer,
} from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
expect.addSnapshotSerializer(traceSerializer);

function recordOrder(): TestTracing {
  const tracing = createTracing();
  const { tracer } = tracing;
  tracer.trace('GET /orders', { kind: SpanKind.CLIENT }, (span) => {
    span.setAttributes({ 'server.port': 49152, 'order.id': '42' });
    tracer.trace('read', (inner) => inner.addEvent('cache.miss'));
  });
  return tracing;
}

describe('traceSerializer', () => {
  it('shows a list of spans as text', () => {
    expect(recordOrder().recorder.takeSpans()).toMatchInlineSnapshot(`
      GET /orders [client] order.id="42" server.port=*
        read
    `);
  });

  it('shows a span', () => {
    expect(recordOrder().recorder.takeSpan('GET /orders')).toMatchInlineSnapshot(
      `GET /orders [client] order.id="42" server.port=*`,
    );
  });

  it('shows spans among other values', () => {
    const { recorder } = recordOrder();
    expect({ status: 200, trace: recorder.takeSpans() }).toMatchInlineSnapshot(`
      {
        "status": 200,
        "trace": GET /orders [client] order.id="42" server.port=*
          read,
      }
    `);
  });

  it('leaves other values to the runner', () => {
    expect([]).toMatchInlineSnapshot(`[]`);
    expect([{ name: 'x' }]).toMatchInlineSnapshot(`
      [
        {
          "name": "x",
        },
      ]
    `);
  });

  it('refuses a recorder, because its spans would stay unread', () => {
    const recorder = new SpanRecorder();
    expect(traceSerializer.test(recorder)).toBe(true);
    expect(() => traceSerializer.serialize(recorder, {}, '')).toThrow(
      'Take them: expect(recorder.takeSpans()).toMatchInlineSnapshot().',
    );
  });
});

describe('createTraceSerializer', () => {
  it('shows what its options say', () => {
    const spans = recordOrder().recorder.takeSpans();
    const textOf = (serializer: typeof traceSerializer) => serializer.serialize(spans, {}, '');
    expect(textOf(createTraceSerializer({ attributes: ['order.id'], events: true }))).toBe(
      'GET /orders [client] order.id="42"\n  read (event cache.miss)',
    );
    expect(textOf(createTraceSerializer({ mask: ['order.id'] }))).toBe(
      'GET /orders [client] order.id=* server.port=49152\n  read',
    );
  });
});
