import { describe, expect, it } from '@jest/globals';
import {
  callAsText,
  indented,
  messageWithTraces,
  type TraceMatcherContext,
} from '../../../../lib/testing/matchers/matcher-context.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const context: TraceMatcherContext = {
  equals: Object.is,
  utils: { stringify: String, diff: () => null },
};

describe('callAsText', () => {
  it.each([
    [{}, 'expect(span).toHaveEnded()'],
    [{ isNot: true }, 'expect(span).not.toHaveEnded()'],
    [{ promise: 'resolves' }, 'expect(span).resolves.toHaveEnded()'],
    [{ isNot: true, promise: 'rejects' }, 'expect(span).rejects.not.toHaveEnded()'],
    [{ isNot: false, promise: '' }, 'expect(span).toHaveEnded()'],
  ])('of %j is %s', (state, text) => {
    expect(callAsText({ ...context, ...state }, 'toHaveEnded', 'span')).toBe(text);
  });

  it('has the expected value', () => {
    expect(callAsText(context, 'toHaveSpan', 'recorder', 'expected')).toBe(
      'expect(recorder).toHaveSpan(expected)',
    );
  });
});

describe('messageWithTraces', () => {
  it('ends with the whole traces of the spans', () => {
    const { tracer, recorder } = createTracing();
    tracer.trace('outer', (outer) => {
      outer.addEvent('begun');
      tracer.trace('inner', (inner) => inner.setAttribute('a', 1));
    });
    const [inner] = recorder.spans;
    const spans = inner === undefined ? [] : [inner];
    expect(messageWithTraces(['what', '', 'why'], spans)).toBe(
      'what\n\nwhy\n\nRecorded:\n  outer (event begun)\n    inner a=1',
    );
    expect(messageWithTraces(['what'], spans, false)).toBe('what\n\nRecorded:\n  outer\n    inner');
  });

  it('says that there are none', () => {
    expect(messageWithTraces(['what'], [])).toBe('what\n\nNo spans are recorded.');
  });
});

describe('indented', () => {
  it('indents the lines that are not empty', () => {
    expect(indented('a\n\n  b')).toBe('  a\n\n    b');
  });
});
