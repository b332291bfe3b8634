import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { createTestTracing, type SpanRecorder, strictTracing } from 'nestjs-traced/testing';
import { blocksOf } from '../../architecture/pages.js';
import { ROOT } from '../../architecture/source-tree.js';
import { failureOf } from '../../support/trace-matchers.js';

const page = readFileSync(join(ROOT, 'lib/testing/README.md'), 'utf8');
const messages = blocksOf(page, 'text').map((text) => text.trimEnd());

/** What the worked example records, with one call too many. */
function recordOrder(): SpanRecorder {
  const { tracer, recorder, close } = createTestTracing();
  tracer.trace('POST /orders/:sku', { kind: SpanKind.SERVER }, (span) => {
    span.setAttribute('http.response.status_code', 201);
    tracer.trace('OrdersService.place', (inner) => {
      inner.setAttribute('stock.sku', 'chair');
      for (let time = 0; time < 2; time++) tracer.trace('reserve stock', () => undefined);
    });
  });
  close();
  return recorder;
}

describe('the page of the testing kit', () => {
  it('shows the message of toMatchTrace', async () => {
    const recorder = recordOrder();
    const message = await failureOf(() =>
      expect(recorder).toMatchTrace(`
        POST /orders/:sku [server] http.response.status_code=201
          OrdersService.place stock.sku=chair
            reserve stock
      `),
    );
    expect(messages).toContain(message);
  });

  it('shows the message of toHaveSpan', async () => {
    const { tracer, recorder, close } = createTestTracing();
    tracer.trace('OrdersService.place', (span) => {
      span.setAttribute('stock.sku', 'chair');
      tracer.trace('reserve stock', () => undefined);
    });
    const expected = { name: 'OrdersService.place', attributes: { 'stock.skv': 'table' } };
    expect(messages).toContain(await failureOf(() => expect(recorder).toHaveSpan(expected)));
    close();
  });

  it('shows the message of a strict test', async () => {
    strictTracing(() => undefined);
    const { tracer, recorder, close } = createTestTracing();
    tracer.trace('OrdersService.place', () => tracer.startSpan('reserve stock'));
    const withoutPlaces = (text: string) => text.replace(/started at .*/g, 'started');
    const message = await failureOf(() => recorder.verify());
    expect(messages.map(withoutPlaces)).toContain(withoutPlaces(message));
    close();
  });
});
