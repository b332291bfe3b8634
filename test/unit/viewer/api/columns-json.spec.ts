import { describe, expect, it } from '@jest/globals';
import { COLUMN_NAMES } from '../../../../lib/viewer/api/columns-json.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

describe('COLUMN_NAMES', () => {
  it('are the typed arrays of a trace with a value for each span', () => {
    const trace = traceOfLines('POST /orders 0-10');
    const columns = Object.entries(trace)
      .filter(([, value]) => ArrayBuffer.isView(value))
      .map(([name]) => name);
    expect([...COLUMN_NAMES].sort()).toEqual(columns.sort());
  });
});
