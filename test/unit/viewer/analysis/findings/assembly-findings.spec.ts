import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../../lib/viewer/analysis/analyse.js';
import {
  differentClocks,
  openSpans,
  parentProblems,
} from '../../../../../lib/viewer/analysis/findings/assembly-findings.js';
import { Evidence } from '../../../../../lib/viewer/analysis/findings/finding-context.js';
import { RowFlag } from '../../../../../lib/viewer/analysis/trace-columns.js';
import { textsBy } from '../../../../support/findings-of-lines.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

const missing = { parentSpanId: '00000000000000ff' };

describe('parentProblems', () => {
  it('finds parents that never came', () => {
    expect(textsBy(parentProblems, 'A 0-1\nB 2-3\nC 4-5', { A: missing, B: missing })).toEqual([
      '2 spans name 1 parent that never came, the first is A in app',
    ]);
    expect(textsBy(parentProblems, 'A 0-1', { A: missing })).toEqual([
      '1 span names 1 parent that never came, the first is A in app',
    ]);
    expect(textsBy(parentProblems, 'A 0-1\n  B 0-1')).toEqual([]);
  });

  it('finds circles', () => {
    const extras = { A: { parentSpanId: '0000000000000002' } };
    expect(textsBy(parentProblems, 'A 0-1\n  B 1-2', extras)).toEqual([
      'The parents of spans make a circle; it is cut at A in app',
    ]);
  });
});

function open(
  text: string,
  nowMillis: number,
  silentRows: readonly number[] = [],
  flag: number = RowFlag.PROCESS_GONE,
): string[] {
  const trace = traceOfLines(text);
  for (const row of silentRows) trace.flags[row] = flag;
  const analysis = analyse(trace, { nowNanos: nowMillis * 1e6 });
  return openSpans(new Evidence(analysis, {})).map(({ text }) => text);
}

describe('openSpans', () => {
  it('finds spans that outlive their parent by more than five seconds', () => {
    expect(open('A 0-10\n  B 1-\n  C 2-', 6_000)).toEqual([
      'B in app and 1 more span never ended: it is running for 6.00 s, but its parent has ended',
    ]);
    expect(open('A 0-10\n  B 1-', 5_000)).toEqual([]);
  });

  it.each([
    ['below a running parent', 'A 0-\n  B 1-'],
    ['in another service', 'A 0-10\n  B @b 1-'],
    ['without a parent', 'A 0-'],
  ])('leaves out running spans %s', (_case, text) => expect(open(text, 9_000)).toEqual([]));

  it('finds processes that have gone', () => {
    expect(open('A 0-\n  B 1-', 10, [0, 1])).toEqual([
      'The process of app has gone: 2 spans never ended, the last is B in app',
    ]);
    expect(open('A @a 0-\n  B @b 1-', 10, [0, 1])[0]).toContain(
      'The processes of a and b have gone: 2',
    );
  });

  it('finds spans whose end got lost', () => {
    const rest = 'the time of its last report counts as its end';
    expect(open('A 0-9\n  B 1-8', 9_000, [0, 1], RowFlag.END_LOST)).toEqual([
      `The ends of 2 spans never arrived, the last is B in app; ${rest}`,
    ]);
    expect(open('A 0-9\n  B 1-8', 9_000, [1], RowFlag.END_LOST)).toEqual([
      `The end of a span never arrived, the last is B in app; ${rest}`,
    ]);
  });
});

describe('differentClocks', () => {
  it.each([
    ['103-107', 'The clock of two is 100 ms ahead; its times are corrected, by 1 call'],
    ['-97--93', 'The clock of two is 100 ms behind; its times are corrected, by 1 call'],
  ])('says which clock was corrected: %s', (times, text) => {
    const host = (name: string) => ({ resource: { attributes: { 'host.name': name } } });
    const trace = `A [client] 0-10\n  B [server] ${times}`;
    expect(textsBy(differentClocks, trace, { A: host('one'), B: host('two') })).toEqual([text]);
  });
});
