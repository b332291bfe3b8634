import { afterEach, describe, expect, it } from '@jest/globals';
import { pinoTraceMixin } from '../../../lib/logging/pino-mixin.js';
import { createTestTracing } from '../../../lib/testing/index.js';

const { tracer, recorder } = createTestTracing();

afterEach(() => recorder.reset());

// With pino itself: `traced-pino-options.spec.ts`.
describe('pinoTraceMixin', () => {
  it('returns a new object for each line, because pino changes it', () => {
    const mixin = pinoTraceMixin({ fields: { spanId: 'span-id', traceFlags: false } });
    expect(mixin()).toEqual({});
    expect(mixin()).not.toBe(mixin());
    tracer.trace('work', {}, () => {
      expect(Object.keys(mixin())).toEqual(['trace_id', 'span-id']);
      expect(mixin()).not.toBe(mixin());
    });
  });

  it.each<[unknown, string]>([
    [{ fields: 'gelf' }, 'pinoTraceMixin.fields must be'],
    [null, 'pinoTraceMixin.options must be an object'],
  ])('refuses %j', (options, message) => {
    expect(() => pinoTraceMixin(options as object)).toThrow(message);
  });
});
