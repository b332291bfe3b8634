import { describe, expect, it } from '@jest/globals';
import type { LocalSpan } from '../../../lib/context/index.js';
import { StartHook } from '../../../lib/operation/start-hook.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';

const createTracing = tracingsOfTest();

describe('StartHook', () => {
  it('calls the function with the span and its subject', () => {
    const { tracer, recorder } = createTracing();
    const hook = new StartHook('the.hook', (span: LocalSpan, subject: string) =>
      span.setAttribute('subject', subject),
    );
    expect(hook.isSet).toBe(true);
    tracer.trace('work', {}, (span) => hook.call(span, 'request'));
    expect(recorder.takeSpan().attributes).toEqual({ subject: 'request' });
  });

  it('does nothing without a function', () => {
    const { tracer, warnings } = createTracing();
    const hook = new StartHook('the.hook', undefined);
    expect(hook.isSet).toBe(false);
    tracer.trace('work', {}, (span) => hook.call(span, undefined));
    expect(warnings).toEqual([]);
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
    const hook = new StartHook('the.hook', fail);
    const rejections = await unhandledRejectionsOf(() => {
      tracer.trace('work', {}, (span) => hook.call(span, undefined));
    });
    expect(rejections).toEqual([]);
    expect(warnings).toEqual(['the.hook threw: Error: broken']);
  });

  it.each(['hook', null, {}])('refuses %j', (hook) => {
    expect(() => new StartHook('the.hook', hook as never)).toThrow('the.hook must be a function');
  });
});
