import { describe, expect, it } from '@jest/globals';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  dedent,
  type ExpectedSpan,
  strictTracing,
  type TestTracing,
} from '../../../../lib/testing/index.js';
import { failureOf } from '../../../support/trace-matchers.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

// Has recorders capture the code that starts a span.
strictTracing(() => undefined);

const createTracing = tracingsOfTest();

/** One request with one order, and an event. */
function recordOrder(): TestTracing {
  const tracing = createTracing();
  const { tracer } = tracing;
  tracer.trace('GET /orders/:id', { kind: SpanKind.SERVER }, () => {
    tracer.trace('OrdersService.find', (span) => {
      span.setAttributes({ 'order.id': '42', 'order.count': 2 });
      tracer.trace('read order', (inner) => {
        inner.addEvent('cache.miss', { 'cache.key': 'order:42' });
        inner.setStatus({ code: SpanStatusCode.ERROR, message: 'timed out' });
      });
    });
  });
  return tracing;
}

describe('toHaveSpan', () => {
  const found: [string, unknown][] = [
    ['its name', 'OrdersService.find'],
    ['an expression for its name', /^OrdersService\./],
    ['an asymmetric matcher for its name', expect.stringContaining('find')],
    ['its name as a property', { name: 'OrdersService.find' }],
    ['its kind as a word', { kind: 'server' }],
    ['its kind as a number', { kind: SpanKind.SERVER }],
    ['some of its attributes', { attributes: { 'order.id': '42' } }],
    ['asymmetric matchers for attributes', { attributes: { 'order.count': expect.any(Number) } }],
    ['attributes that it has not', { name: /find/, attributes: { 'order.price': undefined } }],
    ['its status as a word', { status: 'error' }],
    ['its status as a number', { status: SpanStatusCode.ERROR }],
    ['its status with a message', { status: { code: 'error', message: /timed/ } }],
    ['the name of an event', { events: ['cache.miss'] }],
    ['an event', { events: [{ name: /cache/, attributes: { 'cache.key': 'order:42' } }] }],
    ['its parent', { name: 'read order', parent: 'OrdersService.find' }],
    ['that it is a root', { name: 'GET /orders/:id', parent: null }],
    ['a parent with properties', { parent: { kind: 'server' } }],
    ['a span above it', { name: 'read order', within: 'GET /orders/:id' }],
    ['a span above it with properties', { within: { attributes: { 'order.id': '42' } } }],
  ];

  it.each(found)('finds a span by %s', (_, expected) => {
    const { recorder } = recordOrder();
    expect(recorder).toHaveSpan(expected as ExpectedSpan);
    expect(recorder.spans).toHaveSpan(expected as ExpectedSpan);
  });

  const missing: [string, ExpectedSpan][] = [
    ['another name', { name: 'OrdersService' }],
    ['another kind', { name: 'read order', kind: 'client' }],
    ['another value', { attributes: { 'order.id': 42 } }],
    [
      'an attribute that must not be there',
      { name: /find/, attributes: { 'order.id': undefined } },
    ],
    ['another status', { name: 'read order', status: 'ok' }],
    ['another message', { status: { code: 'error', message: 'timed' } }],
    ['another event', { events: ['cache.hit'] }],
    ['an event with other attributes', { events: [{ attributes: { 'cache.key': 'x' } }] }],
    ['another parent', { name: 'read order', parent: 'GET /orders/:id' }],
    ['a parent, and is none', { name: 'OrdersService.find', parent: null }],
    ['a parent, and is a root', { name: 'GET /orders/:id', parent: 'read order' }],
    ['a span below it', { name: 'OrdersService.find', within: 'read order' }],
  ];

  it.each(missing)('finds none that has %s', (_, expected) => {
    const { recorder } = recordOrder();
    expect(recorder).not.toHaveSpan(expected);
  });

  it('can be used in an asymmetric matcher and with promises', async () => {
    const { recorder } = recordOrder();
    await expect(Promise.resolve(recorder.spans)).resolves.toHaveSpan('read order');
    await expect(Promise.reject(recorder.spans)).rejects.not.toHaveSpan('another');
  });

  it('reads one span of a recorder with each call that passes', () => {
    const { tracer, recorder } = createTracing();
    for (const id of [1, 2, 3]) tracer.trace('query', (span) => span.setAttribute('id', id));
    expect(recorder).toHaveSpan({ name: 'query', attributes: { id: 2 } });
    expect(recorder).toHaveSpan('query');
    expect(recorder.unreadSpans.map(({ attributes }) => attributes.id)).toEqual([3]);
    expect(recorder).not.toHaveSpan('other');
    expect(recorder.unreadSpans).toHaveLength(1);
    expect(recorder).toHaveSpan('query');
    // All three are read; they can be looked at again.
    expect(recorder).toHaveSpan('query');
    recorder.verify();
  });

  it('leaves a span unread that it finds against the expectation', async () => {
    const { recorder } = recordOrder();
    await failureOf(() => expect(recorder).not.toHaveSpan('read order'));
    expect(recorder.unreadSpans).toHaveLength(3);
  });

  it('shows how the most similar span differs, and the whole trace', async () => {
    const { recorder } = recordOrder();
    const expected: ExpectedSpan = {
      name: 'OrdersService.find',
      kind: 'client',
      attributes: { 'order.id': expect.stringMatching(/^4.$/), 'order.cuont': 2 },
      status: { code: 'ok', message: 'fine' },
      events: ['cache.miss'],
      parent: null,
      within: 'POST /orders',
    };
    expect(await failureOf(() => expect(recorder).toHaveSpan(expected))).toBe(dedent`
      expect(recorder).toHaveSpan(expected)

      Expected a span: {name: "OrdersService.find", kind: "client", attributes: {"order.id": StringMatching /^4.$/, "order.cuont": 2}, status: {code: "ok", message: "fine"}, events: ["cache.miss"], parent: null, within: "POST /orders"}
      Closest: OrdersService.find order.count=2 order.id="42"
        the kind is internal, not client
        the attribute order.cuont is missing. Did you mean "order.count"?
        the status is unset, not ok
        the message of the status is undefined, not "fine"
        there is no event "cache.miss"; the span has none
        the parent is "GET /orders/:id", and the span is not a root
        no span above it is "POST /orders"

      Recorded:
        GET /orders/:id [server]
          OrdersService.find order.count=2 order.id="42"
            read order ERROR "timed out" (event cache.miss cache.key=order:42)
    `);
  });

  it('chooses the most similar of several spans with the name', async () => {
    const { tracer, recorder } = createTracing();
    tracer.trace('query', (span) => span.setAttributes({ table: 'orders', rows: 1 }));
    tracer.trace('query', (span) => span.setAttributes({ table: 'songs', rows: 2 }));
    const expected = { name: 'query', attributes: { table: 'songs', rows: 3 } };
    const message = await failureOf(() => expect(recorder).toHaveSpan(expected));
    expect(message).toContain(dedent`
      Closest: query rows=2 table=songs
        the attribute rows is 2, not 3
    `);
  });

  it('shows the span that it should not have found', async () => {
    const { recorder } = recordOrder();
    const message = await failureOf(() => expect(recorder.spans).not.toHaveSpan('read order'));
    expect(message).toContain(dedent`
      expect(spans).not.toHaveSpan(expected)

      Expected no span: "read order"
      Found: read order ERROR "timed out"

      Recorded:
        GET /orders/:id [server]
    `);
  });

  it('says that a name does not exist, and which one is similar', async () => {
    const { recorder } = recordOrder();
    const misspelled = await failureOf(() => expect(recorder).toHaveSpan('OrderService.find'));
    expect(misspelled).toContain(
      'No ended span has this name. Did you mean "OrdersService.find"?\n\nRecorded:\n  GET /orders/:id [server]',
    );
    const strange = await failureOf(() => expect(recorder).toHaveSpan('x'));
    expect(strange).toContain('No ended span has this name.\n');
  });

  it('says that the span is still open, and who started it', async () => {
    const { tracer, recorder } = createTracing();
    const span = tracer.startSpan('reserve stock');
    expect(await failureOf(() => expect(recorder).toHaveSpan('reserve stock'))).toBe(dedent`
      expect(recorder).toHaveSpan(expected)

      Expected a span: "reserve stock"
      The span is still open. Wait for its end, for example with waitForTrace.
        reserve stock: started at to-have-span.spec.ts

      Recorded:
        reserve stock [open]
    `);
    span.end();
  });

  it('says that nothing is recorded', async () => {
    const { recorder } = createTracing();
    expect(recorder).not.toHaveSpan('x');
    const nothing = 'Expected a span: "x"\n\nNo spans are recorded.';
    expect(await failureOf(() => expect(recorder).toHaveSpan('x'))).toContain(nothing);
    expect(await failureOf(() => expect([]).toHaveSpan('x'))).toContain(nothing);
  });

  const wrong: [string, unknown, string][] = [
    ['no span', undefined, 'needs the name of a span, a regular expression or an object'],
    ['a number', 42, 'an object, but received 42.'],
    [
      'a misspelled property',
      { attribute: {} },
      'does not know the property "attribute". Did you mean "attributes"? It knows name, kind,',
    ],
    ['an unknown kind', { kind: 'Server' }, 'kind "Server". Did you mean "server"?'],
    ['an unknown number of a kind', { kind: 7 }, 'does not know the kind 7.'],
    ['an unknown status', { status: 'failed' }, 'does not know the status "failed".'],
    ['a misspelled status', { status: { cod: 'ok' } }, 'of status "cod". Did you mean "code"?'],
    ['an unknown code', { status: { code: 9 } }, 'does not know the status 9.'],
    ['attributes that are none', { attributes: 'x' }, 'attributes of toHaveSpan must be an object'],
    ['events that are none', { events: 'x' }, 'must be an array of names or objects'],
    ['a misspelled event', { events: [{ nam: 'x' }] }, 'property of an event "nam"'],
    ['a misspelled parent', { parent: { nmae: 'x' } }, 'property "nmae". Did you mean "name"?'],
    ['a misspelled ancestor', { within: { nmae: 'x' } }, 'property "nmae". Did you mean "name"?'],
  ];

  it.each(wrong)('refuses %s as the expected span', (_, expected, message) => {
    const { recorder } = recordOrder();
    expect(() => expect(recorder).toHaveSpan(expected as string)).toThrow(message);
    expect(() => expect(recorder).not.toHaveSpan(expected as string)).toThrow(message);
  });
});
