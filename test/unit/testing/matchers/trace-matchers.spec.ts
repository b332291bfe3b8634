import { describe, expect, it } from '@jest/globals';
import type { TraceMatcherContext, TraceMatchers } from '../../../../lib/testing/index.js';
import { traceMatchers } from '../../../../lib/testing/matchers/trace-matchers.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

describe('traceMatchers', () => {
  it('has each matcher under its name', () => {
    const names: (keyof TraceMatchers)[] = [
      'toHaveSpan',
      'toHaveEnded',
      'toBeWithinTrace',
      'toMatchTrace',
    ];
    expect(Object.keys(traceMatchers)).toEqual(names);
    expect(Object.values(traceMatchers).map(({ name }) => name)).toEqual(names);
  });

  it('needs of a test runner only what its type says', () => {
    const context: TraceMatcherContext = {
      equals: Object.is,
      utils: { stringify: (value) => `<${String(value)}>`, diff: () => null },
    };
    const { tracer, recorder } = createTracing();
    tracer.trace('work', () => undefined);
    const expected = { toHaveSpan: 'x', toBeWithinTrace: 'f'.repeat(32), toMatchTrace: 'x' };
    for (const [name, matcher] of Object.entries(traceMatchers)) {
      const { pass, message } = matcher.call(
        context,
        recorder,
        expected[name as keyof typeof expected],
      );
      expect({ name, pass }).toEqual({ name, pass: name === 'toHaveEnded' });
      expect(message()).toContain('  work');
    }
  });
});
