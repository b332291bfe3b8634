import { describe, expect, it } from '@jest/globals';
import { checkSpanProcessor } from '../../../lib/delivery/check-span-processor.js';
import { KeepingProcessor } from '../../support/span-source.js';

describe('checkSpanProcessor', () => {
  it('takes what has the methods', () => {
    expect(() => checkSpanProcessor('It', new KeepingProcessor())).not.toThrow();
  });

  it.each([undefined, null, {}, { onStart() {}, onEnd() {}, shutdown() {} }])(
    'refuses %p',
    (processor) => {
      expect(() => checkSpanProcessor('It', processor as never)).toThrow(
        'It must have the methods onStart, onEnd, forceFlush, shutdown',
      );
    },
  );
});
