import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../lib/viewer/analysis/analyse.js';
import { findingSteps, findingsOf } from '../../../../lib/viewer/analysis/findings/findings.js';
import { headlineOf, headlineSteps } from '../../../../lib/viewer/analysis/headline.js';
import { finishedBy } from '../../../../lib/viewer/analysis/steps.js';
import { inARow } from '../../../support/findings-of-lines.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

describe('finishedBy', () => {
  it('takes all steps, and has their result', () => {
    const taken: number[] = [];
    function* steps(): Generator<void, string> {
      for (let i = 0; i < 3; i++) {
        taken.push(i);
        yield;
      }
      return 'result';
    }
    expect([finishedBy(steps()), taken]).toEqual(['result', [0, 1, 2]]);
  });
});

describe('the steps of an analysis', () => {
  const analysis = analyse(
    traceOfLines(`GET [failed] 0-30\n${inARow(5, '  ', 'SELECT')}\n  R [client failed] 20-30`),
  );

  it.each([
    ['findings', () => findingSteps(analysis), () => findingsOf(analysis), 5],
    ['sentences', () => headlineSteps(analysis), () => headlineOf(analysis), 1],
  ])('%s are those of all at once', (_, stepsOf, allOf, atLeast) => {
    let count = 0;
    const steps = stepsOf() as Generator<void, unknown>;
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) count++;
    expect(count).toBeGreaterThanOrEqual(atLeast);
    expect(step.value).toEqual(allOf());
    expect(step.value).not.toEqual([]);
  });
});
