import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { dedent, type TestTracing } from '../../../../lib/testing/index.js';
import { failureOf } from '../../../support/trace-matchers.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function recordOrder(): TestTracing {
  const tracing = createTracing();
  const { tracer } = tracing;
  tracer.trace('GET /orders/:id', { kind: SpanKind.SERVER }, (span) => {
    span.setAttributes({ 'server.port': 49152, 'http.response.status_code': 200 });
    tracer.trace('OrdersService.find', (inner) => {
      inner.setAttributes({ 'order.id': '42', note: 'to order.id=7 "soon"' });
      inner.addEvent('cache.miss');
    });
  });
  return tracing;
}

describe('toMatchTrace', () => {
  it('compares the tree, and only the attributes that the text names', () => {
    const { recorder } = recordOrder();
    const { spans } = recorder;
    expect(spans).toMatchTrace('GET /orders/:id [server]\n  OrdersService.find');
    expect(spans).toMatchTrace(`
      GET /orders/:id [server] http.response.status_code=200
        OrdersService.find order.id="42"
    `);
    expect(spans).not.toMatchTrace(`
      GET /orders/:id [server] http.response.status_code=200
        OrdersService.find order.id=42
    `);
    expect(spans).not.toMatchTrace('GET /orders/:id [server]\nOrdersService.find');
    expect(spans).not.toMatchTrace('GET /orders/:id [server]');
  });

  it('compares any value with an asterisk', () => {
    const { spans } = recordOrder().recorder;
    expect(spans).toMatchTrace(`
      GET /orders/:id [server] http.response.status_code=200 server.port=*
        OrdersService.find
    `);
    expect(spans).not.toMatchTrace(`
      GET /orders/:id [server]
        OrdersService.find server.port=*
    `);
  });

  it('does not take a part of a value for the name of an attribute', () => {
    const { spans } = recordOrder().recorder;
    expect(spans).toMatchTrace(dedent`
      GET /orders/:id [server]
        OrdersService.find note="to order.id=7 \"soon\""
    `);
  });

  it('compares events if the text shows one', () => {
    const { spans } = recordOrder().recorder;
    expect(spans).toMatchTrace('GET /orders/:id [server]\n  OrdersService.find (event cache.miss)');
    expect(spans).not.toMatchTrace('GET /orders/:id [server]\n  OrdersService.find (event x)');
  });

  it('compares links if the text shows one', () => {
    const { tracer, recorder } = createTracing();
    const first = tracer.startSpan('first');
    first.end();
    tracer.startSpan('second', { links: [{ context: first.spanContext() }] }).end();
    expect(recorder.spans).toMatchTrace('first\n\nsecond (link to first)');
    expect(recorder.spans).toMatchTrace('first\n\nsecond');
    expect(recorder.spans).not.toMatchTrace('first\n\nsecond (link to second)');
  });

  it('shows what its options say', () => {
    const { spans } = recordOrder().recorder;
    expect(spans).toMatchTrace(
      `
        GET /orders/:id [server] http.response.status_code=200 server.port=*
          OrdersService.find order.id="42"
      `,
      { attributes: (key) => key !== 'note', mask: ['server.port'] },
    );
    expect(spans).not.toMatchTrace('GET /orders/:id [server]\n  OrdersService.find', {
      attributes: true,
    });
  });

  it('reads the spans of a recorder if it passes', async () => {
    const { tracer, recorder } = createTracing();
    tracer.trace('first', () => undefined);
    expect(recorder).not.toMatchTrace('second');
    await failureOf(() => expect(recorder).toMatchTrace('second'));
    expect(recorder.unreadSpans).toHaveLength(1);
    expect(recorder).toMatchTrace('first');
    expect(recorder.unreadSpans).toEqual([]);
    tracer.trace('second', () => undefined);
    expect(recorder).toMatchTrace('second');
    recorder.verify();
  });

  it('shows the spans of a recorder that are open', () => {
    const { tracer, recorder } = createTracing();
    const span = tracer.startSpan('first');
    expect(recorder).toMatchTrace('first [open]');
    span.end();
    expect(recorder).toMatchTrace('first');
  });

  it('shows the difference and the whole trace', async () => {
    const { recorder } = recordOrder();
    const wrong = () =>
      expect(recorder).toMatchTrace(`
        GET /orders/:id [server]
          OrderService.find ordr.id="42"
      `);
    expect(await failureOf(wrong)).toBe(dedent`
      expect(recorder).toMatchTrace(trace)

      - Expected
      + Received

        GET /orders/:id [server]
      -   OrderService.find ordr.id="42"
      +   OrdersService.find

      No span has the attribute "ordr.id". Did you mean "order.id"?

      Received:
        GET /orders/:id [server]
          OrdersService.find
    `);
  });

  it('says which trace it should not be', async () => {
    const { recorder } = recordOrder();
    const wrong = () =>
      expect(recorder).not.toMatchTrace('GET /orders/:id [server]\n  OrdersService.find');
    expect(await failureOf(wrong)).toBe(dedent`
      expect(recorder).not.toMatchTrace(trace)

      Expected another trace than:
        GET /orders/:id [server]
          OrdersService.find
    `);
    expect(recorder.unreadSpans).toHaveLength(2);
  });

  it('says that there is no span', async () => {
    const { recorder } = createTracing();
    expect(recorder).toMatchTrace('');
    expect(await failureOf(() => expect(recorder).toMatchTrace('work'))).toContain(
      'The recorder has no unread or open span.',
    );
    expect(await failureOf(() => expect([]).toMatchTrace('work'))).toContain(
      'The list has no span.',
    );
  });

  it.each([
    [undefined, 'undefined'],
    [42, '42'],
    [{}, 'an object'],
  ])('refuses %s as the text', (text, what) => {
    const { recorder } = recordOrder();
    const message = `toMatchTrace needs the text of a trace, but received ${what}.`;
    expect(() => expect(recorder).toMatchTrace(text as string)).toThrow(message);
  });
});
