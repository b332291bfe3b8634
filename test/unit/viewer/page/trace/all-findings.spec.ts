import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../../lib/viewer/analysis/analyse.js';
import { allFindings } from '../../../../../lib/viewer/page/trace/all-findings.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

const analysis = analyse(traceOfLines('GET 0-10\n  SELECT 2-4'));
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
    expect(allFindings(analysis, { findings: [cheaper, slower] })).toEqual([slower, cheaper]);
  });

  it('leaves out those about spans that have not come', () => {
    expect(allFindings(analysis, { findings: [{ ...slower, rows: [99] }] })).toEqual([]);
  });

  it('has those of the trace alone before the server has answered', () => {
    expect(allFindings(analysis, undefined)).toEqual([]);
  });
});
