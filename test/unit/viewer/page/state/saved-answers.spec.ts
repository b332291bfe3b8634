import { describe, expect, it } from '@jest/globals';
import type { SavedTraceJson } from '../../../../../lib/viewer/api/saved-trace.js';
import { answerOfFile } from '../../../../../lib/viewer/page/state/saved-answers.js';

const TRACE = 'a'.repeat(32);
const [SPAN, OTHER] = ['b'.repeat(16), 'c'.repeat(16)];

const spanOf = (spanId: string) => ({
  traceId: TRACE,
  spanId,
  name: 'work',
  startTimeUnixNano: '1700000000000000000',
  endTimeUnixNano: '1700000001000000000',
  attributes: [
    { key: 'code.file.path', value: { stringValue: '/app/warehouse.ts' } },
    { key: 'code.line.number', value: { intValue: '31' } },
  ],
});
const saved = {
  trace: { traceId: TRACE, spanCount: 2 },
  context: { findings: [] },
  otlp: {
    resourceSpans: [
      {
        resource: { attributes: [] },
        scopeSpans: [
          { scope: { name: 'x' }, spans: [spanOf(OTHER)] },
          { scope: { name: 'y' }, spans: [spanOf(OTHER), spanOf(SPAN)] },
        ],
      },
      { resource: {}, scopeSpans: [{ spans: [spanOf(OTHER)] }] },
    ],
  },
  savedMillis: 0,
  version: '1.0.0',
} as unknown as SavedTraceJson;

describe('answerOfFile', () => {
  it('has the trace and its context', () => {
    expect(answerOfFile(saved, `/api/traces/${TRACE}`)).toBe(saved.trace);
    expect(answerOfFile(saved, `/api/traces/${TRACE}/context`)).toBe(saved.context);
  });

  it('has each span with its resource and scope', () => {
    expect(answerOfFile(saved, `/api/traces/${TRACE}/spans/${SPAN}`)).toEqual({
      resourceSpans: [
        {
          resource: { attributes: [] },
          scopeSpans: [{ scope: { name: 'y' }, spans: [spanOf(SPAN)] }],
        },
      ],
    });
  });

  it('has the places that a span names, with their source code where it was saved', () => {
    const path = `/api/traces/${TRACE}/spans/${SPAN}/source`;
    const place = { file: '/app/warehouse.ts', line: 31 };
    const reason = 'Its source code was not saved with the trace.';
    expect(answerOfFile(saved, path)).toMatchObject({
      locations: [{ ...place, source: undefined, reason }],
    });
    const source = { line: 31, firstLine: 30, lines: ['a', 'b'] };
    const sources = [
      { place: '/app/other.ts:31:', source: {} },
      { place: '/app/warehouse.ts:31:', source },
    ];
    expect(answerOfFile({ ...saved, sources } as never, path)).toMatchObject({
      locations: [{ ...place, source, reason: undefined }],
    });
  });

  it.each([
    `/api/traces/${OTHER}${OTHER}`,
    `/api/traces/${TRACE}/spans/${'d'.repeat(16)}`,
    `/api/traces/${TRACE}/spans/${'d'.repeat(16)}/source`,
    `/api/traces/${TRACE}/spans/${SPAN}/links`,
    `/api/traces/${TRACE}/star`,
    '/api/graph?minutes=5',
  ])('has nothing for %s', (path) => {
    expect(answerOfFile(saved, path)).toBeUndefined();
  });
});
