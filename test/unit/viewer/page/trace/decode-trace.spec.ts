import { describe, expect, it } from '@jest/globals';
import { decodeTrace } from '../../../../../lib/viewer/page/trace/decode-trace.js';
import { columnsJsonOf } from '../../../../support/page-trace.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

describe('decodeTrace', () => {
  it('reads what the server writes', () => {
    const trace = traceOfLines(`
      GET /orders [server failed] @gateway 0-100
        SELECT items [client] @orders 10-30
        running 20-
    `);
    const linked = { ...trace, links: [{ row: 1, traceId: 'b'.repeat(32), spanId: 0xbeefn }] };
    expect(decodeTrace(columnsJsonOf(linked))).toEqual(linked);
  });
});
