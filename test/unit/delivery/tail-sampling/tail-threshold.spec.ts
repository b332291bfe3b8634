import { describe, expect, it } from '@jest/globals';
import {
  TailThreshold,
  withoutThreshold,
} from '../../../../lib/delivery/tail-sampling/tail-threshold.js';
import { TraceState } from '../../../../lib/propagation/index.js';

/** A trace id whose random part begins with these digits. */
function idWith(randomness: string): string {
  return randomness.padEnd(14, '0').padStart(32, '1');
}

describe('TailThreshold', () => {
  it.each([
    [0.5, '7ffffff', false],
    [0.5, '8', true],
    [1, '0', true],
    [0, 'ffffffffffffff', false],
  ])('of %p decides about a trace of randomness %s: %p', (ratio, randomness, keeps) => {
    expect(new TailThreshold(ratio).keeps(idWith(randomness), undefined)).toBe(keeps);
  });

  it('decides by the explicit randomness where there is one', () => {
    const traceState = TraceState.parse('ot=rv:ffffffffffffff');
    expect(new TailThreshold(0.5).keeps(idWith('0'), traceState)).toBe(true);
  });

  it.each([
    ['ot=th:0', 'ot=th:8'],
    ['ot=th:4;rv:ffffffffffffff,a=b', 'ot=th:8;rv:ffffffffffffff,a=b'],
    ['ot=th:8', 'ot=th:8'],
    ['ot=th:c', 'ot=th:c'],
    ['ot=rv:ffffffffffffff', 'ot=rv:ffffffffffffff'],
    ['a=b', 'a=b'],
  ])('of a half makes %s to %s', (before, after) => {
    expect(new TailThreshold(0.5).raise(TraceState.parse(before)).serialize()).toBe(after);
  });
});

describe('withoutThreshold', () => {
  it.each([
    ['ot=th:8,a=b', 'a=b'],
    ['ot=th:8;rv:ffffffffffffff', 'ot=rv:ffffffffffffff'],
    ['a=b', 'a=b'],
  ])('makes %s to %s', (before, after) => {
    expect(withoutThreshold(TraceState.parse(before)).serialize()).toBe(after);
  });
});
