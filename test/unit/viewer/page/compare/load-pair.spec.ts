import { describe, expect, it } from '@jest/globals';
import { wantedOf } from '../../../../../lib/viewer/page/compare/compare-address.js';
import { type AskForJson, loadPair } from '../../../../../lib/viewer/page/compare/load-pair.js';
import { columnsJsonOf } from '../../../../support/page-trace.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

const [A, B] = ['a'.repeat(32), 'b'.repeat(32)];
const trace = { ...columnsJsonOf(traceOfLines('GET 0-10')), row: {}, logs: [] };

function asking(answers: Readonly<Record<string, unknown>>): AskForJson {
  return async <Answer>(path: string) => {
    const answer = answers[path];
    if (answer === undefined) throw new Error('There is no such trace.');
    return answer as Answer;
  };
}

describe('loadPair', () => {
  it('loads two traces', async () => {
    const ask = asking({ [`/api/traces/${A}`]: trace, [`/api/traces/${B}`]: trace });
    expect(await loadPair(A, B, ask)).toMatchObject({ isMedian: false });
  });

  it('finds the median trace', async () => {
    const usual = { sampleCount: 7, medianNanos: 1, medianTraceId: B };
    const ask = asking({
      [`/api/traces/${A}/context`]: { findings: [], usual },
      [`/api/traces/${A}`]: trace,
      [`/api/traces/${B}`]: trace,
    });
    expect(await loadPair(A, 'median', ask)).toMatchObject({ isMedian: true, sampleCount: 7 });
  });

  it('says that a trace is alone in its group', async () => {
    const ask = asking({ [`/api/traces/${A}/context`]: { findings: [] } });
    expect(await loadPair(A, 'median', ask)).toEqual({
      problem: expect.stringContaining('no other trace of the same service and name'),
    });
  });

  it('says which trace is missing', async () => {
    const ask = asking({ [`/api/traces/${A}`]: trace });
    expect(await loadPair(A, B, ask)).toEqual({
      problem: 'Trace B (bbbbbbbb…): There is no such trace.',
    });
    expect(await loadPair(B, 'median', ask)).toEqual({ problem: 'There is no such trace.' });
  });
});

describe('wantedOf', () => {
  it.each([
    [`a=${A}&b=${B}`, { a: A, b: B }],
    [`a=${A}&b=median`, { a: A, b: 'median' }],
  ])('reads %s', (search, wanted) => {
    expect(wantedOf(new URLSearchParams(search))).toEqual(wanted);
  });

  it.each([
    ['', 'Two traces are needed'],
    [`a=${A}`, 'Two traces are needed'],
    [`a=x&b=${B}`, 'a=x is not the id of a trace'],
    [`a=median&b=${B}`, 'a=median is not the id'],
    [`a=${A}&b=${'y'.repeat(99)}`, `b=${'y'.repeat(40)} is not`],
  ])('says what is wrong with %j, and what to do', (search, text) => {
    const wanted = wantedOf(new URLSearchParams(search));
    expect(wanted).toEqual({ problem: expect.stringContaining(text) });
    expect(wanted).toEqual({ problem: expect.stringContaining('Mark a trace with x') });
  });
});
