import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../../lib/viewer/analysis/analyse.js';
import { slowerThanUsual } from '../../../../../lib/viewer/analysis/findings/slower-than-usual.js';
import { flameTreeOf } from '../../../../../lib/viewer/analysis/flame-tree.js';
import { foundBy, textsBy } from '../../../../support/findings-of-lines.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

const usual = { sampleCount: 8, medianNanos: 10e6 };

describe('slowerThanUsual', () => {
  it('finds a trace that took more than three times the median', () => {
    expect(textsBy(slowerThanUsual, 'GET 0-31', {}, { usual })).toEqual([
      'GET in app took 31.0 ms, usually 10.0 ms',
    ]);
  });

  it('names the call path that differs most', () => {
    const medianTrace = flameTreeOf(analyse(traceOfLines('GET 0-10\n  A 0-4\n  B 4-9')));
    const text = 'GET 0-40\n  A 0-5\n  B 5-9\n    C 6-7\n  B 10-38';
    expect(foundBy(slowerThanUsual, text, {}, { usual: { ...usual, medianTrace } })).toMatchObject([
      {
        kind: 'slower-than-usual',
        text: 'GET in app took 40.0 ms, usually 10.0 ms, mostly by 26.0 ms more in GET › B',
        rows: [2, 4],
        pathNanos: 26e6,
      },
    ]);
  });

  it('leaves out a trace that waited longer for data', () => {
    const medianTrace = flameTreeOf(analyse(traceOfLines('job 0-10\n  BLPOP [client] 0-4')));
    const text = 'job 0-90\n  BLPOP [client] 0-84';
    const context = { usual: { ...usual, medianTrace } };
    expect(textsBy(slowerThanUsual, text, {}, context)).toHaveLength(1);
    const attributes = { 'nestjs_traced.db.blocking_command': true };
    expect(textsBy(slowerThanUsual, text, { BLPOP: { attributes } }, context)).toEqual([]);
  });

  it.each([
    ['a trace of three times the median', 'GET 0-30', usual],
    ['a group of seven', 'GET 0-90', { ...usual, sampleCount: 7 }],
    ['a trace that is running', 'GET 0-\n  A 1-90', usual],
    ['a trace without a group', 'GET 0-90', undefined],
  ])('leaves out %s', (_case, text, group) => {
    const context = group === undefined ? {} : { usual: group };
    expect(textsBy(slowerThanUsual, text, {}, context)).toEqual([]);
  });
});
