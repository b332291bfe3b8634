import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../../lib/viewer/analysis/analyse.js';
import { Evidence } from '../../../../../lib/viewer/analysis/findings/finding-context.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

describe('Evidence', () => {
  const text = 'A 0-9\n  late [client] 5-6\n  B 1-4\n    early [client] 2-3';
  const evidence = new Evidence(analyse(traceOfLines(text)), {});

  it('lists calls by start', () => expect(evidence.clientRows).toEqual([3, 1]));

  it('adds up the path with what is below', () => {
    expect([...evidence.pathBelow].map((nanos) => nanos / 1e6)).toEqual([9, 1, 3, 1]);
    expect(evidence.pathOf([1, 2])).toBe(4e6);
  });

  it('merges the trace once', () => expect(evidence.flame).toBe(evidence.flame));
});
