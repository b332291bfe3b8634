import { describe, expect, it } from '@jest/globals';
import { TextFunction } from '../../../../lib/http/client/text-function.js';
import { createTestTracing } from '../../../../lib/testing/index.js';

const { tracer, close } = createTestTracing();
close();

describe('TextFunction', () => {
  it.each([
    ['a text', 'text', 'text'],
    ['an empty text', '', undefined],
    ['a number', 7, undefined],
    ['nothing', undefined, undefined],
  ])('takes %s', (_, returned, text) => {
    const fn = TextFunction.of('option', () => returned as never);
    expect(fn?.call(tracer, {} as never)).toBe(text);
  });

  it('is none without a function, and refuses anything else', () => {
    expect(TextFunction.of('option', undefined)).toBeUndefined();
    expect(() => TextFunction.of('option', 'text' as never)).toThrow('option must be a function');
  });
});
