import { describe, expect, it } from '@jest/globals';
import { allFindings } from '../../../../../lib/viewer/page/trace/all-findings.js';

const slower = {
  kind: 'slower-than-usual',
  text: 'slow',
  how: '',
  rows: [0],
  pathNanos: 9e15,
} as const;

describe('allFindings', () => {
  it('has those that other traces show, the most expensive first', () => {
    const cheaper = { ...slower, pathNanos: 1 };
    const own = { ...slower, kind: 'asked-twice', pathNanos: 2 } as const;
    expect(allFindings([own], { findings: [cheaper, slower] }, 2)).toEqual([slower, own, cheaper]);
  });

  it('leaves out those about spans that have not come', () => {
    expect(allFindings([], { findings: [{ ...slower, rows: [2] }] }, 2)).toEqual([]);
  });

  it('has those of the trace alone before the server has answered', () => {
    expect(allFindings([slower], undefined, 2)).toEqual([slower]);
  });
});
