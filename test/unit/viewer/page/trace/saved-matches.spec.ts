import { describe, expect, it } from '@jest/globals';
import type { SavedTraceJson } from '../../../../../lib/viewer/api/saved-trace.js';
import { answerOfFile } from '../../../../../lib/viewer/page/state/saved-answers.js';
import { matchesInFile } from '../../../../../lib/viewer/page/trace/saved-matches.js';
import { columnsJsonOf } from '../../../../support/page-trace.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

const trace = traceOfLines('GET [server] 0-30\n  call [client] 2-20\n  work 21-25');
const idOfRow = (row: number): string => (trace.spanIds[row] ?? 0n).toString(16).padStart(16, '0');

/** The spans in another order than the rows, as the export groups them by their scopes. */
const spans = [2, 0, 1].map((row) => ({
  traceId: trace.traceId,
  spanId: idOfRow(row),
  name: 'x',
  kind: trace.kinds[row],
  startTimeUnixNano: '1700000000000000000',
  endTimeUnixNano: '1700000001000000000',
  attributes: [{ key: 'order.id', value: { intValue: String(40 + row) } }],
}));
const saved = {
  trace: {
    ...columnsJsonOf(trace),
    row: { run: 2 },
    nowNanos: 30e6,
    logs: [{ spanId: idOfRow(2) }],
  },
  context: { findings: [] },
  otlp: {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'region', value: { stringValue: 'north' } }] },
        scopeSpans: [{ spans }],
      },
    ],
  },
} as unknown as SavedTraceJson;

describe('matchesInFile', () => {
  it.each([
    ['order.id=41', [1]],
    ['order.id>=41', [1, 2]],
    ['order.id>40 has:logs', [2]],
    ['region:nor kind:server', [0]],
    ['region:nor run:2 -order.id=42', [0, 1]],
    ['other.id=41', []],
    ['order.id>', []],
    ['find:retried region:north', []],
  ])('finds %s', (query, rows) => {
    expect(matchesInFile(saved, query)).toEqual({ rows, spanCount: 3 });
  });

  it('answers for the server', () => {
    const path = `/api/traces/${trace.traceId}/matches?${new URLSearchParams({ q: 'order.id=41' })}`;
    expect(answerOfFile(saved, path)).toEqual({ rows: [1], spanCount: 3 });
  });
});
