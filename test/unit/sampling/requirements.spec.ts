import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../lib/errors.js';
import { AlwaysOnSampler } from '../../../lib/sampling/index.js';
import {
  requireArray,
  requireCount,
  requireFunction,
  requireOptions,
  requirePositive,
  requireRate,
  requireRatio,
  requireSampler,
} from '../../../lib/sampling/requirements.js';

const sampler = new AlwaysOnSampler();
const noop = () => {};

const checks: Record<string, (value: never) => unknown> = {
  requireRatio: (value) => requireRatio('X.y', value),
  requireRate: (value) => requireRate('X.y', value),
  requirePositive: (value) => requirePositive('X.y', value),
  requireCount: (value) => requireCount('X.y', value),
  requireFunction: (value) => requireFunction('X.y', value),
  requireSampler: (value) => requireSampler('X.y', value),
  requireArray: (value) => requireArray('X.y', value),
};

describe('what options have to be', () => {
  it.each<[string, unknown[]]>([
    ['requireRatio', [0, 0.5, 1]],
    ['requireRate', [0, 0.1, 1e9]],
    ['requirePositive', [0.1, 1e9]],
    ['requireCount', [1, 100]],
    ['requireFunction', [noop]],
    ['requireSampler', [sampler, { shouldSample: noop }]],
    ['requireArray', [[], [1]]],
  ])('%s hands good values back', (name, values) => {
    for (const value of values) expect(checks[name]?.(value as never)).toBe(value);
  });

  it.each<[string, unknown[]]>([
    ['requireRatio', [-0.1, 1.1, Number.NaN, '1', null, undefined]],
    ['requireRate', [-1, Number.NaN, Number.POSITIVE_INFINITY, '1', null]],
    ['requirePositive', [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '1']],
    ['requireCount', [0, 1.5, -1, Number.POSITIVE_INFINITY, '1']],
    ['requireFunction', ['f', {}, null]],
    ['requireSampler', [AlwaysOnSampler, {}, null, undefined, 'always_on']],
    ['requireArray', [{}, 'a', undefined, new Set()]],
  ])('%s refuses others with the remedy', (name, values) => {
    for (const value of values) {
      expect(() => checks[name]?.(value as never)).toThrow(TracingConfigError);
      expect(() => checks[name]?.(value as never)).toThrow(
        /^X\.y must be .*, but it is .*\. Give /s,
      );
    }
  });

  it('has no more than the ratio that another one allows', () => {
    expect(requireRatio('X.y', 0.25, 0.25)).toBe(0.25);
    expect(() => requireRatio('X.y', 0.3, 0.25)).toThrow('X.y must be a number from 0 to 0.25');
  });

  it('names the class whose options are missing', () => {
    expect(() => requireOptions('XSampler', undefined)).toThrow(
      'XSampler.options must be an object, but it is undefined. Give the options as one object: new XSampler({ … }).',
    );
    expect(() => requireOptions('XSampler', {})).not.toThrow();
  });
});
