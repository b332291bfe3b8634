import { describe, expect, it } from '@jest/globals';
import { textsOfLine } from '../../../../../lib/viewer/page/trace/row-label.js';
import { traceModelOf } from '../../../../../lib/viewer/page/trace/trace-model.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

describe('textsOfLine', () => {
  it('says what the bar shows', () => {
    const model = traceModelOf(
      traceOfLines(`
        POST /orders [server failed] @gateway 0-100
          beside 11-20
          reserve @orders 10-60
          running 70-
      `),
    );
    const labels = [0, 1, 2, 3].map((position) => textsOfLine(model, position).label);
    expect(labels).toEqual([
      'gateway POST /orders, server, failed, 100 ms, starts at 0 ns, own 20.0 ms, 20.0 ms on the critical path',
      'orders reserve, 50.0 ms, starts at 10.0 ms, own 50.0 ms, 50.0 ms on the critical path',
      'gateway beside, 9.0 ms, starts at 11.0 ms, own 9.0 ms, beside the critical path',
      'gateway running, running, 30.0 ms, starts at 70.0 ms, own 30.0 ms, 30.0 ms on the critical path',
    ]);
  });

  it('sums up a group', () => {
    const queries = Array.from({ length: 30 }, (_, i) => `  q [client] ${i}-${i + 0.5}`);
    const model = traceModelOf(traceOfLines(['a 0-100', ...queries].join('\n')));
    const { name, own } = textsOfLine(model, 1);
    expect([name, own]).toEqual(['30 × q, 500 µs – 500 µs', 'Σ 15.0 ms']);
  });
});
