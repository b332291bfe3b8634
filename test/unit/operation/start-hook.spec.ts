import { describe, expect, it } from '@jest/globals';
import type { LocalSpan } from '../../../lib/context/index.js';
import { StartHook } from '../../../lib/operation/start-hook.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';

const createTracing = tracingsOfTest();

describe('StartHook', () => {
  it('calls the function with the span and its subject', () => {
    const { tracer, recorder } = createTracing();
    const hook = StartHook.of('the.hook', (span: LocalSpan, subject: string) =>
      span.setAttribute('subject', subject),
    );
    tracer.trace('work', {}, (span) => hook?.call(span, 'request'));
    expect(recorder.takeSpan().attributes).toEqual({ subject: 'request' });
  });

  it('is none without a function', () => {
    expect(StartHook.of('the.hook', undefined)).toBeUndefined();
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', async () => Promise.reject(new Error('broken'))],
  ])('reports that a function %s', async (_, fail) => {
    const { tracer, warnings } = createTracing();
    const hook = StartHook.of('the.hook', fail);
    const rejections = await unhandledRejectionsOf(() => {
      tracer.trace('work', {}, (span) => hook?.call(span, undefined));
    });
    expect(rejections).toEqual([]);
    expect(warnings).toEqual(['the.hook threw: Error: broken']);
  });

  it.each(['hook', null, {}])('refuses %j', (hook) => {
    expect(() => StartHook.of('the.hook', hook as never)).toThrow('the.hook must be a function');
  });
});
