import { describe, expect, it } from '@jest/globals';
import {
  checkNextProcessor,
  checkTailSamplingOptions,
  type TailSamplingOptions,
} from '../../../../lib/delivery/tail-sampling/tail-sampling-options.js';
import { KeepingProcessor } from '../../../support/span-source.js';

describe('checkTailSamplingOptions', () => {
  it('knows the defaults', () => {
    expect(checkTailSamplingOptions({})).toEqual({
      keepsErrors: true,
      slowerThanMillis: 'p99',
      ratio: 0.1,
      maxSpans: 20_000,
      maxBytes: 67_108_864,
      timeoutMillis: 60_000,
      maxDecisions: 10_000,
    });
  });

  it.each<[TailSamplingOptions, string]>([
    [{ ratio: 1.1 }, 'ratio must be a number from 0 to 1'],
    [
      { slowerThanMillis: -1 },
      "slowerThanMillis must be a number of milliseconds of at least 0, or 'p99'",
    ],
    [{ slowerThanMillis: 'p95' as 'p99' }, 'but it is "p95"'],
    [{ slowerThanMillis: Number.NaN }, 'but it is NaN'],
    [{ keepsErrors: 1 as never }, 'keepsErrors must be true or false'],
    [{ maxSpans: 0 }, 'maxSpans must be a whole number from 1 to 1000000'],
    [{ maxBytes: 0 }, 'maxBytes must be a number of at least 1'],
    [{ timeoutMillis: 0 }, 'timeoutMillis must be a number from 1'],
    [{ maxDecisions: 1.5 }, 'maxDecisions must be a whole number'],
  ])('refuses %p', (options, message) => {
    expect(() => checkTailSamplingOptions(options)).toThrow(message);
    expect(() => checkTailSamplingOptions(options)).toThrow('TailSamplingProcessor.');
  });
});

describe('checkNextProcessor', () => {
  it('takes what has the methods', () => {
    expect(() => checkNextProcessor(new KeepingProcessor())).not.toThrow();
  });

  it.each([undefined, null, {}, { onStart() {}, onEnd() {}, shutdown() {} }])(
    'refuses %p',
    (processor) => {
      expect(() => checkNextProcessor(processor as never)).toThrow(
        'The processor behind TailSamplingProcessor must have the methods onStart, onEnd, forceFlush, shutdown',
      );
    },
  );
});
