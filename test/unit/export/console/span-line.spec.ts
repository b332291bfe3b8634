import { describe, expect, it } from '@jest/globals';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { toSpanLine } from '../../../../lib/export/console/span-line.js';
import { endedSpan } from '../../../support/span-source.js';
import { stockSpans } from '../../../support/stock-spans.js';
import { localChild, REMOTE_PARENT } from '../otlp/sample-spans.js';

describe('toSpanLine', () => {
  it('is one line with what there is to say of a plain span, and no more', () => {
    expect(toSpanLine(localChild())).toBe(
      '{"traceId":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1","spanId":"bbbbbbbbbbbbbbb3","parentSpanId":"bbbbbbbbbbbbbbb2",' +
        '"name":"local child","kind":"INTERNAL","service":"orders","scope":"nestjs-traced",' +
        '"startTime":"2024-05-06T07:08:09.000500000Z","durationMillis":0.25,"status":"UNSET","attributes":{}}',
    );
  });

  it('has attributes, events, links and what went wrong', () => {
    const span = endedSpan(
      'two\nlines',
      (filled) => {
        filled.setAttributes({ text: 'a\nb', list: [1, 2] });
        filled.addEvent('event', { key: 'value' }, new Date('2030-01-01T00:00:01Z'));
        filled.addLink({ context: REMOTE_PARENT, attributes: { why: 'batch' } });
        filled.setStatus({ code: SpanStatusCode.ERROR, message: 'boom' });
      },
      { kind: SpanKind.SERVER },
    );
    expect(toSpanLine(span)).not.toContain('\n');
    expect(JSON.parse(toSpanLine(span))).toMatchObject({
      name: 'two\nlines',
      kind: 'SERVER',
      status: 'ERROR',
      error: 'boom',
      attributes: { text: 'a\nb', list: [1, 2] },
      events: [
        { name: 'event', time: '2030-01-01T00:00:01.000000000Z', attributes: { key: 'value' } },
      ],
      links: [
        {
          traceId: REMOTE_PARENT.traceId,
          spanId: REMOTE_PARENT.spanId,
          attributes: { why: 'batch' },
        },
      ],
    });
  });

  it('takes spans of OpenTelemetry’s SDK', () => {
    expect(stockSpans().map((span) => JSON.parse(toSpanLine(span)))).toMatchObject([
      { name: 'stock root', scope: 'stock' },
      { name: 'stock child', scope: 'stock' },
    ]);
  });
});
