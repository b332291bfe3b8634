import { describe, expect, it } from '@jest/globals';
import { columnsFromSpans } from '../../../../../lib/viewer/analysis/columns-from-spans.js';
import {
  rowOfSpanId,
  spanIdOfRow,
  traceModelOf,
} from '../../../../../lib/viewer/page/trace/trace-model.js';
import { spansOfLines, traceOfLines } from '../../../../support/trace-of-lines.js';

const model = traceModelOf(
  traceOfLines(
    `
    a [server failed] @gateway 0-100
      b @orders 120-
    `,
    { b: { parentSpanId: '00000000000000ff' } },
  ),
  { nowNanos: 200e6 },
);

describe('traceModelOf', () => {
  it('counts, and lets running spans end now', () => {
    const { failedCount, runningCount, services, whole } = model;
    expect({ failedCount, runningCount, services, whole }).toEqual({
      failedCount: 1,
      runningCount: 1,
      services: ['gateway', 'orders'],
      whole: { from: 0, to: 200e6 },
    });
  });

  it('has some time for a trace without any', () => {
    expect(traceModelOf(traceOfLines('a 5-5')).whole).toEqual({ from: 0, to: 1 });
  });
});

describe('the clocks of hosts that differ', () => {
  // The server says that it began before it was called.
  const trace = columnsFromSpans(
    spansOfLines('call [client] @gateway 0-100\n  GET [server] @orders -500--420').map((span) => ({
      ...span,
      resource: {
        attributes: {
          ...span.resource?.attributes,
          'host.name': `host of ${span.resource?.attributes['service.name']}`,
        },
      },
    })),
  );

  it('are corrected, or left as they were sent, and counted in both cases', () => {
    const corrected = traceModelOf(trace);
    const asSent = traceModelOf(trace, { correctClocks: false });
    expect([corrected.hostsOffCount, asSent.hostsOffCount, model.hostsOffCount]).toEqual([1, 1, 0]);
    expect([corrected, asSent].map(({ whole }) => whole.to - whole.from)).toEqual([100e6, 600e6]);
  });
});

describe('rowOfSpanId', () => {
  it('is the other way round of spanIdOfRow, for missing parents too', () => {
    expect([0, 1, 2].map((row) => spanIdOfRow(model, row))).toEqual([
      '0000000000000001',
      '0000000000000002',
      '00000000000000ff',
    ]);
    expect([0, 1, 2].map((row) => rowOfSpanId(model, spanIdOfRow(model, row)))).toEqual([0, 1, 2]);
  });

  it('finds no row for other texts', () => {
    expect(['', 'x', '00000000000000ee'].map((id) => rowOfSpanId(model, id))).toEqual([-1, -1, -1]);
  });
});
