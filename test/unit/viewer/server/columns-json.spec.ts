import { describe, expect, it } from '@jest/globals';
import { decodeTrace } from '../../../../lib/viewer/page/trace/decode-trace.js';
import { columnsToJson } from '../../../../lib/viewer/server/columns-json.js';
import type { StoredColumns } from '../../../../lib/viewer/store/stored-columns.js';
import { columnsJsonOf } from '../../../support/page-trace.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

describe('columnsToJson', () => {
  it('writes what the page reads', () => {
    const trace = traceOfLines(`
      GET /orders [server failed] @gateway 0-100
        SELECT items [client] @orders 10-30
        running 20-
    `) as StoredColumns;
    const json = columnsToJson(trace);
    expect(decodeTrace(JSON.parse(JSON.stringify(json)))).toEqual(trace);
    expect(columnsJsonOf(trace)).toEqual(json);
  });
});
